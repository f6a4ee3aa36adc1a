#include "cds-hooks/endpoints.h"
#include "cds-hooks/outcome.h"
#include "cds-hooks/services.h"

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

// One hook call on its way through a worker and the ledger. The worker writes `answer` and `entry` before it stores
// `computed_at`; afterwards they are only read.
struct HookRun {
  std::shared_ptr<const ServiceKnowledge> knowledge;
  std::optional<Result<Answer>> answer;
  quality::LedgerEntry entry;  // kept until the ledger has it, so that a refused or late one can be spilled
  std::atomic<SteadyTime::rep> computed_at{0};  // 0: not yet
  std::atomic<bool> spilled{false};

  std::optional<SteadyTime> when_computed() const {
    const auto at = computed_at.load(std::memory_order_acquire);
    return at == 0 ? std::nullopt : std::optional(SteadyTime(SteadyTime::duration(at)));
  }
};

// Once for each entry, marked as its answer goes out. The ledger stores an entry that it also finishes writing only once.
void spill(ServiceContext& context, HookRun& run) {
  if (run.spilled.exchange(true)) return;
  quality::LedgerEntry entry = run.entry;
  entry.response = mark_not_recorded(run.knowledge->messages, entry.language, entry.response);
  context.metrics.count_ledger_failure(context.ledger.spill(std::move(entry)));
}

// Runs on a worker: computes, and hands the entry to the ledger without a detour over the I/O thread. Delivers whether
// the answer is durable.
void compute_and_record(ServiceContext& context, const std::string& service_id, std::string body, const std::shared_ptr<HookRun>& run, const Delivery<bool>& deliver) {
  try {
    run->answer = answer_hook(*run->knowledge, context.tenant, service_id, std::move(body), context.now());
  } catch (...) {
    run->answer = Error{ErrorCode::internal, "", "An exception ended the computation."};
  }
  Result<Answer>& answer = *run->answer;
  if (answer) {
    run->entry = std::move(answer->entry);
    run->entry.entry_id = quality::new_entry_id();
    run->entry.response = answer->body;
  }
  run->computed_at.store(SteadyClock::now().time_since_epoch().count(), std::memory_order_release);
  if (!answer) return deliver(false);
  // `done` may be called on the ledger's thread, or at once when it refuses.
  context.ledger.record(run->entry, [&context, run, deliver](const Result<std::int64_t>& row) {
    if (!row) spill(context, *run);
    deliver(row.ok());
  });
}

// Waits for the worker until the request's deadline and then for the ledger no longer than `ledger_wait`. True: durable.
awaitable<bool> compute_on_worker(ServiceContext& context, Request& request, std::shared_ptr<HookRun> run) {
  auto start = [&](Delivery<bool> deliver) {
    auto job = [&context, run, deliver, id = request.service_id, body = std::move(request.body), deadline = request.deadline, queued = SteadyClock::now()]() mutable {
      context.metrics.observe_stage(TimedStage::queue, SteadyClock::now() - queued);
      if (SteadyClock::now() < deadline) compute_and_record(context, id, std::move(body), run, deliver);
    };
    if (context.workers.try_post(std::move(job))) return;
    run->answer = Error{ErrorCode::unavailable, "", "Too many requests are waiting; try again shortly."};
    run->computed_at.store(SteadyClock::now().time_since_epoch().count(), std::memory_order_release);
    deliver(false);
  };
  auto later = [&context, run, deadline = request.deadline]() -> std::optional<SteadyTime> {
    const SteadyTime now = SteadyClock::now();
    const auto computed = run->when_computed();
    if (!computed) return now < deadline ? std::optional(std::min(deadline, now + context.ledger_wait)) : std::nullopt;
    const SteadyTime end = *computed + context.ledger_wait;
    return now < end ? std::optional(end) : std::nullopt;
  };
  const SteadyTime first = std::min(request.deadline, SteadyClock::now() + context.ledger_wait);
  const std::optional<bool> recorded = co_await await_delivery<bool>(first, std::move(start), std::move(later));
  co_return recorded.value_or(false);
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
  auto run = std::make_shared<HookRun>();
  run->knowledge = knowledge;
  const bool recorded = co_await compute_on_worker(context, request, run);
  const auto computed = run->when_computed();
  if (!computed) co_return refuse(Error{ErrorCode::unavailable, "", "The answer was not ready within the time allowed for a request."});
  if (!*run->answer) co_return refuse(run->answer->error());
  const Answer& answer = run->answer->value();
  context.metrics.observe_stage(TimedStage::ledger, SteadyClock::now() - *computed);
  observe(context.metrics, run->entry.service_id, answer);
  Reply reply;
  reply.decision = join(answer.decisions);
  if (recorded) {
    reply.body = answer.body;
  } else {
    spill(context, *run);
    reply.body = mark_not_recorded(knowledge->messages, context.tenant.language, answer.body);
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
