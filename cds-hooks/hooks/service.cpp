#include "cds-hooks/hooks/service.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "cds-hooks/cards/language.h"
#include "cds-hooks/hooks/answer_case.h"
#include "cds-hooks/hooks/hook_call.h"
#include "cds-hooks/hooks/hook_dispatch.h"
#include "cds-hooks/hooks/hook_request.h"
#include "cds-hooks/hooks/prefetch_state.h"
#include "cds-hooks/hooks/recompute.h"
#include "cds-hooks/hooks/response_validator.h"
#include "cds-hooks/read-back/read_back_plan.h"
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

// The patient and the orders; false in `wants_record` when there is nothing to assess.
Result<AnswerCase> read_orders(const ServiceKnowledge& knowledge, const HookRequest& request, UnixSeconds now, bool& wants_record) {
  AnswerCase input;
  input.service = request.service;
  input.patient_id = request.patient_id;
  input.as_of = now;
  wants_record = true;
  if (request.service != ServiceKind::angiography) return input;
  input.orders = fhir::read_angiography_orders(knowledge.terms, knowledge.engine->facts, request.draft_orders, request.patient_id,
                                               request.prefetch);
  if (input.orders.size() > kMaxOrders)
    return Error{ErrorCode::invalid_input, "context.draftOrders", "too many angiography orders in one call"};
  wants_record = std::ranges::any_of(input.orders, [](const auto& order) { return order.usable; });
  return input;
}

