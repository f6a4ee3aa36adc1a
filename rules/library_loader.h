// Rule files from disk: found, parsed, read into rules, ids compared across files. What needs all rules at once (order,
// examples) is done by RuleLibrary::load.
#pragma once

#include <string>
#include <vector>

#include "rules/rule_library.h"
#include "rules/rule_reader.h"

namespace cathgate::rules {

struct RuleFiles {
  std::vector<FileHead> heads;
  std::vector<Rule> rules;     // those without problems
  std::string digest;          // SHA-256 over the canonical content of all files, hexadecimal
  std::vector<std::string> disabled;  // ids of library rules that the site switched off
  std::vector<std::string> notices;   // overrides whose library rule has changed since
  std::vector<Error> errors;
};

RuleFiles read_rule_files(const RuleFolders& places, const FactCatalogue& facts);

// Brings the problems of one file together; within a file they keep their order.
void group_by_file(std::vector<Error>& errors);

}  // namespace cathgate::rules
