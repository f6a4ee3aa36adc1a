// One rule from JSON, compiled; and the head of a rule file, which its rules inherit.
#pragma once

#include "rules/cursor.h"
#include "rules/rule.h"

namespace cathgate::rules {

struct FileHead {
  std::string id, version, rule_set;
  LocalisedText title;  // summaries only
  bool approved = false;
  std::string approved_by;
  bool site = false;  // of the site's folder: its rules may override the library's
  Citation citation;
};

FileHead read_file_head(const Cursor& file, bool site);

// What a site's rule says about the library's rule of the same id: {"override": {"reason", "approved_by", "of_version"}}, with
// "disabled": true in place of a rule of its own.
struct Override {
  SiteNote note;
  std::string of_version;  // of the library's rule that was read when the override was written
  bool disabled = false;
};
// Empty when the rule overrides nothing, or after reporting what is wrong with it.
std::optional<Override> read_override(const Cursor& rule);

// Empty when the rule has problems; they are reported.
std::optional<Rule> read_rule(const Cursor& at, const FileHead& file, const FactCatalogue& facts);

}  // namespace cathgate::rules