std::optional<Error> read_record(const ServiceKnowledge& knowledge, const HookRequest& request, AnswerCase& input) {
  const auto& facts = knowledge.engine->facts;
  auto snapshot = fhir::read_snapshot(knowledge.terms, facts,
                                      {.prefetch = request.prefetch,
                                       .patient_id = request.patient_id,
                                       .as_of = input.as_of,
                                       .encounter_id = request.encounter_id,
                                       .tally = nullptr,
                                       .patient_may_lack = request.patient_may_lack});
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
  return std::nullopt;
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
  entry.facts = write_ledger_facts(input, tenant, knowledge.engine->facts, cards.endotype_record);
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

namespace {

// The context only names a dispatched order: whoever does not send it must let it be read.
Error order_not_reached(std::string_view reference) {
  return {ErrorCode::missing_data, "context.dispatchedOrders", "A dispatched order was not sent and could not be read: " + std::string(reference) + "."};
}

// The tenant's options for this call, with the language that it is answered in. A dispatched order is no draft any more:
// nothing may be suggested that would change it.
TenantOptions options_for(const ServiceKnowledge& knowledge, const TenantOptions& tenant, const HookRequest& request, std::string_view accept_language) {
  TenantOptions options = tenant;
  options.language = resolve_language({request.language, tenant.language, accept_language}, knowledge.messages.languages());
  options.offer_suggestions = options.offer_suggestions && request.hook != Hook::order_dispatch;
  return options;
}

// From a request whose record is as whole as it will be.
Result<Answer> answer_request(const ServiceKnowledge& knowledge, const TenantOptions& tenant, const HookRequest& request, AnswerCase input, bool wants_record, Stopwatch& watch) {
  Answer answer;
  answer.language = knowledge.messages.in(tenant.language).language();
  if (wants_record) {
    if (auto problem = read_record(knowledge, request, input)) return *problem;
  }
  answer.times.read = watch.lap();

  auto cards = write_cards(knowledge, tenant, input);
  answer.entry = entry_of(knowledge, tenant, request, input, cards, input.as_of);
  answer.times.assess = cards.times.assess;
  answer.times.card = watch.lap() - cards.times.assess;

  const auto written = JsonDocument::parse(cards.body);
  if (!written) return Error{ErrorCode::internal, "", "the answer is not JSON"};
  if (auto problem = validate_response(written->root(), request.draft_orders)) return *problem;
  answer.times.validate = watch.lap();

  answer.body = std::move(cards.body);
  answer.endotype_fhir = std::move(cards.endotype_fhir);
  answer.decisions = std::move(cards.decisions);
  answer.emergency = cards.most_cautious == Decision::emergency;
  return answer;
}

// Whether the client said that there is no Patient resource, by the table of prefetch_state.h.
bool patient_may_lack(JsonValue prefetch, std::string_view patient_id) {
  const auto state = judge_prefetch(prefetch["patient"], "Patient/", patient_id);
  return state == PrefetchState::null || state == PrefetchState::empty;
}

// Puts what was fetched into the place of the prefetch. `merged` holds its text from now on. Error: the one key that is
// required could not be reached.
std::optional<Error> take_fetched(const std::vector<FetchedKey>& fetched, const Phrases& english, HookRequest& request, std::optional<JsonDocument>& merged) {
  for (const FetchedKey& key : fetched) {
    if (key.failure == ReadBackFailure::none) continue;
    if (key.key == "patient") return Error{ErrorCode::missing_data, "prefetch.patient", issue_of(key, english).message};
    request.issues.push_back(issue_of(key, english));
  }
  auto document = JsonDocument::parse(merge_prefetch(request.prefetch, fetched));
  if (!document) return Error{ErrorCode::internal, "prefetch", "what was read back is not JSON"};
  merged.emplace(std::move(*document));
  request.prefetch = merged->root();
  return std::nullopt;
}

}  // namespace

Result<HookOutcome> begin_hook(const ServiceKnowledge& knowledge, const TenantOptions& options, const TenantPtr& tenant, std::string_view service_id, std::string body, UnixSeconds now,
                               std::string_view accept_language) {
  Stopwatch watch;
  auto document = JsonDocument::parse(std::move(body));
  if (!document) return document.error();
  const std::int64_t parsed = watch.lap();
  auto request = read_hook_request(document->root(), service_id);
  if (!request) return request.error();
  request->patient_may_lack = patient_may_lack(request->prefetch, request->patient_id);
  const auto unknown_orders = resolve_dispatched(*request);
  bool wants_record = false;
  auto input = read_orders(knowledge, *request, now, wants_record);
  if (!input) return input.error();
  if (tenant && (wants_record || !unknown_orders.empty()) && !tenant->config.fhir_servers.empty()) {
    PendingHook pending{std::string(service_id), {}, plan_read_back(document->root(), unknown_orders, *request, knowledge.terms, tenant), now, std::string(accept_language)};
    if (!pending.plan.queries.empty() || !pending.plan.refused.empty()) {
      pending.document.emplace(std::move(*document));
      return HookOutcome(std::move(pending));
    }
  }
  if (!unknown_orders.empty()) return order_not_reached(unknown_orders.front());
  auto answer = answer_request(knowledge, options_for(knowledge, options, *request, accept_language), *request, std::move(*input), wants_record, watch);
  if (!answer) return answer.error();
  answer->times.parse = parsed;
  return HookOutcome(std::move(*answer));
}

Result<Answer> finish_hook(const ServiceKnowledge& knowledge, const TenantOptions& options, const PendingHook& pending, const std::vector<FetchedKey>& fetched) {
  Stopwatch watch;
  auto request = read_hook_request(pending.document->root(), pending.service_id);
  if (!request) return request.error();
  std::optional<JsonDocument> merged;
  if (auto problem = take_fetched(fetched, knowledge.messages.in("en"), *request, merged)) return *problem;
  request->patient_may_lack = patient_may_lack(request->prefetch, request->patient_id);
  if (const auto unknown_orders = resolve_dispatched(*request); !unknown_orders.empty()) return order_not_reached(unknown_orders.front());
  bool wants_record = false;
  auto input = read_orders(knowledge, *request, pending.now, wants_record);
  if (!input) return input.error();
  return answer_request(knowledge, options_for(knowledge, options, *request, pending.accept_language), *request, std::move(*input), wants_record, watch);
}

Result<Answer> answer_hook(const ServiceKnowledge& knowledge, const TenantOptions& site, std::string_view service_id,
                           std::string body, UnixSeconds now, std::string_view accept_language) {
  auto outcome = begin_hook(knowledge, site, nullptr, service_id, std::move(body), now, accept_language);
  if (!outcome) return outcome.error();
  return std::get<Answer>(std::move(*outcome));
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
