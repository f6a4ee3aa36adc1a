#include "cds-hooks/commands/case_trace.h"

#include <algorithm>

#include "cds-hooks/hooks/recompute.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

TracedAssessment assess_traced(const ServiceKnowledge& knowledge, const TenantOptions& tenant, const PatientSnapshot& snapshot) {
  AssessmentTrace trace;
  const auto assessment = assess(snapshot, knowledge.engine, tenant.site, &trace);
  TracedAssessment traced{{}, std::string(decision_name(assessment.decision)), {}, {}, std::move(*trace.facts), trace.last_stage};
  for (const auto& outcome : trace.outcomes) {
    std::string id(outcome.finding.id);
    if (!outcome.step.empty()) id.append("/").append(outcome.step);
    (outcome.fired == Truth::yes ? traced.fired : traced.undecided).push_back(std::move(id));
  }
  std::sort(traced.fired.begin(), traced.fired.end());
  std::sort(traced.undecided.begin(), traced.undecided.end());
  return traced;
}

}  // namespace

Result<CaseTrace> trace_case(const ServiceKnowledge& knowledge, const CaseFile& file) {
  auto answer = answer_hook(knowledge, file.tenant, file.service, file.request(), file.now, file.accept_language);
  if (!answer) return answer.error();
  // What was assessed, as the ledger keeps it: the same facts in the same order.
  const auto document = JsonDocument::parse(answer->entry.facts);
  auto input = read_ledger_case(document->root(), knowledge.engine->facts);
  if (!input) return input.error();
  CaseTrace trace;
  trace.body = std::move(answer->body);
  if (!input->snapshot) return trace;
  trace.snapshot = std::make_unique<PatientSnapshot>(std::move(*input->snapshot));
  if (input->orders.empty()) trace.assessments.push_back(assess_traced(knowledge, file.tenant, *trace.snapshot));
  for (const auto& order : input->orders) {
    if (!order.usable) continue;
    const WithOrder scope(*trace.snapshot, order);
    trace.assessments.push_back(assess_traced(knowledge, file.tenant, *trace.snapshot));
    trace.assessments.back().order = order.reference;
  }
  return trace;
}

}  // namespace cathgate::cds_hooks
