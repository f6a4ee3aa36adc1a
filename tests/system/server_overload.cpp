// Far more clients than the server can serve: every request is answered or refused with Retry-After, probes still get
// through, memory stays bounded, what went out unmarked is in the ledger, and afterwards all is as before.
// Usage: test_server_overload PROGRAM ROOT; CATHGATE_OVERLOAD_SECONDS makes it a soak.
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/make_request.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace {

using namespace cathgate;
using namespace cathgate::test;
using Clock = std::chrono::steady_clock;

constexpr const char* kService = "/cds-services/cathgate-angiography";
constexpr std::string_view kMark = "was not recorded in the ledger";
constexpr int kClients = 200;
constexpr int kQueue = 16;  // far fewer than the clients: most requests meet a full queue
constexpr long kMemoryKib = 250 * 1024;
constexpr std::chrono::seconds kRecovery{30};

struct Counts {
  std::atomic<int> recorded{0}, marked{0}, refused{0}, without_retry{0}, odd{0}, probes{0}, lost_probes{0};
};

void ask_until(Clock::time_point end, unsigned short port, int number, Counts& counts) {
  const std::string call = bench::make_request({.bytes = 50 * 1024, .patient = "p" + std::to_string(number), .now = std::time(nullptr)});
  while (Clock::now() < end) {
    HttpClient client(port);
    for (bool open = client.connected(); open && Clock::now() < end;) {
      const auto reply = client.exchange("POST", kService, call);
      if (!reply) break;
      open = !reply->closes();
      if (reply->status == 200) {
        ++(reply->body.find(kMark) == std::string::npos ? counts.recorded : counts.marked);
      } else if (reply->status == 503) {
        ++counts.refused;
        counts.without_retry += reply->head.find("\r\nRetry-After: ") == std::string::npos;
      } else {
        ++counts.odd;
      }
    }
  }
}

void probe_until(Clock::time_point end, unsigned short port, Counts& counts) {
  while (Clock::now() < end) {
    HttpClient client(port);
    const auto reply = client.exchange("GET", "/health/live");
    ++counts.probes;
    counts.lost_probes += !reply || reply->status != 200;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// The number that `cathgate ledger verify` counts, or -1.
long rows_in(const std::string& text) {
  const auto at = text.find_first_of("0123456789");
  return at == std::string::npos ? -1 : std::atol(text.c_str() + at);
}

int complain_if(bool bad, const char* what) {
  if (bad) std::printf("FAILED: %s\n", what);
  return bad ? 1 : 0;
}

void print(const std::filesystem::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) std::printf("%s\n", line.c_str());
}

// Whether an answer came that says nothing of not having been recorded.
bool is_recorded(unsigned short port, int number) {
  HttpClient client(port);
  const auto reply = client.exchange("POST", kService, bench::make_request({.bytes = 0, .patient = "later" + std::to_string(number), .now = std::time(nullptr)}));
  return reply && reply->status == 200 && reply->body.find(kMark) == std::string::npos;
}

// What waits for the ledger is written first; then every answer is recorded in time again: twenty in a row.
int check_aftermath(unsigned short port, Counts& counts) {
  int number = 0, in_a_row = 0;
  for (const auto end = Clock::now() + kRecovery; in_a_row < 20 && Clock::now() < end; ++number) {
    const bool recorded = is_recorded(port, number);
    in_a_row = recorded ? in_a_row + 1 : 0;
    counts.recorded += recorded;
    if (!recorded) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return complain_if(in_a_row < 20, "after the overload answers were still refused or not recorded");
}

int run(const std::string& program, const std::string& root, double seconds) {
  const TemporaryFolder folder("overload");
  std::ofstream(folder.path() / "cathgate.toml") << "development_mode = true\n[server]\nport = 0\nworker_queue = " << kQueue << "\n";
  const auto server = ServerProcess::start({{program, "serve", "--config", "cathgate.toml", "--knowledge", root}, folder.path(), folder.path() / "log"});
  if (complain_if(!server, "the server did not start")) return print(folder.path() / "log"), 1;
  Counts counts;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back([&, i] { ask_until(end, server->port(), i, counts); });
  probe_until(end, server->port(), counts);
  for (std::thread& client : clients) client.join();

  int failed = check_aftermath(server->port(), counts);
  const long memory = server->memory_kib("VmHWM");
  server->send(SIGTERM);
  failed += complain_if(server->wait(std::chrono::seconds(20)) != 0, "the server did not end cleanly");
  const auto verified = run_program({program, "ledger", "verify", "--config", "cathgate.toml"}, folder.path());
  std::printf("%d answered and recorded, %d answered and marked, %d refused; %d probes; at most %ld MiB\n%s", counts.recorded.load(),
              counts.marked.load(), counts.refused.load(), counts.probes.load(), memory / 1024, verified.output.c_str());
  failed += complain_if(verified.code != 0, "the chain of the ledger does not hold");
  failed += complain_if(rows_in(verified.output) < counts.recorded, "an answer that was not marked is missing from the ledger");
  failed += complain_if(counts.refused == 0, "nothing was refused: this was no overload");
  failed += complain_if(counts.without_retry > 0, "a refusal came without Retry-After");
  failed += complain_if(counts.odd > 0, "an answer was neither 200 nor 503");
  failed += complain_if(counts.lost_probes > 0, "a probe of liveness was not answered");
  failed += complain_if(memory > kMemoryKib, "memory was not bounded");
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: test_server_overload PROGRAM ROOT\n"), 2;
  const char* seconds = std::getenv("CATHGATE_OVERLOAD_SECONDS");
  return run(argv[1], argv[2], seconds ? std::atof(seconds) : 10);
}
