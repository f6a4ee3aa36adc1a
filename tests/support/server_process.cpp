#include "tests/support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/http_client.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kStartLimit = 10s;
constexpr auto kPoll = 1ms;

// Never returns. XDG_STATE_HOME would move the database out of the folder.
[[noreturn]] void become(const std::vector<std::string>& words, const std::filesystem::path& folder, int output, bool stdout_too) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::unsetenv("XDG_STATE_HOME");
  ::dup2(output, STDERR_FILENO);
  if (stdout_too) ::dup2(output, STDOUT_FILENO);
  if (::chdir(folder.c_str()) == 0) ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

int exit_code(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

std::string read_from(const std::filesystem::path& file, std::uintmax_t offset) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The port in the last part of "listening http://127.0.0.1:PORT\n"; 0 while the line is not there.
unsigned short listening_port(const std::string& log) {
  const auto said = log.find("listening http://");
  const auto end = said == std::string::npos ? said : log.find('\n', said);
  if (end == std::string::npos) return 0;
  return static_cast<unsigned short>(std::atoi(log.c_str() + log.rfind(':', end) + 1));
}

}  // namespace

std::unique_ptr<ServerProcess> ServerProcess::start(const ServerCommand& command, bool has_health) {
  const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return nullptr;
  const auto log_start = std::filesystem::file_size(command.log);
  const auto begin = Clock::now();
  const pid_t pid = ::fork();
  if (pid == 0) become(command.words, command.folder, log, false);
  ::close(log);
  if (pid < 0) return nullptr;
  std::unique_ptr<ServerProcess> server(new ServerProcess(pid));
  if (!server->await_ready(command, log_start, has_health)) return nullptr;
  server->start_up_ = Clock::now() - begin;
  return server;
}

bool ServerProcess::await_ready(const ServerCommand& command, std::uintmax_t log_start, bool has_health) {
  for (const auto give_up = Clock::now() + kStartLimit; Clock::now() < give_up; std::this_thread::sleep_for(kPoll)) {
    if (wait(0ms)) return false;
    if (port_ == 0) port_ = listening_port(read_from(command.log, log_start));
    if (port_ == 0) continue;
    if (!has_health) return true;
    HttpClient client(port_);
    const auto reply = client.exchange("GET", "/health/ready");
    if (reply && reply->status == 200) return true;
  }
  return false;
}

ServerProcess::~ServerProcess() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ServerProcess::send(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

std::optional<int> ServerProcess::wait(std::chrono::milliseconds limit) {
  const auto give_up = Clock::now() + limit;
  for (int status = 0; !ended_;) {
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = true;
      return exit_code(status);
    }
    if (Clock::now() >= give_up) return std::nullopt;
    std::this_thread::sleep_for(kPoll);
  }
  return std::nullopt;
}

long ServerProcess::memory_kib(const std::string& field) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":")) return std::atol(line.c_str() + field.size() + 1);
  return 0;
}

std::string ServerProcess::limit(const std::string& name) const {
  std::ifstream limits("/proc/" + std::to_string(pid_) + "/limits");
  for (std::string line; std::getline(limits, line);) {
    if (!line.starts_with(name)) continue;
    const auto begin = line.find_first_not_of(' ', name.size());
    return begin == std::string::npos ? std::string() : line.substr(begin, line.find(' ', begin) - begin);
  }
  return {};
}

Finished run_program(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t pid = ::fork();
  if (pid == 0) become(words, folder, ends[1], true);
  ::close(ends[1]);
  Finished finished;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) finished.output.append(buffer, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  if (::waitpid(pid, &status, 0) == pid) finished.code = exit_code(status);
  return finished;
}

TemporaryFolder::TemporaryFolder(const std::string& name)
    : path_(std::filesystem::temp_directory_path() / ("cathgate-" + name + "-" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace cathgate::test
