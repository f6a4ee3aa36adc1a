#include "rules/cursor.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace cathgate::rules {
namespace {

std::string escape_pointer(std::string_view key) {
  std::string escaped;
  for (const char c : key) {
    if (c == '~') escaped += "~0";
    else if (c == '/') escaped += "~1";
    else escaped += c;
  }
  return escaped;
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// Keeps the nearest of the names offered to it; a typing error is three characters at most, and fewer in a short word.
class NearestName {
 public:
  explicit NearestName(std::string_view wanted) : wanted_(wanted), best_(std::min<std::size_t>(4, wanted.size() / 2 + 1)) {}
  void offer(std::string_view name) {
    if (const auto d = distance(wanted_, name); d < best_) best_ = d, name_ = name;
  }
  std::string hint() const { return name_.empty() ? std::string() : " (did you mean " + in_quotes(name_) + "?)"; }

 private:
  std::string_view wanted_, name_;
  std::size_t best_;
};

bool blank(std::string_view text) { return text.find_first_not_of(" \t\n") == std::string_view::npos; }

}  // namespace

Cursor Cursor::operator[](std::string_view key) const {
  return Cursor(json_[key], where_ + "/" + escape_pointer(key), *problems_);
}
Cursor Cursor::operator[](std::size_t index) const {
  return Cursor(json_[index], where_ + "/" + std::to_string(index), *problems_);
}

void Cursor::problem(std::string message) const {
  problems_->push_back({ErrorCode::invalid_input, where_, std::move(message)});
}

bool Cursor::expect_object(std::initializer_list<std::string_view> keys) const {
  if (!json_.is_object()) {
    problem(present() ? "this must be an object { ... }, not a " + std::string(json_.type_name()) : "this part is missing");
    return false;
  }
  for (const auto member : json_.members()) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
    NearestName nearest(member.key);
    for (const auto key : keys) nearest.offer(key);
    (*this)[member.key].problem("unknown key " + in_quotes(member.key) + nearest.hint());
  }
  return true;
}

bool Cursor::expect_filled_array(std::string_view of_what) const {
  if (json_.is_array() && json_.size() > 0) return true;
  problem("this must be a list [ ... ] of at least one " + std::string(of_what));
  return false;
}

std::string Cursor::text(std::string_view what) const {
  if (present() && !json_.is_string()) problem(std::string(what) + " must be a text in quotes");
  else if (blank(json_.text())) problem(std::string(what) + " is missing");
  return std::string(json_.text());
}

std::string Cursor::optional_text(std::string_view what) const {
  if (present() && !json_.is_string()) problem(std::string(what) + " must be a text in quotes");
  return std::string(json_.text());
}

std::string unknown_fact_message(std::string_view name, const FactCatalogue& facts) {
  NearestName nearest(name);
  for (std::size_t i = 0; i < facts.size(); ++i) nearest.offer(facts[static_cast<FactId>(i)].name);
  return "there is no fact " + in_quotes(name) + nearest.hint();
}

std::optional<FactId> read_fact(const Cursor& at, const FactCatalogue& facts) {
  if (!at.json().is_string()) {
    at.problem("the name of a fact is missing");
    return std::nullopt;
  }
  const auto id = facts.find(at.json().text());
  if (!id) at.problem(unknown_fact_message(at.json().text(), facts));
  return id;
}

std::optional<std::size_t> read_word(const Cursor& at, std::string_view what, std::span<const std::string_view> words) {
  const auto found = at.json().is_string() ? std::find(words.begin(), words.end(), at.json().text()) : words.end();
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const std::string given = at.json().is_string() ? ", not " + in_quotes(at.json().text()) : std::string();
  at.problem(std::string(what) + " is " + choice_text(words) + given);
  return std::nullopt;
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string number_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}

std::string choice_text(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string value_text(const FactDefinition& fact, double low, double high) {
  const auto one = [&](double value) -> std::string {
    if (!std::isfinite(value)) return value < 0 ? "anything" : "any";
    if (fact.kind == FactKind::boolean) return value == 0 ? "false" : "true";
    const auto index = static_cast<std::size_t>(std::max(value, 0.0));
    if (fact.kind == FactKind::category && index < fact.categories.size()) return fact.categories[index];
    return number_text(value);
  };
  const std::string unit = fact.kind == FactKind::quantity && fact.unit != "1" ? " " + fact.unit : std::string();
  return (low == high ? one(low) : one(low) + " to " + one(high)) + unit;
}

}  // namespace cathgate::rules
