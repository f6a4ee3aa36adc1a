// The truth table of a rule at its edges: what it says just below, at and just above each number of its condition, and when
// the fact is missing or too old, while everything else stays as in an example in which the rule fires.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"

namespace cathgate::rules {

struct EdgeRow {
  FactId fact = kNoFact;
  std::string value;    // "2.999", "missing", "91 days old"
  std::string verdict;  // "fires", "step low", "silent", "cannot say"
};

// In the order of the condition, tables last; each fact and edge once. Empty for a rule without numbers or ordered categories.
std::vector<EdgeRow> truth_table(const Rule& rule, const FactCatalogue& facts);

// "fires", "step low", "silent" or "cannot say".
std::string verdict_words(const Rule& rule, const FactView& view);

}  // namespace cathgate::rules
