#include "engine/explain.h"

#include <algorithm>
#include <array>

#include "engine/message_ids.h"
#include "engine/missing.h"

namespace cathgate {
namespace {

using rules::Action;
using rules::EffectType;
using rules::RuleOutcome;
using Outcomes = std::vector<const RuleOutcome*>;

constexpr std::size_t kDrivers = 2;

Statement::Action action_of(const rules::Effect& effect) {
  switch (effect.type) {
    case EffectType::forbid_defer: return Statement::Action::forbid_defer;
    case EffectType::prevention: return Statement::Action::prevention;
    case EffectType::harm: return Statement::Action::harm;
    case EffectType::recommend: break;
    default: return Statement::Action::none;
  }
  constexpr std::array kActions = {Statement::Action::none, Statement::Action::emergency, Statement::Action::angiography, Statement::Action::functional_imaging,
                                   Statement::Action::ccta, Statement::Action::calcium_score, Statement::Action::defer};
  return kActions[static_cast<std::size_t>(effect.action)];
}

class Explainer {
 public:
  Explainer(Deliberation& d, const Outcomes& deciding) : d_(d), ids_(d.knowledge.ids), r_(d.result), deciding_(deciding) {}

  void explain() {
    add_statements();
    add_undecided();
    add_drivers();
    add_evidence();
    add_gaps();
    add_reversal();
    const auto& estimate = d_.view[ids_.clinician_likelihood];
    if (estimate.exact()) r_.clinician_likelihood = estimate.low / 100;
  }

 private:
  // Definitions and objections to tests have their own place on the card. A statement that asks for a deferral is shown
  // only on a deferral: beside any other advice it could be read as one.
  bool is_shown(const RuleOutcome& o) const {
    if (o.fired != Truth::yes || !o.effect || !d_.counts(o)) return false;
    if (o.effect->type == EffectType::define || o.effect->type == EffectType::avoid_test) return false;
    if (is_deferral(*o.effect)) return r_.decision == Decision::defer;
    const bool supports = r_.decision == Decision::angiography_recommended || r_.decision == Decision::emergency;
    return !(supports && o.effect->type == EffectType::forbid_defer);
  }

  static bool is_deferral(const rules::Effect& effect) { return effect.type == EffectType::recommend && effect.action == Action::defer; }

  void add_statements() {
    for (const auto* o : deciding_)
      if (o->effect && (!is_deferral(*o->effect) || r_.decision == Decision::defer)) r_.statements.push_back({o->finding, action_of(*o->effect)});
    for (const auto rank : {0, 1, 2})
      for (const auto& o : d_.outcomes) {
        if (!is_shown(o) || rank_of(*o.effect) != rank || std::find(deciding_.begin(), deciding_.end(), &o) != deciding_.end()) continue;
        r_.statements.push_back({o.finding, action_of(*o.effect)});
      }
  }
  static int rank_of(const rules::Effect& effect) {
    return effect.type == EffectType::recommend || effect.type == EffectType::forbid_defer ? 0 : effect.type == EffectType::note ? 1 : 2;
  }

  // Rules that would change the advice if their missing fact were known.
  void add_undecided() {
    for (const auto& o : d_.outcomes) {
      if (o.fired != Truth::unknown || !o.effect || !d_.counts(o) || r_.decision <= Decision::angiography_recommended) continue;
      const bool gate = o.effect->action == Action::emergency;
      if (o.effect->action == Action::angiography || (gate && d_.acute_setting())) r_.undecided.push_back(o.finding);
    }
  }

  // A derived fact is replaced by the facts that made a rule define it, so that a reader sees "left main 60 %".
  void expand(const Evidence& e, std::vector<Evidence>& out, int depth) const {
    if (d_.knowledge.facts[e.fact].stage >= Stage::scope && e.fact != ids_.percent && depth > 0)
      for (const auto& o : d_.outcomes)
        if (o.fired == Truth::yes && o.effect && o.effect->defines == e.fact) {
          for (const auto& inner : o.finding.evidence) expand(inner, out, depth - 1);
          return;
        }
    if (e.value.known() && std::none_of(out.begin(), out.end(), [&](const Evidence& x) { return x.fact == e.fact; })) out.push_back(e);
  }

  // The most telling first: results of tests, then what the engine computed, then the rest.
  int weight_of(const Evidence& e) const {
    const auto& results = d_.knowledge.data.result_facts;
    if (std::find(results.begin(), results.end(), e.fact) != results.end()) return d_.knowledge.facts[e.fact].kind == FactKind::quantity ? 0 : 1;
    return e.fact == ids_.percent || e.fact == ids_.learned_percent ? 2 : 3;
  }

