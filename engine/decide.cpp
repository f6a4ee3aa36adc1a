#include "engine/decide.h"

#include <algorithm>
#include <cmath>

#include "engine/learned.h"
#include "engine/likelihood.h"
#include "engine/message_ids.h"
#include "engine/missing.h"
#include "engine/next_test.h"

namespace cathgate {
namespace {

using rules::Action;
using rules::EffectType;
using rules::RuleOutcome;
using Outcomes = std::vector<const RuleOutcome*>;

bool recommends(const RuleOutcome& o, Action action) { return o.fired == Truth::yes && o.effect && o.effect->type == EffectType::recommend && o.effect->action == action; }
bool is_test(Action action) { return action == Action::functional_imaging || action == Action::ccta || action == Action::calcium_score; }

class Judge {
 public:
  explicit Judge(Deliberation& d) : d_(d), ids_(d.knowledge.ids), r_(d.result) {}

  Outcomes decide() {
    if (auto by = recommending(Action::angiography); !by.empty()) return angiography(std::move(by));
    if (has_conflict()) return insufficient(message::kResultsConflict, {});
    if (learned_decides(d_) && !guideline_speaks_of_results())
      if (auto by = by_learned_score()) return std::move(*by);
    for (const auto action : {Action::functional_imaging, Action::ccta, Action::calcium_score})
      if (auto by = recommending(action); !by.empty()) {
        const auto reason = reason_of(*by.front());
        return test_first(action, reason, std::move(by));
      }
    if (auto by = recommending(Action::defer); !by.empty()) return deferral(std::move(by));
    if (const auto* table = undecided_table()) return by_range(*table);
    return nothing_fired();
  }

 private:
  Outcomes recommending(Action action) const {
    Outcomes found;
    for (const auto& o : d_.outcomes)
      if (recommends(o, action) && d_.counts(o)) found.push_back(&o);
    // A statement about this patient's results or symptoms goes before the table by likelihood.
    std::stable_partition(found.begin(), found.end(), [](const RuleOutcome* o) { return o->step.empty(); });
    return found;
  }

  // A statement of the site's guideline about this patient's results or symptoms goes before any likelihood.
  bool guideline_speaks_of_results() const {
    return std::any_of(d_.outcomes.begin(), d_.outcomes.end(), [&](const RuleOutcome& o) { return o.fired == Truth::yes && o.effect && o.effect->type == EffectType::recommend && o.step.empty() && d_.counts(o); });
  }

  // Below the site's threshold a test comes first; no test at all only where the guideline defers too and the learned
  // likelihood itself is very low. Empty: the guideline decides.
  std::optional<Outcomes> by_learned_score() {
    auto& learned = *r_.learned;
    const bool guideline_defers = !recommending(Action::defer).empty();
    const bool below = learned.point < *learned.threshold;
    if (below && guideline_defers && class_of(d_, learned.point * 100) == class_of(d_, 0)) return std::nullopt;
    learned.decided = true;
    if (below) return test_first(Action::ccta, message::kLearnedBelow, {});
    if (guideline_defers) return test_first(Action::ccta, message::kLearnedDisagrees, {});
    settle(Decision::angiography_recommended, Severity::warning, message::kLearnedAbove);
    return Outcomes{};
  }

  bool rests_on(const RuleOutcome& o, FactId fact) const {
    return std::any_of(o.finding.evidence.begin(), o.finding.evidence.end(), [&](const Evidence& e) { return e.fact == fact; });
  }

  bool has_conflict() const {
    const auto& facts = d_.knowledge.data.result_facts;
    return std::any_of(facts.begin(), facts.end(), [&](FactId f) { return d_.view[f].unknown == UnknownReason::conflicting; });
  }

  void settle(Decision decision, Severity severity, std::string_view reason) {
    r_.decision = decision;
    r_.severity = severity;
    r_.decision_reason = reason;
  }

  Outcomes angiography(Outcomes by) {
    const auto high_risk = std::find_if(by.begin(), by.end(), [&](const RuleOutcome* o) { return rests_on(*o, ids_.high_event_risk); });
    if (high_risk != by.end()) std::rotate(by.begin(), high_risk, high_risk + 1);
    const bool by_likelihood = std::all_of(by.begin(), by.end(), [&](const RuleOutcome* o) { return rests_on(*o, ids_.percent); });
    settle(Decision::angiography_recommended, Severity::warning,
           rests_on(*by.front(), ids_.high_event_risk) ? message::kHighEventRisk : by_likelihood ? message::kLikelihoodVeryHigh : message::kGuidelineAngiography);
    return by;
  }

