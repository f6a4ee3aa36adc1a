// The guidelines among which a site chooses (engine/guidelines.json), and which rules belong to one of them alone.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/finding.h"
#include "rules/rule_library.h"

namespace cathgate {

struct Guideline {
  std::string id;  // "esc-2024": the word of the configuration; its name for cards is "guideline_name.<id>" of the messages
  Citation citation;

  // Whether a rule takes no part in the advice when this guideline is followed.
  bool leaves_out(std::string_view rule_id) const { return left_out.contains(rule_id); }
  // Whether a rule is this guideline's own word, to be quoted as its reason.
  bool speaks_in(std::string_view rule_id) const { return own.contains(rule_id); }

  std::unordered_set<std::string_view> left_out, own;  // rule ids, owned by the rule library
};

struct Guidelines {
  std::vector<Guideline> all;
  std::size_t standard = 0;  // index of the default

  // The guideline of this id; the default for an empty id; null when there is none.
  const Guideline* find(std::string_view id) const;

  // Reports every problem: a rule or file that the library does not hold, a default that is not there.
  static Loaded<Guidelines> load(const std::string& path, const rules::RuleLibrary& rules);
};

}  // namespace cathgate
