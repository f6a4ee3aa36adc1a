// One rule from JSON, compiled; and the head of a rule file, which its rules inherit.
#pragma once

#include "rules/cursor.h"
#include "rules/rule.h"

namespace cathgate::rules {

struct FileHead {
  std::string id, version, rule_set;
  LocalisedText title;  // summaries only
  bool approved = false;
  Citation citation;
};

FileHead read_file_head(const Cursor& file);

// Empty when the rule has problems; they are reported.
std::optional<Rule> read_rule(const Cursor& at, const FileHead& file, const FactCatalogue& facts);

}  // namespace cathgate::rules
