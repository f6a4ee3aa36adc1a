// An exclusive lock between processes, by flock on a file that exists for nothing else. It goes with its holder,
// however that ends; the file itself stays and must not be deleted while it is held.
#pragma once

#include <string>

#include "core/result.h"

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

}  // namespace cathgate::store
