#include "store/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace cathgate::store {

Result<FileLock> FileLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return Error{ErrorCode::unavailable, path,
                 "The lock file cannot be opened: " + std::generic_category().message(errno) + "."};
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK)
    return Error{ErrorCode::unavailable, path, "Another process holds the lock: only one may write to this database."};
  return Error{ErrorCode::unavailable, path,
               "The lock cannot be taken: " + std::generic_category().message(errno) + "."};
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::optional<FileLock>> lock_for_writing(const Connection& connection) {
  if (connection.backend != Backend::sqlite) return std::optional<FileLock>();
  auto taken = FileLock::take(connection.path + ".lock");
  if (!taken) return taken.error();
  return std::optional<FileLock>(std::move(taken).value());
}

}  // namespace cathgate::store
