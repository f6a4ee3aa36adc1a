// What the engine concluded about angina with open arteries: labels of each rule set, how sure the model is, what follows.
// Part of an Assessment; texts point into its knowledge.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "models/endotype_information.h"

namespace cathgate {

// What one rule set says. A set without a firing label cannot judge from what is known.
struct EndotypeLabel {
  std::string_view rule_set;  // "esc-2024"
  std::string_view label;     // "structural"
  Finding finding;
};

// One drug that a statement names, and what the record says against it.
struct DrugAdvice {
  std::string_view drug;  // "calcium_channel_blocker"
  FactId fact = kNoFact;  // whether the patient takes it
  FactValue taken;
  bool contraindicated = false;
  bool caution = false;
};
struct TreatmentAdvice {
  std::string_view axis;  // "dilator", "spasm", "both"
  bool prompt = false;    // rests on the model's probability alone: a link to the evidence, never an order
  Finding finding;
  std::vector<DrugAdvice> drugs;  // first choice first
};

struct Investigation {
  std::string_view name;  // "invasive_function"
  Finding finding;
};

struct RankedEndotypeTest {
  models::EndotypeTest test;
  double bits = 0;
  double cost = 0;      // in the site's unit, or in exercise ECGs
};

// How sure: present only where the tenant asked for it and the model may speak.
struct EndotypeCertainty {
  models::EndotypePosterior posterior;
  models::EndotypeVerdict verdict;
  double cfr_cut = 0;                      // of the tenant's rule set
  double other_cut = 0;                    // the other cut-off in use, and P(CFR below it)
  double reserve_below_other = 0;
  double obstruction_before = 0;           // from the likelihood, the angiogram or FFR
  std::string_view model_id, model_version, model_digest;
  bool calibrated = false;                 // with the site's own readings
  std::vector<RankedEndotypeTest> ranking; // most information for its cost first; empty when not switched on
  bool own_costs = false;                  // the costs of the ranking are the site's
  std::vector<FactId> invalid;             // readings that were not used
};

struct EndotypeAssessment {
  bool arteries_open = false;
  bool persistent_symptoms = false;
  bool spasm_tested = false;        // a complete or equivocal acetylcholine test
  bool reserve_tested = false;      // an invasive CFR
  bool resistance_tested = false;
  bool vasospasm_by_ecg = false;    // definite without acetylcholine: an ischaemic ECG in an attack that responds to nitrates
  std::vector<EndotypeLabel> labels;            // in the order of the rule sets
  std::optional<EndotypeCertainty> certainty;
  std::string_view silence;                     // message id: why there is no certainty; empty when there is
  std::vector<Evidence> measurements;           // what is known of function and anatomy
  std::vector<Evidence> reserve_readings;       // flow reserve without a catheter, not too old
  std::vector<Finding> interpretations;         // where a measurement lies to cut-offs, and why rule sets differ
  std::vector<TreatmentAdvice> treatments;      // the strongest recommendation first; prompts last
  std::vector<FactId> taken_against;            // drugs on the medication list that the record speaks against
  std::vector<Finding> cautions;                // what the record says against a drug that is named
  std::vector<Investigation> investigations;
  std::vector<Finding> evidence;                // what trials have shown; guideline statements first
  std::vector<Finding> notes;
  std::vector<std::pair<std::string_view, std::string_view>> versions;  // id and version of rule sets and model
};

}  // namespace cathgate
