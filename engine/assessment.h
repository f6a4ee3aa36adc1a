// What the engine concluded about one patient and one order: the contract between engine/ and everything that shows,
// stores or measures advice. Pure values; texts point into `knowledge`, which the Assessment keeps alive.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/patient_snapshot.h"
#include "engine/endotype_assessment.h"
#include "models/learned_score.h"
#include "models/likelihood_ratios.h"
#include "rules/effect.h"

namespace cathgate {

struct Knowledge;  // engine/knowledge.h

// In order of caution: an earlier one wins when two are possible.
enum class Decision : std::uint8_t {
  emergency,                // acute pathway now; the likelihood stays silent
  angiography_recommended,  // the order is supported
  test_first,               // another test would decide; every "no angiogram now" that is not a deferral
  insufficient_data,        // the record does not allow advice; the card names the input that would
  defer,                    // only: likelihood <= 5 % with no test, CAD-RADS 0-2 of diagnostic quality, or normal stress imaging
  not_applicable,           // not a question for Cathgate: no card
};
std::string_view decision_name(Decision decision);

// Why the likelihood was or was not asked.
enum class Scope : std::uint8_t {
  chest_pain,              // suspected, not known, coronary disease: likelihood applies
  known_coronary_disease,  // infarct, PCI, CABG, proven stenosis: no likelihood
  non_coronary_indication, // valve, transplant, cardiomyopathy work-up, arrest: not applicable
  under_age,               // under 18: not applicable
  deceased,
};
std::string_view scope_name(Scope scope);

// Non-invasive tests that a card can name. The names are those of next_tests.json and of the configuration.
enum class Test : std::uint8_t { calcium_score, ccta, exercise_ecg, stress_echo, spect, pet, stress_cmr, ffr_ct };
inline constexpr std::size_t kTests = 8;
std::string_view test_name(Test test);
std::optional<Test> read_test(std::string_view name);

// One step of how the likelihood was built, in order: a score first, then at most one anatomical and one functional ratio.
struct LikelihoodStep {
  std::string_view id;        // "rf-cl", "cacs-cl", "lr.ccta"
  std::string_view version;
  std::string_view label;     // "RF-CL (age, sex, symptoms, risk factors)"
  double before = 0;          // proportion; 0 for the first step
  double after = 0;           // proportion
  double after_low = 0;       // range over the missing inputs; equals `after` when none is missing
  double after_high = 0;
  std::optional<double> ratio;  // likelihood ratio, when the step is one
  EvidenceStatus status = EvidenceStatus::verified;
  const Citation* citation = nullptr;
  std::vector<Evidence> evidence;
};

// The likelihood of obstructive coronary disease, as proportions (0-1).
struct Likelihood {
  double point = 0;            // meaningful only when low == high or `point_given`
  bool point_given = false;    // false: too many inputs are missing for a point; only the range speaks
  double low = 0;              // range over the missing inputs; equals point when none is missing
  double high = 0;
  // 90 % interval from published uncertainty; empty when no source gives one ("no interval").
  struct Interval { double low; double high; EvidenceStatus status; };
  std::optional<Interval> interval;
  std::string_view class_name;  // "very_low" ... "very_high"; empty while the range spans several classes
  std::vector<LikelihoodStep> steps;
  std::vector<MissingFact> missing;      // inputs that were missing, the one that would narrow the range most first
  // Other published models for the same patient, never part of the likelihood; proportions, low and high over missing inputs.
  struct Comparator { std::string_view id, label; const Citation* citation; EvidenceStatus status; double low; double high; };
  std::vector<Comparator> comparators;
  std::optional<double> table_percent;   // ESC 2024 Figure 4's printed integer, as a cross-check beside the formula
  bool age_outside_validation = false;   // outside 30-80 years
};

// What one fact adds to the log-odds of the learned score, compared with its usual value.
struct LearnedPart {
  FactId fact = kNoFact;             // none: the published score of this id and label
  std::string_view score, label;
  FactValue value;
  double log_odds = 0;
  bool narrated = true;              // false: medicine dictates no direction, so the card does not tell one
};

// What the learned score says beside, or instead of, the guideline's likelihood. Proportions.
struct LearnedResult {
  const models::LearnedScore* score = nullptr;
  bool possible = false;            // false: a required input is missing (the first of `missing`) or `outside` its range
  double point = 0;
  double low = 0, high = 0;         // 90 % interval
  double log_odds = 0, variance = 0, hidden_variance = 0;
  std::vector<LearnedPart> parts;           // of the known facts, each once, largest first
  double base = 0;                          // log-odds less all parts, before any recalibration
  std::vector<models::AppliedRatio> ratios; // tests that the score was not trained on
  std::vector<MissingFact> missing;         // unknown inputs, the one that widens the interval most first
  std::vector<FactId> outside;              // inputs beyond the range of the training data
  std::optional<double> threshold;  // of the site's recalibration for this patient's sex; empty: none, so it decides nothing
  bool woman = false;               // whose threshold it is
  bool certified = false;           // the site's sample of this sex carries the bound on missed disease
  bool decided = false;             // the advice is the learned score's
};

struct ExcludedTest {
  Test test;
  std::string_view rule_id;  // the contraindication that fired; empty: not available at this site
  std::string_view reason;   // a message id, or the English summary of that rule
  const LocalisedText* texts = nullptr;  // that rule's words in every language
};

struct NextTest {
  Test test;
  std::optional<double> likelihood_if_normal;    // proportion; empty where no ratio is published
  std::optional<double> likelihood_if_abnormal;
  std::optional<Decision> decision_if_normal;    // what Cathgate would then say; empty where no result can be supposed
  std::optional<Decision> decision_if_abnormal;
  std::optional<double> settles;  // proportion of patients like this one whose result ends in deferral or angiography, rightly
  std::vector<Test> alternatives;    // also possible for this patient, best first
  std::vector<ExcludedTest> excluded;
};

// A statement of a guideline that fired, and what it asks for.
struct Statement {
  Finding finding;
  enum class Action : std::uint8_t { none, emergency, angiography, functional_imaging, ccta, calcium_score, defer, forbid_defer, prevention, harm } action = Action::none;
};

// What a guideline that the site does not follow would advise instead.
struct OtherAdvice {
  std::string_view guideline;  // its id
  const Citation* citation = nullptr;
  Decision decision = Decision::insufficient_data;
  rules::Action asked_for = rules::Action::none;  // of test_first: the kind of test
  std::optional<Test> next_test;                  // and what that means for this patient at this site
  Finding why;                                    // its statement
};

struct Assessment {
  std::shared_ptr<const Knowledge> knowledge;
  UnixSeconds as_of = 0;
  Scope scope = Scope::chest_pain;
  Decision decision = Decision::insufficient_data;
  Severity severity = Severity::info;
  bool acute_not_assessed = false;        // the acute gate is not known to be closed (ECG or troponin lacking): said on the card
  std::optional<Likelihood> likelihood;   // empty: not computed (see likelihood_silence)
  std::optional<LearnedResult> learned;   // empty: not asked
  std::string_view likelihood_silence;    // message id of the reason, empty when computed: "silent.acute", "silent.known_cad", ...
  // Message id of the one sentence that explains the decision, and the two facts that drove it (most important first).
  std::string_view decision_reason;
  std::vector<Evidence> drivers;
  std::vector<Statement> statements;      // fired rules, those that decided first
  std::vector<Finding> undecided;         // rules that could not say and would matter
  std::optional<NextTest> next_test;
  std::vector<std::string_view> reversal; // message ids: what would reverse a deferral or a test_first
  std::vector<MissingFact> missing;       // inputs whose absence limits the advice; the deciding one first
  std::vector<FactId> assumed_absent;     // facts taken as absent because a complete list does not mention them
  std::vector<FactId> stale;              // facts that exist but are too old for their use
  std::vector<Evidence> evidence;         // every known fact that was used, for the table of the card
  std::vector<DataIssue> issues;          // the snapshot's and the engine's own
  std::vector<OtherAdvice> other_advice;  // only guidelines that disagree
  std::optional<EndotypeAssessment> endotype;  // angina with open arteries; empty when that is not the question
  std::optional<double> clinician_likelihood;  // proportion, attributed; shown beside ours, never merged
};

}  // namespace cathgate
