#include "engine/next_test.h"

#include <algorithm>

#include "engine/message_ids.h"
#include "engine/prospects.h"

namespace cathgate {
namespace {

const rules::RuleOutcome* objection(const Deliberation& d, Test test, bool contraindicated) {
  for (const auto& outcome : d.outcomes) {
    if (outcome.fired != Truth::yes || !outcome.effect || outcome.effect->type != rules::EffectType::avoid_test) continue;
    if (outcome.effect->test == test_name(test) && outcome.effect->contraindicated == contraindicated) return &outcome;
  }
  return nullptr;
}

// A result that has become too old for its ratio no longer stands in the way of doing the test again, unless it was
// abnormal: then the next question is another.
bool is_done(const Deliberation& d, Test test) {
  const auto* ratio = d.knowledge.scores.ratios().find(test_name(test));
  for (const auto fact : d.knowledge.data.tests[static_cast<std::size_t>(test)].done) {
    FactValue value = d.view[fact];
    if (ratio && ratio->max_age_days && !(fact == ratio->fact && value.high >= ratio->abnormal_from)) value = d.view.not_older_than(fact, *ratio->max_age_days);
    if (value.known() && value.high > -1 && !(d.knowledge.facts[fact].kind == FactKind::boolean && value.high == 0)) return true;
  }
  return false;
}

// A test of imaging quality that is neither forbidden nor missing here: beside it an exercise ECG is not for ruling out.
bool imaging_possible(const Deliberation& d, const EngineData::TestGroups& groups) {
  const auto possible = [&](Test t) {
    return t != Test::exercise_ecg && t != Test::calcium_score && t != Test::ffr_ct && d.site.available[static_cast<std::size_t>(t)] && !is_done(d, t) && !objection(d, t, true);
  };
  return std::any_of(groups.begin(), groups.end(), [&](const auto& group) { return std::any_of(group.begin(), group.end(), possible); });
}

// Why a candidate is out; empty when it is possible.
std::optional<ExcludedTest> exclusion(const Deliberation& d, Test test, bool imaging) {
  if (!d.site.available[static_cast<std::size_t>(test)]) return ExcludedTest{test, {}, message::kExcludedUnavailable};
  if (is_done(d, test)) return ExcludedTest{test, {}, message::kExcludedDone};
  if (const auto* rule = objection(d, test, true)) return ExcludedTest{test, rule->finding.id, rule->finding.summary, rule->finding.texts};
  if (test != Test::exercise_ecg) return std::nullopt;
  // An exercise test needs an acute syndrome excluded first, which the record of an acute encounter may not have.
  if (d.acute_setting() && !d.is_not(d.knowledge.ids.gate_acute)) return ExcludedTest{test, {}, message::kExcludedAcute};
  if (imaging) return ExcludedTest{test, {}, message::kExcludedNotForRuleOut};
  return std::nullopt;
}

struct Candidate {
  Test test;
  Prospect prospect;
};

// Moves to the front whatever settles the question in clearly more patients than what stands before it: again and again
// the first of those that come within `indifference` of the best.
void put_best_first(std::vector<Candidate>& group, double indifference) {
  const auto chance = [](const Candidate& c) { return c.prospect.settles.value_or(0); };
  for (auto from = group.begin(); from != group.end(); ++from) {
    const double best = chance(*std::max_element(from, group.end(), [&](const Candidate& a, const Candidate& b) { return chance(a) < chance(b); }));
    const auto first = std::find_if(from, group.end(), [&](const Candidate& c) { return chance(c) > best - indifference || chance(c) == best; });
    std::rotate(from, first, first + 1);
  }
}

// The candidates that remain for this patient, best first; what is out goes to `excluded`. Until one is found that could
// settle the question, each is asked what it would change.
class Choice {
 public:
  Choice(const Deliberation& d, bool imaging) : d_(d), imaging_(imaging) {}

  void add_group(const std::vector<Test>& tests) {
    std::vector<Candidate> possible, with_caution;
    for (const Test test : tests) {
      const auto needed = d_.knowledge.data.tests[static_cast<std::size_t>(test)].requires_fact;
      if (needed != kNoFact && !d_.is(needed)) continue;
      if (auto out = exclusion(d_, test, imaging_)) excluded.push_back(*out);
      else (objection(d_, test, false) ? with_caution : possible).push_back({test, Prospect()});
    }
    rank(std::move(possible), best_);
    rank(std::move(with_caution), cautious_);
  }

  // Those that can settle the question, those the record speaks against, and those whose result would change nothing.
  std::vector<Candidate> take() {
    for (auto* list : {&cautious_, &idle_}) best_.insert(best_.end(), list->begin(), list->end());
    return std::move(best_);
  }

  std::vector<ExcludedTest> excluded;

 private:
  void rank(std::vector<Candidate> group, std::vector<Candidate>& into) {
    const bool asked = best_.empty() && into.empty() && !d_.supposed;
    if (asked) {
      for (Candidate& c : group) c.prospect = prospect_of(d_, c.test);
      put_best_first(group, d_.knowledge.data.indifference);
    }
    for (Candidate& c : group) (c.prospect.can_settle() ? into : idle_).push_back(std::move(c));
  }

  const Deliberation& d_;
  const bool imaging_;
  std::vector<Candidate> best_, cautious_, idle_;
};

}  // namespace

std::optional<NextTest> choose_next_test(const Deliberation& d, rules::Action action) {
  const auto& groups = d.knowledge.data.candidates(action);
  Choice choice(d, imaging_possible(d, groups));
  for (const auto& group : groups) choice.add_group(group);
  const std::vector<Candidate> ranked = choice.take();
  if (ranked.empty()) return std::nullopt;
  const Prospect& prospect = ranked.front().prospect;
  NextTest next{.test = ranked.front().test,
                .likelihood_if_normal = prospect.likelihood_if_normal,
                .likelihood_if_abnormal = prospect.likelihood_if_abnormal,
                .decision_if_normal = prospect.decision_if_normal,
                .decision_if_abnormal = prospect.decision_if_abnormal,
                .settles = prospect.settles,
                .alternatives = {},
                .excluded = std::move(choice.excluded)};
  for (std::size_t i = 1; i < ranked.size(); ++i) next.alternatives.push_back(ranked[i].test);
  return next;
}

}  // namespace cathgate
