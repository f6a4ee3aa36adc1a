#include "cds-hooks/commands/cli_io.h"

#include <cstdio>
#include <memory>
#include <utility>

#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

void write_indented(std::string& out, JsonValue value, const std::string& indent) {
  const bool object = value.is_object();
  if ((!object && !value.is_array()) || value.size() == 0) {
    JsonWriter w;
    out += w.value(value).view();
    return;
  }
  const std::string inner = indent + "  ";
  bool first = true;
  const auto begin_item = [&] { out.append(std::exchange(first, false) ? "\n" : ",\n").append(inner); };
  out += object ? '{' : '[';
  for (const auto member : value.members()) {
    begin_item();
    JsonWriter key;
    out.append(key.string(member.name()).view()).append(": ");
    write_indented(out, member.value(), inner);
  }
  for (const auto element : value.elements()) {
    begin_item();
    write_indented(out, element, inner);
  }
  out.append("\n").append(indent).append(object ? "}" : "]");
}

}  // namespace

Result<std::string> read_input(const std::string& file) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(nullptr, &std::fclose);
  if (file != "-") opened.reset(std::fopen(file.c_str(), "rb"));
  std::FILE* in = file == "-" ? stdin : opened.get();
  if (!in) return Error{ErrorCode::not_found, file, "The file cannot be opened."};
  std::string text;
  char bytes[65536];
  for (std::size_t size = 0; (size = std::fread(bytes, 1, sizeof bytes, in)) > 0;) text.append(bytes, size);
  if (std::ferror(in)) return Error{ErrorCode::unavailable, file, "The file cannot be read."};
  return text;
}

std::string indented(std::string_view json) {
  std::string text;
  if (const auto document = JsonDocument::parse(std::string(json))) write_indented(text, document->root(), "");
  return text += '\n';
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int print_problems(const std::vector<Error>& errors) {
  for (const Error& error : errors) {
    const std::string line = error.where.empty() ? error.message : error.where + ": " + error.message;
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  return 1;
}

}  // namespace cathgate::cds_hooks
