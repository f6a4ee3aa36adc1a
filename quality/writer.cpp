#include "quality/writer.h"

#include <ctime>

#include "quality/maintenance.h"

namespace cathgate::quality {
namespace {

using std::chrono::milliseconds;

// One transaction takes at most this much, so that the first of a long queue does not wait for the last.
constexpr std::size_t kBatchRows = 256;
constexpr std::size_t kBatchBytes = 8u << 20;
// The queue is bounded in rows by the options and in memory by this.
constexpr std::size_t kQueueBytes = 64u << 20;
constexpr std::size_t kEntryBytes = 32u << 20;
constexpr std::size_t kReplayRows = 64;
constexpr UnixSeconds kRetainEvery = 3600;
constexpr std::int64_t kDay = 86'400;
constexpr milliseconds kFirstPause{20};
constexpr milliseconds kLongestPause{1000};

UnixSeconds now() {
  return static_cast<UnixSeconds>(std::time(nullptr));
}

Error unavailable(std::string message) {
  return {ErrorCode::unavailable, "ledger", std::move(message)};
}

}  // namespace

LedgerWriter::LedgerWriter(Parts parts) : parts_(std::move(parts)), durable_(parts_.tables->committed()) {
  spilled_ = parts_.spill && parts_.spill->pending();
  thread_ = std::thread([this] { run(); });
}

LedgerWriter::~LedgerWriter() {
  if (thread_.joinable()) drain(milliseconds(2000));
}

void LedgerWriter::log(std::string_view message) const {
  if (parts_.options.log) parts_.options.log(message);
}

void LedgerWriter::record(LedgerEntry entry, std::function<void(Result<std::int64_t>)> done) {
  if (entry.response.size() + entry.facts.size() > kEntryBytes)
    return done(Error{ErrorCode::invalid_input, "response", "The answer is too large for the ledger."});
  auto row = seal_answer(entry, *parts_.keys, now());
  if (!row) return done(row.error());
  Job job;
  job.bytes = row->size();
  job.rows.push_back(std::move(row).value());
  job.done = std::move(done);
  enqueue(std::move(job));
}

void LedgerWriter::record_feedback(std::vector<FeedbackEntry> entries, std::function<void(Result<std::size_t>)> done) {
  Job job;
  job.rows.reserve(entries.size());
  for (const auto& entry : entries) {
    auto row = seal_feedback(entry, *parts_.keys, now());
    if (!row) return done(row.error());
    job.bytes += row->size();
    job.rows.push_back(std::move(row).value());
  }
  job.done = [done = std::move(done)](Result<std::int64_t> result) {
    if (result) return done(static_cast<std::size_t>(*result));
    done(result.error());
  };
  if (job.rows.empty()) return job.done(std::int64_t{0});
  enqueue(std::move(job));
}

std::optional<Error> LedgerWriter::refusal(std::size_t bytes) const {
  if (draining_) return unavailable("The ledger is closing.");
  if (!healthy()) return unavailable("The ledger cannot write at the moment.");
  if (queued() >= parts_.options.queue_limit || queued_bytes_ + bytes > kQueueBytes)
    return unavailable("The queue of the ledger is full.");
  return std::nullopt;
}

void LedgerWriter::enqueue(Job job) {
  std::optional<Error> refused;
  {
    const std::lock_guard lock(mutex_);
    refused = refusal(job.bytes);
    if (!refused) {
      queued_rows_ += job.rows.size();
      queued_bytes_ += job.bytes;
      queue_.push_back(std::move(job));
    }
  }
  if (!refused) return changed_.notify_one();
  ++counters_.refused;
  job.done(*refused);
}

bool LedgerWriter::spill(LedgerEntry entry) {
  if (!parts_.spill) return false;
  const auto row = seal_answer(entry, *parts_.keys, now());
  if (!row || !parts_.spill->append(*row)) return false;
  ++counters_.spilled;
  {
    const std::lock_guard lock(mutex_);
    spilled_ = true;
  }
  changed_.notify_one();
  return true;
}

LedgerCounters LedgerWriter::counters() const {
  const auto& c = counters_;
  return {c.answers, c.feedback, c.repeats, c.unknown_cards, c.refused, c.failed, c.spilled, c.replayed};
}

void LedgerWriter::drain(milliseconds limit) {
  Batch left;
  {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    draining_ = true;
    changed_.notify_one();
    // The spill is part of it while it can be written at all; otherwise it waits for the next start.
    idle_.wait_for(lock, limit, [this] { return queue_.empty() && !writing_ && !(spilled_ && healthy()); });
    stopping_ = true;
    left.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
    queued_bytes_ = 0;
    queued_rows_ = 0;
  }
  changed_.notify_one();
  answer_all(std::move(left), unavailable("The ledger closed before it could write this."));
  thread_.join();
  parts_.tables.reset();  // closes the database, and with it the write-ahead log
}

// False when the thread is to end.
bool LedgerWriter::wait() {
  std::unique_lock lock(mutex_);
  writing_ = false;
  if (queue_.empty()) idle_.notify_all();
  if (healthy()) {
    const auto something = [this] { return stopping_ || spilled_ || !queue_.empty(); };
    if (parts_.options.retention.empty()) changed_.wait(lock, something);
    else if (retained_at_ != 0) changed_.wait_for(lock, std::chrono::seconds(kRetainEvery), something);  // at start it is due
  } else {
    changed_.wait_for(lock, pause_, [this] { return stopping_; });
  }
  return !stopping_;
}

LedgerWriter::Batch LedgerWriter::take_batch() {
  Batch batch;
  std::size_t rows = 0, bytes = 0;
  const std::lock_guard lock(mutex_);
  while (!queue_.empty()) {
    Job& first = queue_.front();
    if (!batch.empty() && (rows + first.rows.size() > kBatchRows || bytes + first.bytes > kBatchBytes)) break;
    rows += first.rows.size();
    bytes += first.bytes;
    batch.push_back(std::move(first));
    queue_.pop_front();
  }
  queued_rows_ -= rows;
  queued_bytes_ -= bytes;
  writing_ = !batch.empty();
  return batch;
}

void LedgerWriter::run() {
  while (wait()) {
    if (!healthy()) recover();
    if (auto batch = take_batch(); !batch.empty()) write(std::move(batch));
    if (parts_.spill) parts_.spill->sync();
    if (healthy()) replay();
    if (healthy()) retain();
  }
}

std::optional<Error> LedgerWriter::commit(const Batch& batch, std::vector<std::int64_t>& answers) {
  uncommitted_ = {};
  if (auto problem = parts_.tables->begin()) return problem;
  for (const Job& job : batch) {
    std::int64_t answer = 0;
    for (const SealedRow& row : job.rows) {
      const auto added = parts_.tables->add(row);
      if (!added) return added.error();
      if (row.kind == Kind::answer) {
        answer = added->row;
        uncommitted_.answers += added->is_new;
        continue;
      }
      answer += added->is_new;
      ++(added->is_new ? uncommitted_.feedback : uncommitted_.feedback_repeats);
      uncommitted_.feedback_unknown_cards += !added->card_known;
    }
    answers.push_back(answer);
  }
  if (auto problem = parts_.tables->commit()) return problem;
  if (!parts_.tables->files_in_place())
    return unavailable("A file of the database was removed or exchanged under the running ledger.");
  durable_ = parts_.tables->committed();
  return std::nullopt;
}

void LedgerWriter::write(Batch batch) {
  std::vector<std::int64_t> answers;
  answers.reserve(batch.size());
  if (auto problem = commit(batch, answers)) {
    fail(*problem);
    return answer_all(std::move(batch), unavailable("The ledger could not write."));
  }
  counters_.answers += uncommitted_.answers;
  counters_.feedback += uncommitted_.feedback;
  counters_.repeats += uncommitted_.feedback_repeats;
  counters_.unknown_cards += uncommitted_.feedback_unknown_cards;
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(answers[i]);
}

void LedgerWriter::answer_all(Batch batch, const Error& problem) {
  for (Job& job : batch) {
    counters_.failed += job.rows.size();
    job.done(problem);
  }
}

std::optional<Error> LedgerWriter::commit_spilled(const std::vector<SealedRow>& rows) {
  std::uint64_t stored = 0;
  if (auto problem = parts_.tables->begin()) return problem;
  for (const auto& row : rows) {
    const auto added = parts_.tables->add(row);
    if (!added) return added.error();
    stored += added->is_new;
  }
  if (auto problem = parts_.tables->commit()) return problem;
  durable_ = parts_.tables->committed();
  counters_.replayed += stored;
  return std::nullopt;
}

// One transaction's worth of the spill, so that the queue does not wait for a long replay.
void LedgerWriter::replay() {
  {
    const std::lock_guard lock(mutex_);
    if (!spilled_) return;
    spilled_ = false;
    writing_ = true;
  }
  if (const auto rows = parts_.spill->next(kReplayRows); !rows.empty()) {
    if (auto problem = commit_spilled(rows)) return fail(*problem);
  }
  parts_.spill->confirm();
  const bool more = parts_.spill->pending();
  if (!more) parts_.spill->sync();
  const std::lock_guard lock(mutex_);
  spilled_ = spilled_ || more;
}

// Erases what is older than its tenant keeps payloads.
void LedgerWriter::retain() {
  if (parts_.options.retention.empty() || now() - retained_at_ < kRetainEvery) return;
  retained_at_ = now();
  for (const auto& rule : parts_.options.retention) {
    EraseSelection selection;
    selection.tenant = rule.tenant;
    selection.before = now() - rule.days * kDay;
    const auto erased = erase(*parts_.tables, *parts_.keys, selection, "retention", now());
    if (!erased) return fail(erased.error());
    durable_ = parts_.tables->committed();
    if (*erased > 0) log("Retention erased " + std::to_string(*erased) + " payloads.");
  }
}

// After an error the connection is not trusted any more, and whoever waits is told at once: their deadline is shorter
// than any repair.
void LedgerWriter::fail(const Error& problem) {
  healthy_ = false;
  pause_ = kFirstPause;
  if (parts_.tables) parts_.tables->rollback();
  parts_.tables.reset();
  log("The ledger cannot write: " + problem.message);
  Batch waiting;
  {
    const std::lock_guard lock(mutex_);
    spilled_ = parts_.spill != nullptr;
    waiting.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
    queued_bytes_ = 0;
    queued_rows_ = 0;
  }
  answer_all(std::move(waiting), unavailable("The ledger could not write."));
}

// Healthy again once a commit has succeeded on a new connection to the same chain.
void LedgerWriter::recover() {
  pause_ = std::min(pause_ * 2, kLongestPause);
  auto tables = Tables::open(parts_.options.database, *parts_.keys);
  if (!tables) return;
  if ((*tables)->committed().row < durable_.row)
    return log("The database holds fewer rows than were acknowledged; the ledger stays closed.");
  if ((*tables)->begin() || (*tables)->commit()) return;
  parts_.tables = std::move(tables).value();
  durable_ = parts_.tables->committed();
  healthy_ = true;
  log("The ledger writes again.");
}

}  // namespace cathgate::quality
