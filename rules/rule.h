// One rule as it is evaluated. Internal to rules/: built by rule_reader, ordered by rule_order, run by judge.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/condition.h"
#include "rules/rule_info.h"

namespace cathgate::rules {

// Where a step of a table begins; it ends where the next begins.
struct StepEdge {
  double from = 0;
  bool excluded = false;  // "above": the edge itself belongs to the step before
};

// A fact that a rule defines, and by which of its steps (a plain rule has one).
struct Definition {
  FactId fact = kNoFact;
  bool boolean = true;           // otherwise a category
  bool first = true;             // the first rule of its stage's order to define the fact; later ones are combined by "or"
  std::vector<bool> by_step;
};

struct Example {
  std::string name;
  std::string where;
  std::vector<std::pair<FactId, FactValue>> facts;
  Truth expected = Truth::yes;
  int step = 0;  // with yes: the step
  bool variant = false;  // written as a change of another example
};

struct Rule {
  RuleInfo info;
  Condition when;                  // a table's guard, or the whole condition
  FactId on = kNoFact;             // tables only
  double on_max_age_days = kAnyAge;
  std::vector<StepEdge> edges;     // tables only: ascending, parallel to info.steps
  std::vector<Definition> definitions;
  std::vector<Example> examples;
  // Set by link(): what the rule says, by step, and what an undecided table says. They point into info.
  std::vector<Finding> findings;
  Finding undecided;

  bool is_table() const { return on != kNoFact; }
  // The index of the step that a value lies in, -1 below the first.
  int step_of(double value) const;
  // Fills `findings` and `undecided`; the rule must not be moved afterwards.
  void link();
};

// Replaces the operational age limits of these facts; those of a source stay.
void set_operational_ages(Rule& rule, const std::map<FactId, double>& days);

}  // namespace cathgate::rules