  static std::string_view reason_of_class(std::string_view name) {
    return name == "low" ? message::kLikelihoodLow : name == "moderate" ? message::kLikelihoodModerate : name == "high" ? message::kLikelihoodHigh : message::kLikelihoodRange;
  }

  // Why a test comes first, for the statement that asks for it.
  std::string_view reason_of(const RuleOutcome& by) const {
    if (!by.step.empty()) return reason_of_class(r_.likelihood ? r_.likelihood->class_name : std::string_view());
    if (d_.is(ids_.anatomical_stenosis)) return message::kStenosisReported;
    if (d_.is(ids_.functional_positive)) return message::kFunctionalPositive;
    if (d_.is(ids_.anatomical_inconclusive)) return message::kAnatomyInconclusive;
    return by.effect->action == Action::ccta ? message::kFunctionInconclusive : message::kGuidelineTest;
  }

  Outcomes test_first(Action action, std::string_view reason, Outcomes by) {
    r_.next_test = choose_next_test(d_, action);
    d_.asked_for = action;
    if (!r_.next_test) return insufficient(message::kNoTestPossible, std::move(by));
    settle(Decision::test_first, Severity::warning, reason);
    return by;
  }

  Outcomes insufficient(std::string_view reason, Outcomes by) {
    settle(Decision::insufficient_data, reason == message::kMissingInput || reason == message::kAsymptomatic ? Severity::info : Severity::warning, reason);
    r_.next_test.reset();
    return by;
  }

  Outcomes missing_input(std::vector<MissingFact> facts, Outcomes by) {
    put_first(r_.missing, expand_missing(d_, facts));
    return insufficient(message::kMissingInput, std::move(by));
  }

  Outcomes forbidding() const {
    Outcomes found;
    for (const auto& o : d_.outcomes)
      if (o.fired == Truth::yes && o.effect && o.effect->type == EffectType::forbid_defer) found.push_back(&o);
    return found;
  }

  // Free text alone, in the statement itself or in a score behind it, never drives a deferral.
  bool rests_on_text(const Outcomes& by) const {
    const auto is_text = [](const Evidence& e) { return e.value.origin == Origin::text; };
    const bool statements = std::all_of(by.begin(), by.end(), [&](const RuleOutcome* o) { return std::any_of(o->finding.evidence.begin(), o->finding.evidence.end(), is_text); });
    const bool by_table = std::all_of(by.begin(), by.end(), [](const RuleOutcome* o) { return !o->step.empty(); });
    if (!by_table || !r_.likelihood) return statements;
    return std::any_of(r_.likelihood->steps.begin(), r_.likelihood->steps.end(), [&](const LikelihoodStep& s) { return std::any_of(s.evidence.begin(), s.evidence.end(), is_text); });
  }

  bool ends_with_exercise_ecg() const {
    const auto& tests = d_.knowledge.scores.ratios().tests;
    return std::any_of(tests.begin(), tests.end(), [&](const models::RatioTest& t) { return !t.imaging && t.id == r_.likelihood->steps.back().id; });
  }

  // A deferral by likelihood alone must hold before any test but calcium, and at the upper end of the interval.
  std::string_view objection_to_likelihood() const {
    const double very_low = class_of(d_, d_.view[ids_.percent].high);
    const double before = class_of(d_, d_.view[ids_.pretest].high);
    if (before != very_low) {
      if (ends_with_exercise_ecg() || std::isnan(before)) return message::kExerciseEcgOnly;
      return reason_of_class(d_.knowledge.facts[ids_.likelihood_class].categories[static_cast<std::size_t>(before)]);
    }
    if (r_.likelihood->interval && class_of(d_, r_.likelihood->interval->high * 100) != very_low) return message::kIntervalUncertain;
    return {};
  }

  Outcomes deferral(Outcomes by) {
    if (const auto forbids = forbidding(); !forbids.empty()) return instead_of_deferral(message::kDeferralForbidden, forbids);
    const bool by_table = std::all_of(by.begin(), by.end(), [](const RuleOutcome* o) { return !o->step.empty(); });
    if (by_table)
      if (const auto reason = objection_to_likelihood(); !reason.empty()) return instead_of_deferral(reason, std::move(by));
    for (const auto objection : {ids_.high_event_risk, ids_.anatomical_stenosis, ids_.functional_positive})
      if (d_.is_unknown(objection)) return missing_input(missing_of(objection), std::move(by));
    if (rests_on_text(by)) return insufficient(message::kReportUnconfirmed, std::move(by));
    if (d_.acute_setting() && !d_.is_not(ids_.gate_acute)) return insufficient(message::kAcuteNotAssessed, std::move(by));
    if (d_.is_unknown(ids_.known_disease)) {
      put_first(r_.missing, unknown_among(d_, ids_.coronary_history));
      return insufficient(message::kHistoryUnknown, std::move(by));
    }
    if (by_table && d_.is_not(ids_.symptomatic)) return insufficient(message::kAsymptomatic, std::move(by));
    if (by_table && !d_.is(ids_.symptomatic)) return missing_input({{ids_.symptom_score, UnknownReason::never_sent}}, std::move(by));
    settle(Decision::defer, Severity::info, by_table ? message::kLikelihoodVeryLow : d_.view[ids_.cad_rads].known() && d_.is(ids_.anatomical_diagnostic) ? message::kAnatomyOpen : message::kImagingNormal);
    return by;
  }

