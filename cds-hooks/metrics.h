// The server's metrics, in Prometheus' text format. Every series that a request touches is resolved at construction, so
// that counting is an atomic addition. Labels are codes of ours; nothing of a patient can become one. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cds-hooks/http/http_message.h"
#include "cds-hooks/read-back/read_back_plan.h"
#include "cds-hooks/trust/token.h"

namespace cathgate::cds_hooks {

// The steps of a hook call that are timed; `queue` is the wait for a worker, `ledger` that for durability.
enum class TimedStage : std::uint8_t { queue, parse, read, assess, card, validate, ledger };
inline constexpr std::size_t kTimedStages = 7;

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void count_request(const RequestRecord& record);
  // `decision`: decision_name(), or "no_card".
  void count_decision(std::string_view service, std::string_view decision);
  void observe_stage(TimedStage stage, std::chrono::nanoseconds time);
  // An answer that went out marked "not recorded".
  void count_not_recorded();
  // An entry that the ledger refused, failed to write or wrote too late; `spilled`: it waits in the spill to be replayed.
  void count_ledger_failure(bool spilled);
  void count_feedback(std::size_t accepted, std::size_t new_rows);
  // A key that a call lacked.
  void count_read_back(ReadBackFailure failure);
  // A call that was not authorised, or that its tenant had no right left to in this second.
  void count_unauthorised(TokenProblem problem);
  void count_limited();
  void count_connection_refused(std::string_view reason);
  void count_reload(bool succeeded);

  // Values that are asked for when the metrics are read.
  struct Gauges {
    std::function<double()> connections, worker_queue, ledger_queue, ledger_healthy;
  };
  void set_gauges(Gauges gauges);  // before the server runs

  std::string write() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cathgate::cds_hooks
