// Examples that a rule lacks: for each change of the rule that its examples do not notice, a patient for whom the changed rule says
// something else. What such an example expects is what the rule says now; whoever takes it over compares it with the source.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"

namespace cathgate::rules {

struct ProposedExample {
  std::string json;                  // one line, ready to stand in the rule's "examples"
  std::vector<std::string> notices;  // the changes that it notices and no example before it does, as mutation.h names them
};

struct Proposal {
  std::vector<ProposedExample> examples;
  // Changes that make no difference: every combination of the points of all facts was tried (example_points.h).
  std::vector<std::string> equivalent;
  // Changes for which nothing was found in a long search that did not try everything.
  std::vector<std::string> open;
};

// Deterministic. Takes up to some seconds for a rule that reads many facts.
Proposal propose_examples(const Rule& rule, const FactCatalogue& facts);

}  // namespace cathgate::rules
