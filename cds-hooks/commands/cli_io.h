// What the commands share: reading a named file or stdin, and saying errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cathgate::cds_hooks {

// The bytes of a file; "-" is stdin.
Result<std::string> read_input(const std::string& file);
// Valid JSON with one member or element on a line, indented by two blanks, with a line feed at its end.
std::string indented(std::string_view json);
void print(std::string_view text);                          // to stdout
int print_problems(const std::vector<Error>& errors);       // to stderr; 1
inline int print_problem(const Error& error) { return print_problems({error}); }

}  // namespace cathgate::cds_hooks
