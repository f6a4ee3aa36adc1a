#include "cds-hooks/commands/rule_answer.h"

#include <algorithm>

#include "core/time.h"
#include "rules/cursor.h"
#include "rules/edges.h"

namespace cathgate::cds_hooks {
namespace {

std::string reason_words(UnknownReason reason) {
  switch (reason) {
    case UnknownReason::none: return "known only as a range";
    case UnknownReason::list_incomplete: return "the list was not sent whole";
    case UnknownReason::refused: return "its value was refused";
    case UnknownReason::too_old: return "too old or undated";
    case UnknownReason::conflicting: return "conflicting values";
    case UnknownReason::not_computed: return "could not be computed";
    case UnknownReason::never_sent: break;
  }
  return "not sent";
}

std::string value_words(const FactDefinition& fact, const FactValue& value) {
  if (!value.known()) return reason_words(value.unknown);
  std::string text = rules::value_text(fact, value.low, value.high);
  if (value.at) text += ", " + write_date(value.at->latest);
  if (!value.source.empty()) text += ", " + std::string(value.source);
  return text;
}

}  // namespace

RuleAnswer answer_of(const Knowledge& knowledge, const rules::Rule& rule, const TracedAssessment& assessment) {
  RuleAnswer answer;
  answer.verdict = rule.info.stage > assessment.last_stage ? "not asked" : rules::verdict_words(rule, assessment.facts);
  if (answer.verdict == "not asked") return answer;
  const auto add = [&](FactId fact, const FactValue& value) { answer.readings.push_back({fact, value_words(knowledge.facts[fact], value)}); };
  const auto outcome = knowledge.rules.ask(rule.info.id, assessment.facts);
  for (const auto& e : outcome.finding.evidence) add(e.fact, e.value);
  for (const auto& m : outcome.finding.missing) answer.readings.push_back({m.fact, reason_words(m.reason)});
  if (outcome.fired != Truth::no) return answer;
  for (const auto& node : rule.when.nodes()) {
    const auto seen = [&](const RuleAnswer::Reading& r) { return r.fact == node.fact; };
    if (!rules::Condition::reads_fact(node) || std::any_of(answer.readings.begin(), answer.readings.end(), seen)) continue;
    add(node.fact, rules::value_within(assessment.facts, node.fact, node.max_age_days));
  }
  if (rule.is_table()) add(rule.on, assessment.facts[rule.on]);
  return answer;
}

}  // namespace cathgate::cds_hooks
