// Preloaded into a server under test: writing and syncing fail while the file that CATHGATE_FAULT names exists, with the
// error that it holds ("EIO" or "ENOSPC"). What a worn disk and a full one do, without either.
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

// 0: the disk works.
int fault() {
  const char* path = std::getenv("CATHGATE_FAULT");
  if (!path) return 0;
  std::FILE* file = std::fopen(path, "re");
  if (!file) return 0;
  char text[16] = {};
  const std::size_t size = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  const std::string_view name(text, size);
  return name == "EIO" ? EIO : name == "ENOSPC" ? ENOSPC : 0;
}

// Only databases and the spill: the log of the server goes on.
template <class Call, class... Args>
auto unless_broken(bool applies, const char* name, Args... args) -> decltype(std::declval<Call>()(args...)) {
  if (const int error = applies ? fault() : 0) {
    errno = error;
    return -1;
  }
  return reinterpret_cast<Call>(dlsym(RTLD_NEXT, name))(args...);
}

using Sync = int (*)(int);
using Write = ssize_t (*)(int, const void*, size_t, off64_t);

}  // namespace

extern "C" {

int fsync(int file) { return unless_broken<Sync>(true, "fsync", file); }
int fdatasync(int file) { return unless_broken<Sync>(true, "fdatasync", file); }
ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  return unless_broken<Write>(fault() == ENOSPC, "pwrite64", file, data, size, at);
}

}  // extern "C"
