// One rule on one view: whether it fires, what it says, what it defines. Pure but for the facts it sets.
#pragma once

#include "rules/rule.h"
#include "rules/rule_library.h"

namespace cathgate::rules {

// What became of a rule. Of a table, [first, last] are the steps that its fact can lie in, -1 standing for "below the
// first step"; a plain rule has the one step 0.
struct Judgement {
  Truth guard = Truth::no;  // the condition
  Truth fired = Truth::no;  // with the table's step, if it is one
  int first = 0;
  int last = 0;

  bool one_step() const { return first == last && first >= 0; }
};

Judgement judge(const Rule& rule, const FactView& view);

// Fills the outcome of a rule that fired or could not say.
void describe(const Rule& rule, const Judgement& judgement, const FactView& view, RuleOutcome& outcome);

// Judges, appends an outcome unless the rule is silent, and sets the facts that the rule defines.
void evaluate_rule(const Rule& rule, FactView& view, std::vector<RuleOutcome>& outcomes);

// Runs the rule's examples; each that fails is an error that says what happened instead.
void run_rule_examples(const Rule& rule, const FactCatalogue& facts, std::vector<Error>& errors);

}  // namespace cathgate::rules
