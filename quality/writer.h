// The writer of the ledger: a bounded queue, one thread with the only writing connection, group commit, the spill.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "quality/keys.h"
#include "quality/ledger.h"
#include "quality/spill.h"
#include "quality/tables.h"
#include "store/file_lock.h"

namespace cathgate::quality {

class LedgerWriter final : public Ledger {
 public:
  struct Parts {
    LedgerOptions options;
    std::optional<store::FileLock> lock;  // of a SQLite file
    std::unique_ptr<KeyRing> keys;
    std::unique_ptr<Tables> tables;
    std::unique_ptr<Spill> spill;  // may be null
  };
  explicit LedgerWriter(Parts parts);
  ~LedgerWriter() override;

  void record(LedgerEntry entry, std::function<void(Result<std::int64_t>)> done) override;
  void record_feedback(std::vector<FeedbackEntry> entries, std::function<void(Result<std::size_t>)> done) override;
  bool spill(LedgerEntry entry) override;
  std::size_t queued() const override { return queued_rows_.load(std::memory_order_relaxed); }
  bool healthy() const override { return healthy_.load(std::memory_order_relaxed); }
  LedgerCounters counters() const override;
  void drain(std::chrono::milliseconds limit) override;

 private:
  // Rows that become durable together, and who waits for them. `done` gets the row number of an answer, the count of
  // new rows of feedback.
  struct Job {
    std::vector<SealedRow> rows;
    std::function<void(Result<std::int64_t>)> done;
    std::size_t bytes = 0;
  };
  using Batch = std::vector<Job>;

  void enqueue(Job job);
  std::optional<Error> refusal(std::size_t bytes) const;  // with the mutex held
  void run();
  bool wait();
  Batch take_batch();
  void write(Batch batch);
  std::optional<Error> commit(const Batch& batch, std::vector<std::int64_t>& answers);
  std::optional<Error> commit_spilled(const std::vector<SealedRow>& rows);
  void replay();
  void retain();
  void fail(const Error& problem);
  void recover();
  void answer_all(Batch batch, const Error& problem);
  void log(std::string_view message) const;

  Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // something to do, or stop
  std::condition_variable idle_;     // the queue is empty and nothing is being written
  std::deque<Job> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  bool draining_ = false;
  bool stopping_ = false;
  bool spilled_ = false;
  std::atomic<std::size_t> queued_rows_ = 0;
  std::atomic<bool> healthy_ = true;
  std::chrono::milliseconds pause_{0};  // writer's thread only
  UnixSeconds retained_at_ = 0;         // writer's thread only: when retention was last looked at
  Head durable_;                        // writer's thread only: what the ledger must hold at least
  LedgerCounters uncommitted_;          // writer's thread only: what the open transaction would add
  struct Counters {
    std::atomic<std::uint64_t> answers = 0, feedback = 0, repeats = 0, unknown_cards = 0, refused = 0, failed = 0,
                               spilled = 0, replayed = 0;
  } counters_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace cathgate::quality
