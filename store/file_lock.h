// An exclusive lock between processes, by flock on a file that exists for nothing else. It goes with its holder,
// however that ends; the file itself stays and must not be deleted while it is held.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "store/connection.h"

namespace cathgate::store {

class FileLock {
 public:
  // Creates the file (mode 0600) when missing. Never waits: `unavailable` when somebody else holds it, this process
  // included.
  static Result<FileLock> take(const std::string& path);

  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// The lock of the one process that may write to a SQLite database, "<path>.lock"; none for a database server, which several
// processes may write to. Errors as FileLock::take.
Result<std::optional<FileLock>> lock_for_writing(const Connection& connection);

}  // namespace cathgate::store
