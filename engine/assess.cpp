#include "engine/assess.h"

#include <algorithm>

#include "engine/decide.h"
#include "engine/endotype.h"
#include "engine/explain.h"
#include "engine/learned.h"
#include "engine/likelihood.h"
#include "engine/message_ids.h"
#include "engine/other_guidelines.h"

namespace cathgate {
namespace {

constexpr std::size_t kTypicalOutcomes = 64;

// Whether the patient and the question are ours at all. Sets scope, and the decision when they are not.
bool in_scope(Deliberation& d) {
  auto& r = d.result;
  const auto& age = d.view[d.knowledge.ids.age];
  if (d.snapshot.deceased) r.scope = Scope::deceased, r.decision_reason = message::kDeceased;
  else if (age.known() && age.high < d.knowledge.data.adult_age_years) r.scope = Scope::under_age, r.decision_reason = message::kUnderAge;
  else if (d.is(d.knowledge.ids.not_applicable)) r.scope = Scope::non_coronary_indication, r.decision_reason = message::kNonCoronary;
  else return true;
  r.decision = Decision::not_applicable;
  r.likelihood_silence = message::kSilentNotApplicable;
  return false;
}

void weigh(Deliberation& d) {
  const auto& ids = d.knowledge.ids;
  if (d.is(ids.known_disease)) {
    d.result.scope = Scope::known_coronary_disease;
    d.result.likelihood_silence = message::kSilentKnownDisease;
  } else if (d.is_not(ids.symptomatic)) {
    d.result.likelihood_silence = message::kSilentAsymptomatic;
  } else {
    assess_likelihood(d);
  }
  for (const auto stage : {Stage::result, Stage::decision, Stage::tests, Stage::prevention}) d.run(stage);
  assess_learned(d);
}

// The snapshot without what was read from free text; empty when there is no such thing.
std::optional<PatientSnapshot> without_text(const PatientSnapshot& snapshot) {
  const auto is_text = [](const auto& fact) { return fact.origin == Origin::text; };
  if (std::none_of(snapshot.measurements.begin(), snapshot.measurements.end(), is_text) && std::none_of(snapshot.diagnoses.begin(), snapshot.diagnoses.end(), is_text)) return std::nullopt;
  PatientSnapshot coded = snapshot;
  std::erase_if(coded.measurements, is_text);
  std::erase_if(coded.diagnoses, is_text);
  return coded;
}

// A deferral must stand on what is coded: free text may also have hidden what speaks against it.
void confirm_deferral(Deliberation& d, const std::shared_ptr<const Knowledge>& knowledge) {
  if (d.result.decision != Decision::defer) return;
  const auto coded = without_text(d.snapshot);
  if (!coded || assess(*coded, knowledge, d.site).decision == Decision::defer) return;
  d.result.decision = Decision::insufficient_data;
  d.result.severity = Severity::warning;
  d.result.decision_reason = message::kReportUnconfirmed;
}

Assessment finish(Deliberation& d, Stage last, AssessmentTrace* trace) {
  if (trace) *trace = {d.view, std::move(d.outcomes), last};
  return std::move(d.result);
}

}  // namespace

std::vector<const rules::RuleOutcome*> conclude(Deliberation& d) {
  d.outcomes.reserve(kTypicalOutcomes);
  d.run(Stage::scope);
  if (!in_scope(d)) return {};
  d.run(Stage::gate);
  if (d.is(d.knowledge.ids.gate_acute)) return decide_emergency(d);
  d.result.acute_not_assessed = !d.is_not(d.knowledge.ids.gate_acute);
  weigh(d);
  return decide(d);
}

Assessment assess(const PatientSnapshot& snapshot, std::shared_ptr<const Knowledge> knowledge, const SiteOptions& site, AssessmentTrace* trace) {
  const Knowledge& k = *knowledge;
  Assessment result;
  result.as_of = snapshot.as_of;
  result.issues = snapshot.issues;
  FactView view = build_fact_view(snapshot, k, result.issues);
  const auto* guideline = k.guidelines.find(site.guideline);
  Deliberation d{snapshot, k, site, guideline ? guideline : k.guidelines.find({}), std::move(view), {}, std::move(result)};
  d.result.knowledge = std::move(knowledge);
  const auto deciding = conclude(d);
  if (d.result.decision == Decision::not_applicable) return finish(d, Stage::scope, trace);
  confirm_deferral(d, d.result.knowledge);
  if (d.result.scope == Scope::chest_pain && d.result.likelihood) compare_guidelines(d);
  explain(d, deciding);
  if (d.result.decision == Decision::emergency) return finish(d, Stage::gate, trace);
  assess_endotype(d);
  return finish(d, Stage::prevention, trace);
}

}  // namespace cathgate
