// A ledger whose durability a test decides: the disk that is well, that refuses, and that is slow.
#pragma once

#include <atomic>
#include <mutex>
#include <vector>

#include "quality/ledger.h"

namespace cathgate::test {

class FakeLedger final : public quality::Ledger {
 public:
  enum class Disk { well, refuses, slow };

  void record(quality::LedgerEntry entry, std::function<void(Result<std::int64_t>)> done) override {
    settle(done, std::int64_t{1}, [&] { recorded.push_back(std::move(entry)); });
  }
  void record_feedback(std::vector<quality::FeedbackEntry> entries, std::function<void(Result<std::size_t>)> done) override {
    const std::size_t count = entries.size();
    settle(done, count, [&] { feedback.insert(feedback.end(), entries.begin(), entries.end()); });
  }
  bool spill(quality::LedgerEntry entry) override {
    const std::lock_guard lock(mutex_);
    spilled.push_back(std::move(entry));
    return true;
  }
  std::size_t queued() const override { return 7; }
  bool healthy() const override { return disk != Disk::refuses; }
  void drain(std::chrono::milliseconds) override { fail_late(); }

  // What a slow disk has kept waiting fails now.
  void fail_late() {
    for (auto& fail : late_) fail();
    late_.clear();
  }

  std::atomic<Disk> disk = Disk::well;
  std::vector<quality::LedgerEntry> recorded;
  std::vector<quality::LedgerEntry> spilled;
  std::vector<quality::FeedbackEntry> feedback;

 private:
  template <class T, class Store>
  void settle(std::function<void(Result<T>)>& done, T value, Store store) {
    const Error failed{ErrorCode::unavailable, "ledger", "The disk is full."};
    if (disk == Disk::refuses) return done(failed);
    const std::lock_guard lock(mutex_);
    if (disk == Disk::slow) return late_.push_back([done, failed] { done(failed); });
    store();
    done(value);
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> late_;
};

}  // namespace cathgate::test
