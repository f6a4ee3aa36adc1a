#include "cds-hooks/endpoints.h"
#include "cds-hooks/hooks/hook_call.h"
#include "cds-hooks/hooks/services.h"
#include "cds-hooks/http/outcome.h"
#include "cds-hooks/trust/tenants.h"

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
  TenantPtr tenant;  // null: the context's
  std::optional<PendingHook> pending;  // set before `waits`: the call waits, or has waited, for a read-back
  std::atomic<bool> waits{false};
  std::optional<Result<Answer>> answer;
  quality::LedgerEntry entry;  // kept until the ledger has it, so that a refused or late one can be spilled: by spill() alone
  std::atomic<SteadyTime::rep> computed_at{0};  // 0: not yet
  std::atomic<bool> spilled{false};

  std::optional<SteadyTime> when_computed() const {
    const auto at = computed_at.load(std::memory_order_acquire);
    return at == 0 ? std::nullopt : std::optional(SteadyTime(SteadyTime::duration(at)));
  }
};

// Once for each entry, marked as its answer goes out; the entry is gone afterwards, because in an overload thousands of
// them wait for the ledger. The ledger stores an entry that it also finishes writing only once.
void spill(ServiceContext& context, HookRun& run) {
  if (run.spilled.exchange(true)) return;
  quality::LedgerEntry entry = std::move(run.entry);
  if (!entry.silent) entry.response = mark_not_recorded(run.knowledge->messages, entry.language, entry.response);
  context.metrics.count_ledger_failure(context.ledger.spill(std::move(entry)));
}

const TenantOptions& options_of(const ServiceContext& context, const HookRun& run) { return run.tenant ? run.tenant->options : context.tenant; }

// Keeps the answer, or why there is none, and hands the entry to the ledger without a detour over the I/O thread. Delivers
// whether the answer is durable. Runs on a worker.
void settle_and_record(ServiceContext& context, Result<Answer> computed, const std::shared_ptr<HookRun>& run, const Delivery<bool>& deliver) {
  run->answer = std::move(computed);
  Result<Answer>& answer = *run->answer;
  quality::LedgerEntry recorded;
  if (answer) {
    run->entry = std::move(answer->entry);
    run->entry.entry_id = quality::new_entry_id();
    run->entry.response = answer->body;
    run->entry.silent = run->tenant && run->tenant->config.silent;
    recorded = run->entry;  // before anybody else may spill it
  }
  run->computed_at.store(SteadyClock::now().time_since_epoch().count(), std::memory_order_release);
  if (!answer) return deliver(false);
  // `done` may be called on the ledger's thread, or at once when it refuses.
  context.ledger.record(std::move(recorded), [&context, run, deliver](const Result<std::int64_t>& row) {
    if (!row) spill(context, *run);
    deliver(row.ok());
  });
}

// A computation that throws is a bug that costs its own request.
template <class Compute>
auto guarded(Compute compute) -> decltype(compute()) {
  try {
    return compute();
  } catch (...) {
    return Error{ErrorCode::internal, "", "An exception ended the computation."};
  }
}

// What a worker needs of a request.
struct HookCall {
  std::string service_id, body, accept_language;
};

// Runs on a worker. Delivers false also when the call has to wait for a read-back: `pending` is then set.
void compute_and_record(ServiceContext& context, HookCall call, const std::shared_ptr<HookRun>& run, const Delivery<bool>& deliver) {
  auto outcome = guarded([&] { return begin_hook(*run->knowledge, options_of(context, *run), run->tenant, call.service_id, std::move(call.body), context.now(), call.accept_language); });
  if (!outcome) return settle_and_record(context, outcome.error(), run, deliver);
  if (auto* answer = std::get_if<Answer>(&*outcome)) return settle_and_record(context, std::move(*answer), run, deliver);
  run->pending.emplace(std::get<PendingHook>(std::move(*outcome)));
  run->waits.store(true, std::memory_order_release);
  deliver(false);
}

// The second half. Runs on a worker.
void finish_and_record(ServiceContext& context, const std::vector<FetchedKey>& fetched, const std::shared_ptr<HookRun>& run, const Delivery<bool>& deliver) {
  auto answer = guarded([&] { return finish_hook(*run->knowledge, options_of(context, *run), *run->pending, fetched); });
  settle_and_record(context, std::move(answer), run, deliver);
}

