// The bounded file in which sealed rows wait while the ledger cannot take them. Append-only; a row stays until it is
// durable in the ledger, so one may be handed out twice: the ledger tells repeats by entry id. Thread-safe.
//
// A record: length of the body (4 bytes, big-endian), body, HMAC-SHA-256 over both. The payload inside is sealed and
// every identifier hashed, as in the database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "quality/keys.h"
#include "quality/row.h"

namespace cathgate::quality {

class Spill {
 public:
  // Opens or creates (mode 0600). The keys must outlive it; `log` may be empty.
  static Result<std::unique_ptr<Spill>> open(const std::string& path, std::size_t limit_bytes, const KeyRing& keys,
                                             std::function<void(std::string_view)> log);
  ~Spill();

  // False when the record does not fit or cannot be written; the file is then as before.
  bool append(const SealedRow& row);
  // Brings appended records to the disk; cheap when there are none.
  void sync();
  // Is anything not yet handed out or not yet confirmed?
  bool pending() const;
  // The next rows, at most `count`, after those that were confirmed. A damaged record is passed over and kept aside, a
  // torn end is passed over; both with a message.
  std::vector<SealedRow> next(std::size_t count);
  // What next() gave is durable in the ledger. When nothing is left, the file is emptied.
  void confirm();

 private:
  Spill(std::string path, std::size_t limit, const KeyRing& keys, std::function<void(std::string_view)> log)
      : path_(std::move(path)), limit_(limit), keys_(keys), log_(std::move(log)) {}
  std::optional<Error> open_file();
  enum class Frame { whole, damaged, torn };
  Frame read_frame(std::size_t offset, std::string& body, std::size_t& end) const;
  void start_over();

  const std::string path_;
  const std::size_t limit_;
  const KeyRing& keys_;
  const std::function<void(std::string_view)> log_;
  mutable std::mutex mutex_;
  int file_ = -1;
  std::size_t size_ = 0;       // bytes of whole records
  std::size_t confirmed_ = 0;  // offset up to which rows are durable in the ledger
  std::size_t handed_ = 0;     // offset up to which next() has read
  bool damaged_ = false;
  bool unsynced_ = false;
};

}  // namespace cathgate::quality
