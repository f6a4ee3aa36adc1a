#include "store/seen_tokens.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "store/connection.h"
#include "store/database.h"
#include "store/file_lock.h"

namespace cathgate::store {
namespace {

constexpr std::size_t kBatch = 256;
constexpr UnixSeconds kSweepEvery = 60;

Error unavailable(std::string message) { return {ErrorCode::unavailable, "seen_token", std::move(message)}; }

// The table and its statements; belongs to the writer's thread.
class SeenTable {
 public:
  static Result<std::unique_ptr<SeenTable>> open(const std::string& connection) {
    auto database = Database::open(connection, Access::writer);
    if (!database) return database.error();
    std::unique_ptr<SeenTable> table(new SeenTable(std::move(database).value()));
    if (auto problem = table->prepare()) return *problem;
    return table;
  }

  std::optional<Error> begin() { return database_->begin(); }
  std::optional<Error> commit() { return database_->commit(); }
  void rollback() { database_->rollback(); }
  std::int64_t rows() const { return rows_; }

  Result<bool> add(const std::string& id, UnixSeconds expires) {
    insert_->bind(0, id);
    insert_->bind(1, expires);
    const auto added = insert_->execute();
    if (!added) return added.error();
    rows_ += *added;
    return *added == 1;
  }
  std::optional<Error> sweep(UnixSeconds now) {
    sweep_->bind(0, now);
    if (const auto removed = sweep_->execute(); !removed) return removed.error();
    auto counted = count_->query();
    if (!counted) return counted.error();
    rows_ = counted->front()[0].integer;
    return std::nullopt;
  }

 private:
  explicit SeenTable(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  std::optional<Error> prepare() {
    const std::string integer(database_->column_type(Type::integer));
    const auto create = "create table if not exists seen_token (id text not null primary key, expires " + integer + " not null)";
    if (auto problem = database_->execute(create)) return problem;
    const std::string insert = "insert into seen_token (id, expires) values (:id, :expires) on conflict (id) do nothing";
    if (auto problem = keep(insert_, database_->prepare(insert, {Type::text, Type::integer}))) return problem;
    if (auto problem = keep(sweep_, database_->prepare("delete from seen_token where expires < :now", {Type::integer}))) return problem;
    return keep(count_, database_->prepare("select count(*) from seen_token", {}, {Type::integer}));
  }
  static std::optional<Error> keep(std::optional<Statement>& place, Result<Statement> prepared) {
    if (!prepared) return prepared.error();
    place.emplace(std::move(prepared).value());
    return std::nullopt;
  }

  std::unique_ptr<Database> database_;
  std::optional<Statement> insert_, sweep_, count_;
  std::int64_t rows_ = 0;
};

class Writer final : public SeenTokens {
 public:
  Writer(const Options& options, std::optional<FileLock> lock, std::unique_ptr<SeenTable> table)
      : options_(options), lock_(std::move(lock)), table_(std::move(table)), thread_([this] { run(); }) {}
  ~Writer() override {
    if (thread_.joinable()) close();
  }

  void admit(std::string id, UnixSeconds expires, UnixSeconds now, std::function<void(Result<bool>)> done) override {
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_ && queue_.size() < options_.queue_limit) {
        queue_.push_back({std::move(id), expires, now, std::move(done)});
        changed_.notify_one();
        return;
      }
    }
    done(unavailable("Too many tokens wait to be remembered."));
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  struct Job {
    std::string id;
    UnixSeconds expires, now;
    std::function<void(Result<bool>)> done;
  };

  std::vector<Job> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    std::vector<Job> batch;
    while (!queue_.empty() && batch.size() < kBatch) {
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return batch;
  }

  void run() {
    for (auto batch = take(); !batch.empty(); batch = take()) {
      std::vector<bool> fresh;
      const auto problem = write(batch, fresh);
      if (problem && table_) {
        table_->rollback();
        table_.reset();  // a connection that failed once is not trusted: the next batch opens another
      }
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(problem ? Result<bool>(*problem) : Result<bool>(fresh[i]));
    }
  }

  std::optional<Error> write(const std::vector<Job>& batch, std::vector<bool>& fresh) {
    if (!table_) {
      auto opened = SeenTable::open(options_.database);
      if (!opened) return opened.error();
      table_ = std::move(opened).value();
      swept_ = 0;
    }
    if (auto problem = table_->begin()) return problem;
    if (const UnixSeconds now = batch.back().now; now - swept_ >= kSweepEvery || now < swept_) {
      if (auto problem = table_->sweep(now)) return problem;
      swept_ = now;
    }
    for (const Job& job : batch) {
      if (table_->rows() >= options_.row_limit) return unavailable("The memory of tokens is full.");
      const auto added = table_->add(job.id, job.expires);
      if (!added) return added.error();
      fresh.push_back(*added);
    }
    return table_->commit();
  }

  const Options options_;
  const std::optional<FileLock> lock_;  // of a SQLite file
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::unique_ptr<SeenTable> table_;  // writer's thread
  UnixSeconds swept_ = 0;             // writer's thread
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<SeenTokens>> SeenTokens::open(const Options& options) {
  const auto connection = read_connection(options.database);
  if (!connection) return connection.error();
  auto lock = lock_for_writing(*connection);
  if (!lock) return lock.error();
  auto table = SeenTable::open(options.database);
  if (!table) return table.error();
  return std::unique_ptr<SeenTokens>(std::make_unique<Writer>(options, std::move(lock).value(), std::move(table).value()));
}

}  // namespace cathgate::store
