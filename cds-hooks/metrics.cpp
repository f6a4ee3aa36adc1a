#include "cds-hooks/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <type_traits>

#include "cds-hooks/hooks/services.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::array kStatuses{200, 204, 400, 401, 404, 405, 408, 412, 413, 415, 429, 431, 500, 501, 503};
constexpr std::array<std::string_view, 3> kServices{"none", service_id(ServiceKind::angiography), service_id(ServiceKind::chest_pain)};
constexpr std::array<std::string_view, kTimedStages> kStageNames{"queue", "parse", "read", "assess", "card", "validate", "ledger"};
constexpr std::array<std::string_view, 3> kRefusals{"limit", "file_descriptors", "accept"};
constexpr std::size_t kDecisions = static_cast<std::size_t>(Decision::not_applicable) + 2;  // and "no_card"

std::string_view decision_label(std::size_t index) {
  return index + 1 == kDecisions ? "no_card" : decision_name(static_cast<Decision>(index));
}

// An unknown service counts as "none": a client must not be able to make new series.
std::size_t service_index(std::string_view service) {
  const auto found = std::ranges::find(kServices, service);
  return found == kServices.end() ? 0 : static_cast<std::size_t>(found - kServices.begin());
}

std::size_t status_index(int status) {
  const auto found = std::ranges::find(kStatuses, status);
  return static_cast<std::size_t>(found - kStatuses.begin());  // one past the end: "other"
}

// Seconds: from a tenth of a millisecond to past the longest deadline.
const Histogram::BucketBoundaries kSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

template <class Metric>
prometheus::Family<Metric>& family(prometheus::Registry& registry, const char* name, const char* help) {
  if constexpr (std::is_same_v<Metric, Counter>) return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  else if constexpr (std::is_same_v<Metric, Gauge>) return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  else return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  std::array<std::array<std::array<Counter*, kStatuses.size() + 1>, kServices.size()>, kEndpoints> requests{};
  std::array<Histogram*, kEndpoints> latency{};
  std::array<std::array<Counter*, kDecisions>, kServices.size()> decisions{};
  std::array<Histogram*, kTimedStages> stages{};
  std::array<Counter*, 2> ledger_failures{}, reloads{};
  std::array<Counter*, kRefusals.size()> refused{};
  std::array<Counter*, kTokenProblems> unauthorised{};
  std::array<Counter*, kReadBackFailures> read_back{};
  Counter* limited = nullptr;
  Counter* not_recorded = nullptr;
  Counter* bytes_in = nullptr;
  Counter* bytes_out = nullptr;
  Counter* feedback = nullptr;
  Counter* feedback_new = nullptr;
  Gauges gauges;
  Gauge *connections = nullptr, *worker_queue = nullptr, *ledger_queue = nullptr, *ledger_healthy = nullptr;

  void make_requests();
  void make_decisions_and_stages();
  void make_ledger();
  void make_server();
};

void Metrics::Impl::make_requests() {
  auto& counters = family<Counter>(registry, "cathgate_requests_total", "Requests by endpoint, service and HTTP status.");
  auto& times = family<Histogram>(registry, "cathgate_request_seconds", "From the last byte of a request to the first of its answer.");
  for (std::size_t e = 0; e < kEndpoints; ++e) {
    const std::string endpoint(endpoint_name(static_cast<Endpoint>(e)));
    latency[e] = &times.Add({{"endpoint", endpoint}}, kSeconds);
    const bool by_service = e == static_cast<std::size_t>(Endpoint::hook) || e == static_cast<std::size_t>(Endpoint::feedback);
    for (std::size_t s = 0; s < kServices.size(); ++s) {
      for (std::size_t i = 0; i <= kStatuses.size(); ++i) {
        const std::string status = i < kStatuses.size() ? std::to_string(kStatuses[i]) : "other";
        const std::string service(kServices[by_service ? s : 0]);
        requests[e][s][i] = &counters.Add({{"endpoint", endpoint}, {"service", service}, {"status", status}});
      }
    }
  }
}

void Metrics::Impl::make_decisions_and_stages() {
  auto& counters = family<Counter>(registry, "cathgate_decisions_total", "Assessed orders and patients by service and decision.");
  for (std::size_t s = 0; s < kServices.size(); ++s) {
    for (std::size_t d = 0; d < kDecisions; ++d) {
      decisions[s][d] = &counters.Add({{"service", std::string(kServices[s])}, {"decision", std::string(decision_label(d))}});
    }
  }
  auto& times = family<Histogram>(registry, "cathgate_stage_seconds", "Time of each stage of a hook call.");
  for (std::size_t i = 0; i < kTimedStages; ++i) stages[i] = &times.Add({{"stage", std::string(kStageNames[i])}}, kSeconds);
}

