// The threads that compute. The queue in front of them is bounded: what does not fit is refused at once, so that an
// overload costs the clients a 503 and not the server its memory.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "cds-hooks/http/delivery.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit) : pool_(threads), queue_limit_(queue_limit) {}

  // Runs `job` on a worker; false, and the job is dropped, when the queue is full. The job must not throw. Thread-safe.
  template <class Job>
  bool try_post(Job job) {
    if (waiting_.fetch_add(1, std::memory_order_relaxed) >= queue_limit_) {
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    asio::post(pool_, [this, job = std::move(job)]() mutable {
      yield_to_the_others();
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      job();
    });
    return true;
  }

  // Jobs that no worker has started.
  std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

  // Runs what is queued and ends the threads. Nothing may be posted afterwards.
  void join() { pool_.join(); }

 private:
  // Once on each worker: computing gives way to the threads that read, write and commit, which need little of the
  // processor but need it at once; otherwise an overload starves the ledger first.
  static void yield_to_the_others() {
    static thread_local const int kDone = setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
    (void)kDone;
  }
  static constexpr int kNiceness = 5;

  asio::thread_pool pool_;
  std::atomic<std::size_t> waiting_{0};
  const std::size_t queue_limit_;
};

// Computes on a worker and comes back with the Result that `compute` returned. Errors of its own: unavailable when the
// queue is full or `deadline` passed first (a computation that has not started by then never does), internal when
// `compute` threw.
template <class Compute, class Outcome = std::invoke_result_t<Compute&>>
asio::awaitable<Outcome> compute_on(WorkerPool& workers, SteadyTime deadline, Compute compute) {
  auto start = [&](Delivery<Outcome> deliver) {
    auto job = [deliver, deadline, compute = std::move(compute)]() mutable {
      if (SteadyClock::now() >= deadline) return;
      try {
        deliver(compute());
      } catch (...) {
        deliver(Outcome(Error{ErrorCode::internal, "", "An exception ended the computation."}));
      }
    };
    const bool queued = workers.try_post(std::move(job));
    if (!queued) deliver(Outcome(Error{ErrorCode::unavailable, "", "Too many requests are waiting; try again shortly."}));
  };
  std::optional<Outcome> outcome = co_await await_delivery<Outcome>(deadline, std::move(start));
  if (outcome) co_return std::move(*outcome);
  co_return Outcome(Error{ErrorCode::unavailable, "", "The answer was not ready within the time allowed for a request."});
}

}  // namespace cathgate::cds_hooks
