// A server as a child process, for tests and benchmarks: `cathgate serve`, or another program that says on stderr
// "listening http://127.0.0.1:PORT". Its log goes to a file. POSIX only.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cathgate::test {

struct ServerCommand {
  std::vector<std::string> words;  // program and arguments
  std::filesystem::path folder;    // the working directory; it must exist
  std::filesystem::path log;       // appended to
};

class ServerProcess {
 public:
  // Starts it and waits until it listens and, for a server that has it, /health/ready answers 200. Null when it ends or is
  // not ready within ten seconds.
  static std::unique_ptr<ServerProcess> start(const ServerCommand& command, bool has_health = true);
  ~ServerProcess();  // kills what still runs
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  unsigned short port() const { return port_; }
  // From its start to the first 200 of /health/ready.
  std::chrono::duration<double> start_up() const { return start_up_; }
  void send(int signal) const;
  // The exit code, or minus the signal that ended it; empty when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);
  // A field of /proc/PID/status in KiB ("VmRSS", "VmHWM"); 0 when it cannot be read.
  long memory_kib(const std::string& field) const;
  // The soft value of a line of /proc/PID/limits ("Max core file size"); empty when it cannot be read.
  std::string limit(const std::string& name) const;

 private:
  ServerProcess(pid_t pid) : pid_(pid) {}
  bool await_ready(const ServerCommand& command, std::uintmax_t log_start, bool has_health);

  pid_t pid_;
  bool ended_ = false;
  unsigned short port_ = 0;
  std::chrono::duration<double> start_up_{0};
};

// Runs a program to its end: its exit code (minus the signal) and what it wrote to stdout and stderr together.
struct Finished {
  int code = -1;
  std::string output;
};
Finished run_program(const std::vector<std::string>& words, const std::filesystem::path& folder);

// An empty folder of this process under the system's folder for temporary files; removed at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void keep() { keep_ = true; }

 private:
  std::filesystem::path path_;
  bool keep_ = false;
};

}  // namespace cathgate::test
