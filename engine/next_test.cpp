#include "engine/next_test.h"

#include <algorithm>

#include "engine/likelihood.h"
#include "engine/message_ids.h"

namespace cathgate {
namespace {

const rules::RuleOutcome* objection(const Deliberation& d, Test test, bool contraindicated) {
  for (const auto& outcome : d.outcomes) {
    if (outcome.fired != Truth::yes || !outcome.effect || outcome.effect->type != rules::EffectType::avoid_test) continue;
    if (outcome.effect->test == test_name(test) && outcome.effect->contraindicated == contraindicated) return &outcome;
  }
  return nullptr;
}

bool is_done(const Deliberation& d, Test test) {
  for (const auto fact : d.knowledge.data.tests[static_cast<std::size_t>(test)].done)
    if (d.view[fact].known() && d.view[fact].high > -1 && !(d.knowledge.facts[fact].kind == FactKind::boolean && d.view[fact].high == 0)) return true;
  return false;
}

// A test of imaging quality that is neither forbidden nor missing here: beside it an exercise ECG is not for ruling out.
bool imaging_possible(const Deliberation& d, const std::vector<Test>& candidates) {
  return std::any_of(candidates.begin(), candidates.end(), [&](Test t) {
    return t != Test::exercise_ecg && t != Test::calcium_score && t != Test::ffr_ct && d.site.available[static_cast<std::size_t>(t)] && !is_done(d, t) && !objection(d, t, true);
  });
}

// Why a candidate is out; empty when it is possible.
std::optional<ExcludedTest> exclusion(const Deliberation& d, Test test, bool imaging) {
  if (!d.site.available[static_cast<std::size_t>(test)]) return ExcludedTest{test, {}, message::kExcludedUnavailable};
  if (is_done(d, test)) return ExcludedTest{test, {}, message::kExcludedDone};
  if (const auto* rule = objection(d, test, true)) return ExcludedTest{test, rule->finding.id, rule->finding.summary};
  if (test != Test::exercise_ecg) return std::nullopt;
  // An exercise test needs an acute syndrome excluded first, which the record of an acute encounter may not have.
  if (d.acute_setting() && !d.is_not(d.knowledge.ids.gate_acute)) return ExcludedTest{test, {}, message::kExcludedAcute};
  if (imaging) return ExcludedTest{test, {}, message::kExcludedNotForRuleOut};
  return std::nullopt;
}

void add_prospects(const Deliberation& d, NextTest& next) {
  if (next.test == Test::calcium_score) {
    next.likelihood_if_normal = likelihood_with_calcium(d, 0);
    return;
  }
  const auto* ratio = d.knowledge.scores.ratios().find(test_name(next.test));
  if (!ratio) return;
  const bool calcium = std::find(ratio->replaces.begin(), ratio->replaces.end(), d.knowledge.ids.calcium_score) == ratio->replaces.end();
  const auto before = d.result.likelihood ? likelihood_without(d, ratio->kind, calcium) : std::nullopt;
  if (!before) return;
  next.likelihood_if_normal = models::apply_ratio(*before, ratio->negative.value);
  next.likelihood_if_abnormal = models::apply_ratio(*before, ratio->positive.value);
}

}  // namespace

std::optional<NextTest> choose_next_test(const Deliberation& d, rules::Action action) {
  const auto& candidates = d.knowledge.data.candidates(action);
  const bool imaging = imaging_possible(d, candidates);
  std::vector<Test> possible, with_caution;
  NextTest next{};
  for (const Test test : candidates) {
    const auto needed = d.knowledge.data.tests[static_cast<std::size_t>(test)].requires_fact;
    if (needed != kNoFact && !d.is(needed)) continue;
    if (auto out = exclusion(d, test, imaging)) next.excluded.push_back(*out);
    else (objection(d, test, false) ? with_caution : possible).push_back(test);
  }
  possible.insert(possible.end(), with_caution.begin(), with_caution.end());
  if (possible.empty()) return std::nullopt;
  next.test = possible.front();
  next.alternatives.assign(possible.begin() + 1, possible.end());
  add_prospects(d, next);
  return next;
}

}  // namespace cathgate