// Runs `compute` on a worker, waits for it until the request's deadline and then for the ledger no longer than
// `ledger_wait`. True: durable.
template <class Compute>
awaitable<bool> compute_on_worker(ServiceContext& context, Request& request, std::shared_ptr<HookRun> run, Compute compute) {
  auto start = [&](Delivery<bool> deliver) {
    auto job = [&context, deliver, compute = std::move(compute), deadline = request.deadline, queued = SteadyClock::now()]() mutable {
      context.metrics.observe_stage(TimedStage::queue, SteadyClock::now() - queued);
      if (SteadyClock::now() < deadline) compute(deliver);
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

// The call lacks something: asks the FHIR server, then answers with what came. The deadline of the answer moves.
awaitable<bool> read_back_and_answer(ServiceContext& context, Request& request, std::shared_ptr<HookRun> run) {
  const auto usual = request.deadline - request.arrived;
  request.deadline = request.arrived + context.read_back_deadline;
  const SteadyTime fetched_by = request.deadline - std::min<SteadyClock::duration>(usual, context.read_back_deadline / 4);
  std::vector<FetchedKey> fetched = std::move(run->pending->plan.refused);
  if (context.read_back && !run->pending->plan.queries.empty()) {
    ReadBackPlan plan = std::move(run->pending->plan);
    std::vector<FetchedKey> read = co_await context.read_back->fetch(std::move(plan), fetched_by);
    fetched.insert(fetched.end(), std::make_move_iterator(read.begin()), std::make_move_iterator(read.end()));
  }
  for (const FetchedKey& key : fetched) context.metrics.count_read_back(key.failure);
  auto second = [&context, run, fetched = std::move(fetched)](const Delivery<bool>& deliver) { finish_and_record(context, fetched, run, deliver); };
  const bool recorded = co_await compute_on_worker(context, request, run, std::move(second));
  co_return recorded;
}

std::string join(const std::vector<std::string>& decisions) {
  std::string text;
  for (const std::string& decision : decisions) text.append(text.empty() ? "" : ",").append(decision);
  return text.empty() ? "no_card" : text;
}

// An answer that says nothing: of a tenant that is switched off or silent.
Reply no_cards(std::string decision) {
  Reply reply;
  reply.body = "{\"cards\":[]}";
  reply.decision = std::move(decision);
  return reply;
}

}  // namespace

awaitable<Reply> handle_hook(ServiceContext& context, Request& request) {
  if (!is_served(context, request.service_id)) co_return refuse(404, "http.request-target", "There is no such service.");
  const auto knowledge = context.knowledge.current().knowledge;
  if (!knowledge) co_return refuse_busy("The knowledge is not loaded.");
  if (request.tenant && !request.tenant->config.enabled) co_return no_cards("switched_off");
  auto run = std::make_shared<HookRun>();
  run->tenant = request.tenant;
  run->knowledge = knowledge;
  HookCall call{request.service_id, std::move(request.body), std::move(request.accept_language)};
  auto first = [&context, run, call = std::move(call)](const Delivery<bool>& deliver) mutable {
    compute_and_record(context, std::move(call), run, deliver);
  };
  bool recorded = co_await compute_on_worker(context, request, run, std::move(first));
  if (run->waits.load(std::memory_order_acquire)) {
    recorded = co_await read_back_and_answer(context, request, run);
  }
  const auto computed = run->when_computed();
  if (!computed) co_return refuse(Error{ErrorCode::unavailable, "", "The answer was not ready within the time allowed for a request."});
  if (!*run->answer) co_return refuse(run->answer->error());
  const Answer& answer = run->answer->value();
  context.metrics.observe_stage(TimedStage::ledger, SteadyClock::now() - *computed);
  observe(context.metrics, request.service_id, answer);
  // A silent tenant's answer is worth as much as its row.
  if (run->tenant && run->tenant->config.silent) {
    if (!recorded) spill(context, *run);
    co_return no_cards("silent," + join(answer.decisions));
  }
  Reply reply;
  reply.decision = join(answer.decisions);
  reply.language = answer.language;
  if (recorded) {
    reply.body = answer.body;
  } else {
    spill(context, *run);
    reply.body = mark_not_recorded(knowledge->messages, answer.language, answer.body);
    context.metrics.count_not_recorded();
  }
  co_return reply;
}

awaitable<Reply> handle_feedback(ServiceContext& context, Request& request) {
  if (!find_service(request.service_id)) co_return refuse(404, "http.request-target", "There is no such service.");
  auto compute = [tenant = tenant_of(context, request).tenant, id = request.service_id, body = std::move(request.body)]() mutable {
    return read_feedback(tenant, id, std::move(body));
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