void Metrics::Impl::make_ledger() {
  not_recorded = &family<Counter>(registry, "cathgate_not_recorded_total", "Answers that went out marked not recorded.").Add({});
  auto& failures = family<Counter>(registry, "cathgate_ledger_failures_total", "Entries that the ledger refused, failed to write or wrote too late.");
  for (std::size_t i = 0; i < 2; ++i) {
    ledger_failures[i] = &failures.Add({{"spilled", i == 1 ? "yes" : "no"}});
  }
  feedback = &family<Counter>(registry, "cathgate_feedback_total", "Elements of feedback that were acknowledged.").Add({});
  feedback_new = &family<Counter>(registry, "cathgate_feedback_new_total", "Elements of feedback that were not repeats.").Add({});
  ledger_queue = &family<Gauge>(registry, "cathgate_ledger_queue", "Entries waiting for the ledger's writer.").Add({});
  ledger_healthy = &family<Gauge>(registry, "cathgate_ledger_healthy", "1 while the ledger can be written.").Add({});
}

void Metrics::Impl::make_server() {
  auto& refusals = family<Counter>(registry, "cathgate_connections_refused_total", "Connections that were not served.");
  for (std::size_t i = 0; i < kRefusals.size(); ++i) refused[i] = &refusals.Add({{"reason", std::string(kRefusals[i])}});
  auto& tokens = family<Counter>(registry, "cathgate_unauthorised_total", "Calls that were answered with 401, by their reason.");
  for (std::size_t i = 0; i < kTokenProblems; ++i) {
    unauthorised[i] = &tokens.Add({{"reason", std::string(token_problem_name(static_cast<TokenProblem>(i)))}});
  }
  limited = &family<Counter>(registry, "cathgate_limited_total", "Calls beyond the rate of their tenant, answered with 429.").Add({});
  auto& keys = family<Counter>(registry, "cathgate_read_back_total", "Prefetch keys that were missing, by what came of reading them back.");
  for (std::size_t i = 0; i < kReadBackFailures; ++i) {
    read_back[i] = &keys.Add({{"failure", std::string(read_back_failure_name(static_cast<ReadBackFailure>(i)))}});
  }
  auto& reloading = family<Counter>(registry, "cathgate_reloads_total", "Reloads of the knowledge.");
  for (std::size_t i = 0; i < 2; ++i) reloads[i] = &reloading.Add({{"succeeded", i == 1 ? "yes" : "no"}});
  auto& bytes = family<Counter>(registry, "cathgate_bytes_total", "Bytes of requests and answers.");
  bytes_in = &bytes.Add({{"direction", "in"}});
  bytes_out = &bytes.Add({{"direction", "out"}});
  connections = &family<Gauge>(registry, "cathgate_connections", "Open connections.").Add({});
  worker_queue = &family<Gauge>(registry, "cathgate_worker_queue", "Hook calls waiting for a worker.").Add({});
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  impl_->make_requests();
  impl_->make_decisions_and_stages();
  impl_->make_ledger();
  impl_->make_server();
}

Metrics::~Metrics() = default;

void Metrics::count_request(const RequestRecord& record) {
  const auto endpoint = static_cast<std::size_t>(record.endpoint);
  impl_->requests[endpoint][service_index(record.service)][status_index(record.status)]->Increment();
  impl_->latency[endpoint]->Observe(seconds(record.latency));
  impl_->bytes_in->Increment(static_cast<double>(record.bytes_in));
  impl_->bytes_out->Increment(static_cast<double>(record.bytes_out));
}

void Metrics::count_decision(std::string_view service, std::string_view decision) {
  for (std::size_t d = 0; d < kDecisions; ++d) {
    if (decision_label(d) == decision) impl_->decisions[service_index(service)][d]->Increment();
  }
}

void Metrics::observe_stage(TimedStage stage, std::chrono::nanoseconds time) {
  impl_->stages[static_cast<std::size_t>(stage)]->Observe(seconds(time));
}

void Metrics::count_not_recorded() { impl_->not_recorded->Increment(); }
void Metrics::count_ledger_failure(bool spilled) { impl_->ledger_failures[spilled]->Increment(); }
void Metrics::count_reload(bool succeeded) { impl_->reloads[succeeded]->Increment(); }

void Metrics::count_feedback(std::size_t accepted, std::size_t new_rows) {
  impl_->feedback->Increment(static_cast<double>(accepted));
  impl_->feedback_new->Increment(static_cast<double>(new_rows));
}

void Metrics::count_unauthorised(TokenProblem problem) { impl_->unauthorised[static_cast<std::size_t>(problem)]->Increment(); }
void Metrics::count_read_back(ReadBackFailure failure) { impl_->read_back[static_cast<std::size_t>(failure)]->Increment(); }
void Metrics::count_limited() { impl_->limited->Increment(); }

void Metrics::count_connection_refused(std::string_view reason) {
  const auto found = std::ranges::find(kRefusals, reason);
  if (found != kRefusals.end()) impl_->refused[static_cast<std::size_t>(found - kRefusals.begin())]->Increment();
}

void Metrics::set_gauges(Gauges gauges) { impl_->gauges = std::move(gauges); }

std::string Metrics::write() const {
  const Gauges& gauges = impl_->gauges;
  if (gauges.connections) impl_->connections->Set(gauges.connections());
  if (gauges.worker_queue) impl_->worker_queue->Set(gauges.worker_queue());
  if (gauges.ledger_queue) impl_->ledger_queue->Set(gauges.ledger_queue());
  if (gauges.ledger_healthy) impl_->ledger_healthy->Set(gauges.ledger_healthy());
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, impl_->registry.Collect());
  return text.str();
}

}  // namespace cathgate::cds_hooks
