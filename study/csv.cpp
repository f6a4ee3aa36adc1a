#include "study/csv.h"

#include <algorithm>

namespace cathgate::study {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::size_t line() const { return line_; }

  // One record. Empty: an unclosed quote.
  std::optional<std::vector<std::string>> record() {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (quoted) {
        if (c != '"') fields.back() += c;
        else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') fields.back() += text_[++at_];
        else quoted = false;
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        fields.emplace_back();
      } else if (c == '\n') {
        ++at_;
        return fields;
      } else if (c != '\r') {
        fields.back() += c;
      }
    }
    if (quoted) return std::nullopt;
    return fields;
  }

 private:
  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto it = std::find(header.begin(), header.end(), name);
  if (it == header.end()) return std::nullopt;
  return static_cast<std::size_t>(it - header.begin());
}

Result<CsvTable> read_csv(std::string_view text, const std::string& where) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  Scanner scanner(text, where);
  while (!scanner.at_end()) {
    const auto line = scanner.line();
    auto fields = scanner.record();
    const auto place = where + ":" + std::to_string(line);
    if (!fields) return Error{ErrorCode::invalid_input, place, "a quoted field is not closed"};
    if (fields->size() == 1 && fields->front().empty()) continue;
    if (table.header.empty()) {
      table.header = std::move(*fields);
      auto sorted = table.header;
      std::sort(sorted.begin(), sorted.end());
      if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return Error{ErrorCode::invalid_input, place, "two columns have the same name"};
    } else if (fields->size() != table.header.size()) {
      return Error{ErrorCode::invalid_input, place, "the line has " + std::to_string(fields->size()) + " fields and the header " + std::to_string(table.header.size())};
    } else {
      table.rows.push_back(std::move(*fields));
    }
  }
  if (table.header.empty()) return Error{ErrorCode::invalid_input, where, "the file is empty"};
  return table;
}

}  // namespace cathgate::study
