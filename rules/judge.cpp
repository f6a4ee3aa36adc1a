#include "rules/judge.h"

#include <algorithm>

namespace cathgate::rules {
namespace {

// A defined fact is as old as the oldest of what made it true, and read from text when any of that was.
FactValue defined_value(double low, double high, const std::vector<Evidence>& evidence) {
  FactValue value = FactValue::between(low, high);
  for (const auto& e : evidence) {
    if (e.value.at && (!value.at || e.value.at->earliest < value.at->earliest)) value.at = e.value.at;
    value.preliminary |= e.value.preliminary;
    if (e.value.origin == Origin::text) value.origin = Origin::text;
  }
  return value;
}

// Whether the steps that are possible define the fact: all of them, some, none.
Truth definition_truth(const Definition& definition, const Judgement& judgement) {
  bool some = false, every = true;
  for (int i = judgement.first; i <= judgement.last; ++i) {
    const bool defines = i >= 0 && definition.by_step[static_cast<std::size_t>(i)];
    some |= defines;
    every &= defines;
  }
  return both(judgement.guard, every ? Truth::yes : some ? Truth::unknown : Truth::no);
}

Truth as_truth(const FactValue& value) { return value.equals(1); }

FactValue boolean_value(Truth truth, const std::vector<Evidence>& evidence) {
  if (truth == Truth::unknown) return FactValue::unknown_because(UnknownReason::not_computed);
  return truth == Truth::yes ? defined_value(1, 1, evidence) : FactValue::exactly(0);
}

// "Or" over the rules that define the fact. Of two rules that both say yes the one that was not read from text is kept.
void define_boolean(const Definition& definition, Truth truth, const std::vector<Evidence>& evidence, FactView& view) {
  const FactValue value = boolean_value(truth, evidence);
  if (definition.first) return view.set(definition.fact, value);
  const FactValue& before = view[definition.fact];
  const Truth earlier = as_truth(before);
  const bool stronger = truth == Truth::yes && earlier == Truth::yes && before.origin == Origin::text && value.origin != Origin::text;
  if (truth > earlier || stronger) view.set(definition.fact, value);
}

void define_category(const Rule& rule, const Definition& definition, const Judgement& judgement, Truth truth,
                     const std::vector<Evidence>& evidence, FactView& view) {
  if (truth != Truth::yes) return view.set(definition.fact, FactValue::unknown_because(UnknownReason::not_computed));
  double low = kAnyAge, high = -kAnyAge;
  for (int i = judgement.first; i <= judgement.last; ++i) {
    const double value = rule.info.steps[static_cast<std::size_t>(i)].effect.defined_value;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  view.set(definition.fact, defined_value(low, high, evidence));
}

void define(const Rule& rule, const Judgement& judgement, const std::vector<Evidence>& evidence, FactView& view) {
  for (const auto& definition : rule.definitions) {
    const Truth truth = definition_truth(definition, judgement);
    if (definition.boolean) define_boolean(definition, truth, evidence, view);
    else define_category(rule, definition, judgement, truth, evidence, view);
  }
}

void collect_evidence(const Rule& rule, const FactView& view, std::vector<Evidence>& evidence) {
  if (rule.is_table()) add_evidence(evidence, rule.on, value_within(view, rule.on, rule.on_max_age_days));
  rule.when.explain(view, evidence);
}

}  // namespace

Judgement judge(const Rule& rule, const FactView& view) {
  Judgement judgement;
  judgement.guard = judgement.fired = rule.when.evaluate(view);
  if (judgement.guard == Truth::no || !rule.is_table()) return judgement;
  const FactValue value = value_within(view, rule.on, rule.on_max_age_days);
  judgement.first = value.known() ? rule.step_of(value.low) : -1;
  judgement.last = value.known() ? rule.step_of(value.high) : static_cast<int>(rule.edges.size()) - 1;
  const Truth step = judgement.first != judgement.last || !value.known() ? Truth::unknown : judgement.first >= 0 ? Truth::yes : Truth::no;
  judgement.fired = both(judgement.guard, step);
  return judgement;
}

void describe(const Rule& rule, const Judgement& judgement, const FactView& view, RuleOutcome& outcome) {
  outcome.fired = judgement.fired;
  outcome.rule_set = rule.info.rule_set;
  if (judgement.one_step()) {
    const auto step = static_cast<std::size_t>(judgement.first);
    outcome.effect = &rule.info.steps[step].effect;
    outcome.step = rule.info.steps[step].id;
    outcome.finding = rule.findings[step];
  } else {
    outcome.finding = rule.undecided;
    for (int i = std::max(judgement.first, 0); i <= judgement.last; ++i)
      outcome.possible.push_back(&rule.info.steps[static_cast<std::size_t>(i)].effect);
  }
  if (judgement.fired == Truth::yes) return collect_evidence(rule, view, outcome.finding.evidence);
  if (rule.is_table() && judgement.first != judgement.last)
    add_missing(outcome.finding.missing, rule.on, value_within(view, rule.on, rule.on_max_age_days).unknown);
  if (judgement.guard == Truth::unknown) rule.when.find_missing(view, outcome.finding.missing);
}

void evaluate_rule(const Rule& rule, FactView& view, std::vector<RuleOutcome>& outcomes) {
  const Judgement judgement = judge(rule, view);
  if (judgement.fired == Truth::no) {
    if (!rule.definitions.empty()) define(rule, judgement, {}, view);
    return;
  }
  describe(rule, judgement, view, outcomes.emplace_back());
  if (rule.definitions.empty()) return;
  if (judgement.fired == Truth::yes) return define(rule, judgement, outcomes.back().finding.evidence, view);
  // An undecided table can still define a fact: where all its possible steps do.
  std::vector<Evidence> evidence;
  if (judgement.guard == Truth::yes && rule.is_table()) collect_evidence(rule, view, evidence);
  define(rule, judgement, evidence, view);
}

}  // namespace cathgate::rules
