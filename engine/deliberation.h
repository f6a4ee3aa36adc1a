// The working state of one assessment: the facts, what every rule said so far, and what has been concluded. Internal to
// engine/; lives on one thread for one call.
#pragma once

#include <memory>
#include <vector>

#include "engine/assess.h"
#include "engine/fact_view_builder.h"

namespace cathgate {

struct Deliberation;

// From scope to decision, without the explanation. Returns the outcomes that decided, most important first.
std::vector<const rules::RuleOutcome*> conclude(Deliberation& d);

struct Deliberation {
  const PatientSnapshot& snapshot;
  const Knowledge& knowledge;
  const SiteOptions& site;
  const Guideline* guideline;  // the one that decides; never null
  FactView view;
  std::vector<rules::RuleOutcome> outcomes;  // of all stages run so far, in their order
  Assessment result;
  rules::Action asked_for = rules::Action::none;  // by the decision test_first: what the guideline asks for
  bool supposed = false;  // a result was supposed that the record does not hold: only the decision is wanted

  // Runs a stage; its outcomes are appended.
  void run(Stage stage) { knowledge.rules.evaluate(stage, view, outcomes); }
  // Whether a rule takes part under the guideline that decides.
  bool counts(const rules::RuleOutcome& o) const { return !guideline->leaves_out(o.finding.id); }
  bool is(FactId fact) const { return view[fact].equals(1) == Truth::yes; }
  bool is_not(FactId fact) const { return view[fact].equals(1) == Truth::no; }
  bool is_unknown(FactId fact) const { return view[fact].equals(1) == Truth::unknown; }
  // An emergency or inpatient encounter, or an order that cannot wait.
  bool acute_setting() const { return is(knowledge.ids.encounter_acute) || is(knowledge.ids.order_urgent); }
};

}  // namespace cathgate
