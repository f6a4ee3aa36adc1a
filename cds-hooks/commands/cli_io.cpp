#include "cds-hooks/commands/cli_io.h"

#include <cstdio>
#include <memory>

namespace cathgate::cds_hooks {

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

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int print_problems(const std::vector<Error>& errors) {
  for (const Error& error : errors) {
    const std::string line = error.where.empty() ? error.message : error.where + ": " + error.message;
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  return 1;
}

}  // namespace cathgate::cds_hooks
