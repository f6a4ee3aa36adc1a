#include "rules/cursor.h"
#include "rules/example_reader.h"
#include "rules/judge.h"

namespace cathgate::rules {
namespace {

std::string_view reason_text(UnknownReason reason) {
  switch (reason) {
    case UnknownReason::none: return "is known only as a range";
    case UnknownReason::too_old: return "is too old";
    case UnknownReason::conflicting: return "has conflicting values";
    default: return "is missing";
  }
}

// "silent", "fires (symptom.ccs_class = 3)" or "cannot say (lv.ejection_fraction is missing)".
std::string what_happened(const Rule& rule, const Judgement& judgement, const FactView& view) {
  if (judgement.fired == Truth::no) return "is silent";
  RuleOutcome outcome;
  describe(rule, judgement, view, outcome);
  std::string list;
  const auto add = [&list](const std::string& item) { list += (list.empty() ? "" : ", ") + item; };
  for (const auto& e : outcome.finding.evidence) {
    const FactDefinition& fact = view.catalogue()[e.fact];
    add(e.value.known() ? fact.name + " = " + value_text(fact, e.value.low, e.value.high) : fact.name + " " + std::string(reason_text(e.value.unknown)));
  }
  for (const auto& m : outcome.finding.missing) add(view.catalogue()[m.fact].name + " " + std::string(reason_text(m.reason)));
  if (!list.empty()) list = " (" + list + ")";
  if (judgement.fired == Truth::unknown) return "cannot say" + list;
  return (rule.is_table() ? "reaches the step " + in_quotes(outcome.step) : std::string("fires")) + list;
}

std::string expected_text(const Rule& rule, const Example& example) {
  if (example.expected == Truth::no) return "silence";
  if (example.expected == Truth::unknown) return "\"unknown\"";
  return rule.is_table() ? "the step " + in_quotes(rule.info.steps[static_cast<std::size_t>(example.step)].id) : std::string("the rule to fire");
}

}  // namespace

void run_rule_examples(const Rule& rule, const FactCatalogue& facts, std::vector<Error>& errors) {
  for (const auto& example : rule.examples) {
    FactView view(facts, kExampleNow);
    for (const auto& [fact, value] : example.facts) view.set(fact, value);
    const Judgement judgement = judge(rule, view);
    const bool same_step = example.expected != Truth::yes || judgement.first == example.step;
    if (judgement.fired == example.expected && same_step) continue;
    errors.push_back({ErrorCode::invalid_input, example.where,
                      "the example " + in_quotes(example.name) + " of " + rule.info.id + " expects " + expected_text(rule, example) +
                          ", but the rule " + what_happened(rule, judgement, view)});
  }
}

}  // namespace cathgate::rules