  // A deferral was near, but something speaks against it: imaging, or CT where no anatomy is known.
  Outcomes instead_of_deferral(std::string_view reason, Outcomes by) { return test_first(d_.is(ids_.anatomical_diagnostic) ? Action::functional_imaging : Action::ccta, reason, std::move(by)); }

  const RuleOutcome* undecided_table() const {
    for (const auto& o : d_.outcomes)
      if (o.fired == Truth::unknown && d_.counts(o) && std::any_of(o.possible.begin(), o.possible.end(), [](const rules::Effect* e) { return e->type == EffectType::recommend; })) return &o;
    return nullptr;
  }

  // The whole range leads to one action: that one. Otherwise the input that would narrow it most is asked for.
  Outcomes by_range(const RuleOutcome& table) {
    const Action first = table.possible.front()->action;
    const bool one = first != Action::none && std::all_of(table.possible.begin(), table.possible.end(), [&](const rules::Effect* e) { return e->action == first; });
    if (one && first == Action::defer) return deferral({&table});
    if (one && is_test(first)) return test_first(first, message::kLikelihoodRange, {&table});
    if (d_.is_not(ids_.symptomatic)) return insufficient(message::kAsymptomatic, {});
    return missing_input(r_.likelihood ? r_.likelihood->missing : std::vector<MissingFact>{}, {&table});
  }

  std::vector<MissingFact> missing_of(FactId defined) const {
    for (const auto& o : d_.outcomes)
      if (o.fired == Truth::unknown && o.effect && o.effect->defines == defined && !o.finding.missing.empty()) return o.finding.missing;
    return {{defined, UnknownReason::not_computed}};
  }

  // What the guideline says about such a patient without asking for anything.
  Outcomes own_words() const {
    Outcomes found;
    for (const auto& o : d_.outcomes)
      if (o.fired == Truth::yes && o.effect && o.effect->type == EffectType::note && d_.counts(o) && d_.guideline->speaks_in(o.finding.id)) found.push_back(&o);
    return found;
  }

  // What a statement about angiography lacked to be judged.
  std::vector<MissingFact> missing_for_angiography() const {
    for (const auto& o : d_.outcomes)
      if (o.fired == Truth::unknown && d_.counts(o) && o.effect && o.effect->action == Action::angiography && !o.finding.missing.empty()) {
        const auto fact = o.finding.missing.front().fact;
        return d_.knowledge.facts[fact].stage == Stage::result ? missing_of(fact) : o.finding.missing;
      }
    return {};
  }

  Outcomes nothing_fired() {
    const auto forbids = forbidding();
    if (d_.is_not(ids_.symptomatic) && forbids.empty()) return insufficient(message::kAsymptomatic, {});
    if (r_.scope == Scope::known_coronary_disease) {
      put_first(r_.missing, expand_missing(d_, missing_for_angiography()));
      return insufficient(message::kKnownDisease, forbids);
    }
    if (d_.is_unknown(ids_.high_event_risk)) return missing_input(missing_of(ids_.high_event_risk), forbids);
    if (!r_.likelihood) return missing_input(r_.missing, {});
    if (const auto own = own_words(); !own.empty()) return insufficient(message::kJudgement, own);
    return insufficient(message::kNoStatement, forbids);
  }

  Deliberation& d_;
  const FactIds& ids_;
  Assessment& r_;
};

}  // namespace

std::vector<const rules::RuleOutcome*> decide(Deliberation& d) { return Judge(d).decide(); }

std::vector<const rules::RuleOutcome*> decide_emergency(Deliberation& d) {
  d.result.decision = Decision::emergency;
  d.result.severity = Severity::critical;
  d.result.decision_reason = message::kAcuteGate;
  d.result.likelihood_silence = message::kSilentAcute;
  Outcomes by;
  for (const auto& o : d.outcomes)
    if (recommends(o, Action::emergency)) by.push_back(&o);
  return by;
}

}  // namespace cathgate
