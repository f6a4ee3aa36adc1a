// Rules with one thing wrong, to see whether their examples notice: a changed threshold, a flipped comparison, a dropped
// condition, a changed age limit. Deterministic; the names are stable as long as the condition is.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"

namespace cathgate::rules {

struct Mutant {
  std::string what;  // "when/1 symptom.ccs_class: from 3 becomes from 3.03"; unique within its rule
  Rule rule;
};

// All mutants of a rule, in the order of its condition and then of its steps.
std::vector<Mutant> mutants_of(const Rule& rule, const FactCatalogue& facts);

// How far a threshold of the fact is moved: a hundredth of its size, for a category to the next one.
double mutation_step(const FactDefinition& fact, double threshold);

// Whether an example of the rule no longer holds.
bool examples_catch(const Rule& mutant, const FactCatalogue& facts);

// Whether the rule takes part in advice, so that a survivor has to be looked at: it recommends, forbids a deferral or defines a
// fact that other rules read.
bool drives_advice(const RuleInfo& rule);

}  // namespace cathgate::rules
