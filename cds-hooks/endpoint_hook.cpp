#include "cds-hooks/endpoints.h"
#include "cds-hooks/outcome.h"
#include "cds-hooks/services.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

using boost::asio::awaitable;

// A service that the configuration switched off does not exist.
bool is_served(const ServiceContext& context, std::string_view id) {
  const auto service = find_service(id);
  return service && (*service != ServiceKind::chest_pain || context.chest_pain_service);
}

void observe(Metrics& metrics, std::string_view service, const Answer& answer) {
  using std::chrono::nanoseconds;
  metrics.observe_stage(TimedStage::parse, nanoseconds(answer.times.parse));
  metrics.observe_stage(TimedStage::read, nanoseconds(answer.times.read));
  metrics.observe_stage(TimedStage::assess, nanoseconds(answer.times.assess));
  metrics.observe_stage(TimedStage::card, nanoseconds(answer.times.card));
  metrics.observe_stage(TimedStage::validate, nanoseconds(answer.times.validate));
  for (const std::string& decision : answer.decisions) metrics.count_decision(service, decision);
  if (answer.decisions.empty()) metrics.count_decision(service, "no_card");
}

// Keeps the entry until the ledger has it, so that a refused or late one can be spilled.
struct Pending {
  std::shared_ptr<const ServiceKnowledge> knowledge;  // for the mark
  quality::LedgerEntry entry;
  std::atomic<bool> spilled{false};
};

// Once for each entry, marked as its answer goes out. The ledger stores an entry that it also finishes writing only once.
void spill(ServiceContext& context, Pending& pending) {
  if (pending.spilled.exchange(true)) return;
  quality::LedgerEntry entry = pending.entry;
  entry.response = mark_not_recorded(pending.knowledge->messages, entry.language, entry.response);
  context.metrics.count_ledger_failure(context.ledger.spill(std::move(entry)));
}

// Whether the entry is durable before `until`; otherwise it is spilled.
awaitable<bool> record(ServiceContext& context, std::shared_ptr<Pending> pending, SteadyTime until) {
  const SteadyTime start = SteadyClock::now();
  auto hand_over = [&context, pending](Delivery<bool> deliver) {
    // `done` may be called on the ledger's thread, or at once when it refuses.
    context.ledger.record(pending->entry, [&context, pending, deliver](const Result<std::int64_t>& row) {
      if (!row) spill(context, *pending);
      deliver(row.ok());
    });
  };
  const std::optional<bool> written = co_await await_delivery<bool>(until, std::move(hand_over));
  context.metrics.observe_stage(TimedStage::ledger, SteadyClock::now() - start);
  if (!written) spill(context, *pending);
  co_return written.value_or(false);
}

std::string join(const std::vector<std::string>& decisions) {
  std::string text;
  for (const std::string& decision : decisions) text.append(text.empty() ? "" : ",").append(decision);
  return text.empty() ? "no_card" : text;
}

}  // namespace

awaitable<Reply> handle_hook(ServiceContext& context, Request& request) {
  if (!is_served(context, request.service_id)) co_return refuse(404, "http.request-target", "There is no such service.");
  const auto knowledge = context.knowledge.current().knowledge;
  if (!knowledge) co_return refuse_busy("The knowledge is not loaded.");
  auto compute = [&context, knowledge, id = request.service_id, body = std::move(request.body), queued = SteadyClock::now()]() mutable {
    context.metrics.observe_stage(TimedStage::queue, SteadyClock::now() - queued);
    return answer_hook(*knowledge, context.tenant, id, std::move(body), context.now());
  };
  Result<Answer> answer = co_await compute_on(context.workers, request.deadline, std::move(compute));
  if (!answer) co_return refuse(answer.error());
  observe(context.metrics, request.service_id, *answer);
  auto pending = std::make_shared<Pending>();
  pending->knowledge = knowledge;
  pending->entry = std::move(answer->entry);
  pending->entry.entry_id = random_uuid();
  pending->entry.response = answer->body;
  const SteadyTime until = std::min(SteadyClock::now() + context.ledger_wait, request.deadline);
  Reply reply;
  reply.decision = join(answer->decisions);
  reply.body = std::move(answer->body);
  const bool recorded = co_await record(context, pending, until);
  if (!recorded) {
    reply.body = mark_not_recorded(knowledge->messages, context.tenant.language, reply.body);
    context.metrics.count_not_recorded();
  }
  co_return reply;
}

awaitable<Reply> handle_feedback(ServiceContext& context, Request& request) {
  if (!find_service(request.service_id)) co_return refuse(404, "http.request-target", "There is no such service.");
  auto compute = [&context, id = request.service_id, body = std::move(request.body)]() mutable {
    return read_feedback(context.tenant.tenant, id, std::move(body));
  };
  auto entries = co_await compute_on(context.workers, request.deadline, std::move(compute));
  if (!entries) co_return refuse(entries.error());
  const std::size_t count = entries->size();
  auto hand_over = [&](Delivery<Result<std::size_t>> deliver) { context.ledger.record_feedback(std::move(*entries), deliver); };
  const auto stored = co_await await_delivery<Result<std::size_t>>(SteadyClock::now() + context.feedback_wait, std::move(hand_over));
  if (!stored || !*stored) co_return refuse_busy("The feedback could not be stored; send it again.");
  context.metrics.count_feedback(count, **stored);
  Reply reply;
  reply.body = JsonWriter().start_object().member("accepted", static_cast<std::int64_t>(count)).end_object().take();
  co_return reply;
}

}  // namespace cathgate::cds_hooks