  void add_drivers() {
    std::vector<Evidence> drivers;
    const bool by_likelihood = !deciding_.empty() && std::all_of(deciding_.begin(), deciding_.end(), [](const RuleOutcome* o) { return !o->step.empty() || !o->possible.empty(); });
    if (r_.learned && r_.learned->decided) add_one(drivers, ids_.learned_percent);
    else if (by_likelihood || deciding_.empty()) add_likelihood(drivers);
    for (const auto* o : deciding_)
      for (const auto& e : o->finding.evidence)
        if (is_positive(e)) expand(e, drivers, 3);
    std::erase_if(drivers, [&](const Evidence& e) { return !is_positive(e) || (r_.decision == Decision::angiography_recommended && is_zero(e)); });
    std::stable_sort(drivers.begin(), drivers.end(), [&](const Evidence& a, const Evidence& b) { return weight_of(a) < weight_of(b); });
    if (drivers.size() < kDrivers && r_.decision != Decision::emergency) add_likelihood(drivers);
    if (drivers.size() < kDrivers && r_.decision != Decision::emergency && d_.view[ids_.symptom_score].exact()) add_one(drivers, ids_.symptom_score);
    if (drivers.size() > kDrivers) drivers.resize(kDrivers);
    r_.drivers = std::move(drivers);
  }
  void add_likelihood(std::vector<Evidence>& out) const {
    if (r_.likelihood) add_one(out, ids_.percent);
  }
  void add_one(std::vector<Evidence>& out, FactId fact) const {
    if (std::none_of(out.begin(), out.end(), [&](const Evidence& e) { return e.fact == fact; })) out.push_back({fact, d_.view[fact]});
  }
  // "No known disease" made a rule fire, but does not drive anything.
  bool is_positive(const Evidence& e) const { return e.value.known() && !(d_.knowledge.facts[e.fact].kind == FactKind::boolean && e.value.high == 0); }

  // "Left main stenosis 0 %" is no reason to catheterise.
  bool is_zero(const Evidence& e) const { return d_.knowledge.facts[e.fact].kind == FactKind::quantity && e.value.high == 0; }

  void add_evidence() {
    std::vector<Evidence> found;
    const auto take = [&](const std::vector<Evidence>& list) {
      for (const auto& e : list) expand(e, found, 3);
    };
    take(r_.drivers);
    if (r_.likelihood)
      for (const auto& step : r_.likelihood->steps) take(step.evidence);
    for (const auto fact : ids_.angina_items) add_known(found, fact);
    for (const auto fact : ids_.risk_factors) add_known(found, fact);
    for (const auto& statement : r_.statements) take(statement.finding.evidence);
    std::erase_if(found, [&](const Evidence& e) { return d_.knowledge.facts[e.fact].stage > Stage::derived || e.value.origin == Origin::assumed; });
    r_.evidence = std::move(found);
  }
  void add_known(std::vector<Evidence>& out, FactId fact) const {
    if (d_.view[fact].known()) add_one(out, fact);
  }

  void add_gaps() {
    if (r_.likelihood) put_first(r_.missing, join(r_.missing, expand_missing(d_, r_.likelihood->missing)));
    if (r_.acute_not_assessed && d_.acute_setting()) put_first(r_.missing, missing_for_gate(d_));
    const auto assumed = [&](FactId fact) {
      if (d_.view[fact].known() && d_.view[fact].origin == Origin::assumed) r_.assumed_absent.push_back(fact);
    };
    for (const auto fact : ids_.risk_factors) assumed(fact);
    for (const auto fact : ids_.coronary_history) assumed(fact);
    if (r_.next_test) assumed(ids_.allergy_contrast);
    for (const auto& o : d_.outcomes)
      for (const auto& m : o.finding.missing)
        if (o.fired == Truth::unknown && m.reason == UnknownReason::too_old && std::find(r_.stale.begin(), r_.stale.end(), m.fact) == r_.stale.end()) r_.stale.push_back(m.fact);
  }
  static std::vector<MissingFact> join(std::vector<MissingFact> a, const std::vector<MissingFact>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }

  void add_reversal() {
    using namespace message;
    switch (r_.decision) {
      case Decision::defer: r_.reversal = {kReverseAcute, kReverseLowEffort, kReverseHighRisk, kReverseRefractory};
        if (r_.decision_reason == kAnatomyOpen) r_.reversal.push_back(kReverseFunctionTest);
        break;
      case Decision::test_first: r_.reversal = {kReverseAcute, kReverseLowEffort, kReverseHighRisk, kReverseRefractory, kReverseTestAbnormal, kReverseTestInconclusive}; break;
      case Decision::insufficient_data: r_.reversal = {kReverseAcute}; break;
      default: break;
    }
  }

  Deliberation& d_;
  const FactIds& ids_;
  Assessment& r_;
  const Outcomes& deciding_;
};

}  // namespace

void explain(Deliberation& d, const std::vector<const rules::RuleOutcome*>& deciding) { Explainer(d, deciding).explain(); }

}  // namespace cathgate
