#include "cds-hooks/service.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "cds-hooks/answer_case.h"
#include "cds-hooks/hook_request.h"
#include "cds-hooks/recompute.h"
#include "cds-hooks/response_validator.h"
#include "cds-hooks/version.h"
#include "core/snapshot_json.h"
#include "engine/knowledge.h"
#include "fhir/snapshot_reader.h"

namespace cathgate::cds_hooks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxOrders = 20;  // operational: each gets a card, and nobody reads more

// Measures one stage after another.
class Stopwatch {
 public:
  std::int64_t lap() {
    const auto now = Clock::now();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now - std::exchange(last_, now)).count();
  }

 private:
  Clock::time_point last_ = Clock::now();
};

Result<AnswerCase> read_case(const ServiceKnowledge& knowledge, const HookRequest& request, UnixSeconds now) {
  const auto& facts = knowledge.engine->facts;
  AnswerCase input;
  input.service = request.service;
  input.patient_id = request.patient_id;
  input.as_of = now;
  if (request.service == ServiceKind::angiography) {
    input.orders = fhir::read_angiography_orders(knowledge.terms, facts, request.draft_orders, request.patient_id,
                                                 request.prefetch);
    if (input.orders.size() > kMaxOrders)
      return Error{ErrorCode::invalid_input, "context.draftOrders", "too many angiography orders in one call"};
    bool any = false;
    for (const auto& order : input.orders) any |= order.usable;
    if (!any) return input;
  }
  auto snapshot = fhir::read_snapshot(knowledge.terms, facts,
                                      {.prefetch = request.prefetch,
                                       .patient_id = request.patient_id,
                                       .as_of = now,
                                       .encounter_id = request.encounter_id});
  if (!snapshot) return snapshot.error();
  input.snapshot = std::move(*snapshot);
  input.snapshot->issues.insert(input.snapshot->issues.end(), request.issues.begin(), request.issues.end());
  auto& issues = input.snapshot->issues;
  std::sort(issues.begin(), issues.end(), [](const DataIssue& a, const DataIssue& b) {
    return std::tie(a.where, a.code, a.message) < std::tie(b.where, b.code, b.message);
  });
  sort_canonically(*input.snapshot);
  JsonWriter text;
  write_snapshot(text, *input.snapshot, facts, WithTime::no);
  input.snapshot_text = text.take();
  return input;
}

quality::LedgerEntry entry_of(const ServiceKnowledge& knowledge, const TenantOptions& tenant,
                              const HookRequest& request, const AnswerCase& input, const Cards& cards,
                              UnixSeconds now) {
  quality::LedgerEntry entry;
  entry.tenant = tenant.tenant;
  entry.service_id = service_id(request.service);
  entry.hook = request.hook_name;
  entry.hook_instance = request.hook_instance;
  entry.patient_id = request.patient_id;
  entry.order_reference = cards.order_reference;
  if (input.snapshot) entry.encounter_class = encounter_class(knowledge.engine->facts, *input.snapshot);
  entry.decision = cards.most_cautious ? decision_name(*cards.most_cautious) : std::string_view("no_card");
  entry.as_of = now;
  entry.language = tenant.language;
  entry.program_version = kProgramVersion;
  entry.knowledge_digest = knowledge.digest;
  entry.card_ids = cards.card_ids;
  entry.suggestion_ids = cards.suggestion_ids;
  entry.facts = write_ledger_facts(input, tenant, knowledge.engine->facts);
  return entry;
}

// Appends the notice to the detail of one card.
void write_marked_card(JsonWriter& w, JsonValue card, const std::string& notice) {
  w.start_object();
  for (const auto member : card.members()) {
    w.key(member.name());
    if (member.name() == "detail")
      w.string(std::string(member.value().text()) + "\n\n" + notice);
    else
      w.value(member.value());
  }
  if (card["detail"].is_missing()) w.member("detail", std::string_view(notice));
  w.end_object();
}

}  // namespace

Result<Answer> answer_hook(const ServiceKnowledge& knowledge, const TenantOptions& tenant, std::string_view service_id,
                           std::string body, UnixSeconds now) {
  Stopwatch watch;
  Answer answer;
  const auto document = JsonDocument::parse(std::move(body));
  if (!document) return document.error();
  answer.times.parse = watch.lap();

  const auto request = read_hook_request(document->root(), service_id, knowledge.messages.in(tenant.language));
  if (!request) return request.error();
  auto input = read_case(knowledge, *request, now);
  if (!input) return input.error();
  answer.times.read = watch.lap();

  auto cards = write_cards(knowledge, tenant, *input);
  answer.entry = entry_of(knowledge, tenant, *request, *input, cards, now);
  answer.times.assess = cards.times.assess;
  answer.times.card = watch.lap() - cards.times.assess;

  const auto written = JsonDocument::parse(cards.body);
  if (!written) return Error{ErrorCode::internal, "", "the answer is not JSON"};
  if (auto problem = validate_response(written->root(), request->draft_orders)) return *problem;
  answer.times.validate = watch.lap();

  answer.body = std::move(cards.body);
  answer.decisions = std::move(cards.decisions);
  answer.emergency = cards.most_cautious == Decision::emergency;
  return answer;
}

std::string mark_not_recorded(const Messages& messages, std::string_view language, std::string_view body) {
  const auto document = JsonDocument::parse(std::string(body));
  if (!document) return std::string(body);
  const std::string notice = "*" + std::string(messages.in(language)[Phrase::detail_not_recorded]) + "*";
  JsonWriter w;
  w.start_object();
  for (const auto member : document->root().members()) {
    w.key(member.name());
    if (member.name() != "cards") {
      w.value(member.value());
      continue;
    }
    w.start_array();
    for (const auto card : member.value().elements()) write_marked_card(w, card, notice);
    w.end_array();
  }
  w.end_object();
  return w.take();
}

}  // namespace cathgate::cds_hooks
