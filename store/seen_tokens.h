// What was seen once and must not be accepted again before it expires: the identifiers of tokens. Durable before it
// answers, so that neither a restart nor another instance on the same database accepts a token twice. A thread of its own
// writes in groups.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace cathgate::store {

class SeenTokens {
 public:
  struct Options {
    std::string database;          // connection text; the table is made when it is missing
    std::size_t queue_limit = 4096;
    std::int64_t row_limit = 2'000'000;  // unexpired ones; beyond it admit() refuses, because forgetting one is worse
  };
  // SQLite: takes the lock "<database>.lock". Errors: as Database::open(), unavailable when another process holds the lock.
  static Result<std::unique_ptr<SeenTokens>> open(const Options& options);
  virtual ~SeenTokens() = default;

  // Calls `done` exactly once, on the writer's thread or at once: true when `id` is new and now remembered until `expires`,
  // false when it was there; unavailable when that cannot be said (then nobody may be let in). Thread-safe.
  // `now` decides what has expired and is cleared away.
  virtual void admit(std::string id, UnixSeconds expires, UnixSeconds now, std::function<void(Result<bool>)> done) = 0;
  // Answers what is queued and ends the thread. Called once, before destruction.
  virtual void close() = 0;
};

}  // namespace cathgate::store
