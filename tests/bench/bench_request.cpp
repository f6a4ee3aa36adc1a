// Measures one whole request, with the ledger on a disk, beside a bare server that only parses the same body. Answers are
// checked before anything is timed. Usage: bench_request [--program CATHGATE] [--rounds N] [--seconds S] [--folder DIR].
// Prints tables and, last, one line of JSON.
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <stdexcept>

#include "core/json.h"
#include "tests/bench/load.h"
#include "tests/bench/make_request.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace {

using namespace cathgate;
using namespace cathgate::bench;
using namespace cathgate::test;

constexpr const char* kService = "/cds-services/cathgate-angiography";
constexpr double kWarmUpSeconds = 0.5;
constexpr double kArrivalsPerSecond = 500;
constexpr double kOpenLoopSeconds = 15;
constexpr std::size_t kOpenLoopConnections = 64;
constexpr int kPatients = 16;  // of each size, asked about in turn

struct Options {
  std::string program = CATHGATE_PROGRAM;
  int rounds = 5;
  double seconds = 2;
  std::string folder;
  std::vector<std::size_t> sizes_kb{8, 50, 450};
  std::vector<std::size_t> connections{1, 16};
};

// A problem that makes measuring senseless.
void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

template <class T>
T median(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Servers {
  std::unique_ptr<ServerProcess> ours, bare;
  std::vector<std::string> list;  // the command that lists the ledger
};

std::vector<std::string> write_config(const std::string& program, const std::filesystem::path& folder, const std::string& name) {
  const auto file = [&](const char* suffix) { return "\"" + (folder / (name + suffix)).string() + "\"\n"; };
  const std::string path = (folder / (name + ".toml")).string();
  std::ofstream(path) << "development_mode = true\n[server]\nport = 0\n[ledger]\ndatabase = " << file(".db") << "key_file = " << file(".key")
                      << "spill_file = " << file(".spill");
  return {program, "serve", "--config", path, "--knowledge", CATHGATE_SOURCE_DIR};
}

std::unique_ptr<ServerProcess> start(std::vector<std::string> words, const std::filesystem::path& folder, const std::string& log, bool has_health) {
  auto server = ServerProcess::start({std::move(words), folder, folder / log}, has_health);
  require(server != nullptr, "a server did not start; see " + (folder / log).string());
  return server;
}

// With an empty ledger; the median of three starts.
double start_up_seconds(const Options& options, const std::filesystem::path& folder) {
  std::vector<double> times;
  for (int i = 0; i < 3; ++i) {
    const std::string name = "start-" + std::to_string(i);
    const auto server = start(write_config(options.program, folder, name), folder, name + ".log", true);
    times.push_back(server->start_up().count());
  }
  return median(times);
}

// What the disk takes for one durable append, which no ledger can undercut: the median of fifty, in milliseconds.
double sync_ms(const std::filesystem::path& folder) {
  const int file = ::open((folder / "sync").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  require(file >= 0, "no file can be made in " + folder.string());
  const std::string page(8192, 'x');
  std::vector<double> times;
  for (int i = 0; i < 50; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const bool written = ::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()) && ::fdatasync(file) == 0;
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    require(written, "the disk does not take a page");
  }
  ::close(file);
  return median(times);
}

Servers start_servers(const Options& options, const std::filesystem::path& folder) {
  Servers servers;
  const auto serve = write_config(options.program, folder, "bench");
  servers.ours = start(serve, folder, "cathgate.log", true);
  servers.bare = start({BARE_SERVER_PROGRAM}, folder, "bare.log", false);
  servers.list = {options.program, "ledger", "list", "-n", "10", "--config", serve[3]};
  return servers;
}

// Status 200, one card with the expected indicator, and its uuid in the ledger. Returns the answer's size.
std::size_t check_answer(const Servers& servers, const std::filesystem::path& folder, const std::string& body) {
  HttpClient client(servers.ours->port());
  const auto reply = client.exchange("POST", kService, body);
  require(reply && reply->status == 200, "the answer's status is not 200");
  const auto document = JsonDocument::parse(reply->body);
  require(document && document->root()["cards"].size() == 1, "the answer is not one card: " + reply->body);
  const JsonValue card = document->root()["cards"][0];
  require(card["indicator"].text() == kExpectedIndicator, "the card's indicator is " + std::string(card["indicator"].text()));
  const auto listed = run_program(servers.list, folder);
  require(listed.output.find(card["uuid"].text()) != std::string::npos, "the card is not in the ledger: " + listed.output);
  return reply->body.size();
}

// Sums and counts of the stages' histograms, in seconds.
using Stages = std::map<std::string, std::pair<double, double>>;
Stages read_stages(const ServerProcess& server) {
  Stages stages;
  HttpClient client(server.port());
  const auto metrics = client.exchange("GET", "/metrics");
  require(metrics && metrics->status == 200, "no metrics");
  for (const char* stage : {"queue", "parse", "read", "assess", "card", "validate", "ledger"}) {
    const auto value = [&](const char* which) {
      const std::string name = std::string("\ncathgate_stage_seconds_") + which + "{stage=\"" + stage + "\"} ";
      const auto at = metrics->body.find(name);
      return at == std::string::npos ? 0.0 : std::atof(metrics->body.c_str() + at + name.size());
    };
    stages[stage] = {value("sum"), value("count")};
  }
  return stages;
}

// The mean of each stage between two readings, in milliseconds.
void add_means(const Stages& before, const Stages& after, std::map<std::string, std::vector<double>>& means) {
  for (const auto& [stage, end] : after) {
    const auto& [sum, count] = before.at(stage);
    means[stage].push_back(end.second > count ? 1000 * (end.first - sum) / (end.second - count) : 0);
  }
}

struct Measured {
  std::size_t kb = 0, connections = 0, request_bytes = 0, answer_bytes = 0;
  double ours_rps = 0, bare_rps = 0, ratio = 0;                        // medians over the rounds
  double ours_p50 = 0, ours_p99 = 0, bare_p50 = 0, bare_p99 = 0;       // ms, likewise
  std::map<std::string, double> stages_ms;                             // of ours: means of each round, their median
};

using Bodies = std::vector<std::string>;

Bodies make_bodies(std::size_t kb) {
  Bodies bodies;
  for (int i = 0; i < kPatients; ++i) bodies.push_back(make_request({.bytes = kb * 1024, .patient = "p" + std::to_string(i), .now = std::time(nullptr)}));
  return bodies;
}

Measured measure(const Options& options, const Servers& servers, std::size_t kb, std::size_t connections, const Bodies& bodies, std::size_t answer) {
  const Target ours = make_target(servers.ours->port(), kService, bodies);
  const Target bare = make_target(servers.bare->port(), "/" + std::to_string(answer), bodies);
  std::vector<double> rps[2], p50[2], p99[2], ratios;
  std::map<std::string, std::vector<double>> stages;
  run_closed_loop(ours, connections, kWarmUpSeconds);
  run_closed_loop(bare, connections, kWarmUpSeconds);
  for (int round = 0; round < options.rounds; ++round) {
    for (const int which : {round % 2, 1 - round % 2}) {
      const Stages before = read_stages(*servers.ours);
      const Load load = run_closed_loop(which == 0 ? ours : bare, connections, options.seconds);
      if (which == 0) add_means(before, read_stages(*servers.ours), stages);
      require(load.failures == 0, std::to_string(load.failures) + " requests failed");
      rps[which].push_back(load.per_second());
      p50[which].push_back(load.percentile(50));
      p99[which].push_back(load.percentile(99));
    }
    ratios.push_back(rps[0].back() / rps[1].back());
  }
  Measured m{kb, connections, bodies[0].size(), answer, median(rps[0]), median(rps[1]), median(ratios), median(p50[0]), median(p99[0]), median(p50[1]), median(p99[1]), {}};
  for (const auto& [stage, means] : stages) m.stages_ms[stage] = median(means);
  return m;
}

void print(const Measured& m) {
  std::printf("%5zu KB %4zu conn  %9.0f %9.0f  %5.2f   %8.3f %8.3f   %8.3f %8.3f\n", m.kb, m.connections, m.ours_rps, m.bare_rps, m.ratio,
              m.ours_p50, m.ours_p99, m.bare_p50, m.bare_p99);
  std::fflush(stdout);
}

void print_stages(const std::vector<Measured>& all) {
  std::printf("\nat one connection, milliseconds   added    stages (means): queue    parse     read   assess     card validate   ledger\n");
  for (const Measured& m : all) {
    if (m.connections != 1) continue;
    std::printf("%5zu KB                        %8.3f                   ", m.kb, m.ours_p50 - m.bare_p50);
    for (const char* stage : {"queue", "parse", "read", "assess", "card", "validate", "ledger"}) std::printf(" %8.3f", m.stages_ms.at(stage));
    std::printf("\n");
  }
}

// What is measured once.
struct Single {
  double start_up_s = 0, disk_sync_ms = 0, not_recorded = 0;
  long rss_kib = 0;
};

void write_json(const std::vector<Measured>& all, const Load& open, const Single& single) {
  JsonWriter w;
  w.start_object().key("closed_loop").start_array();
  for (const Measured& m : all) {
    w.start_object().member("kb", static_cast<std::int64_t>(m.kb)).member("connections", static_cast<std::int64_t>(m.connections));
    w.member("request_bytes", static_cast<std::int64_t>(m.request_bytes)).member("answer_bytes", static_cast<std::int64_t>(m.answer_bytes));
    w.member("ours_rps", m.ours_rps).member("bare_rps", m.bare_rps).member("ratio", m.ratio).member("ours_p50_ms", m.ours_p50);
    w.member("ours_p99_ms", m.ours_p99).member("bare_p50_ms", m.bare_p50).member("bare_p99_ms", m.bare_p99).key("stages_ms").start_object();
    for (const auto& [stage, ms] : m.stages_ms) w.member(stage, ms);
    w.end_object().end_object();
  }
  w.end_array().key("open_loop").start_object().member("kb", 50).member("per_second", kArrivalsPerSecond).member("seconds", kOpenLoopSeconds);
  w.member("p50_ms", open.percentile(50)).member("p99_ms", open.percentile(99)).member("p99_9_ms", open.percentile(99.9));
  w.member("failures", static_cast<std::int64_t>(open.failures)).end_object();
  w.member("start_up_s", single.start_up_s).member("rss_mib", static_cast<double>(single.rss_kib) / 1024);
  w.member("not_recorded", single.not_recorded).member("disk_sync_ms", single.disk_sync_ms);
  std::printf("\n%s\n", w.end_object().take().c_str());
}

double count_not_recorded(const ServerProcess& server) {
  HttpClient client(server.port());
  const auto metrics = client.exchange("GET", "/metrics");
  const auto at = metrics ? metrics->body.find("\ncathgate_not_recorded_total ") : std::string::npos;
  return at == std::string::npos ? 0 : std::atof(metrics->body.c_str() + at + 29);
}

void run(const Options& options, const std::filesystem::path& folder) {
  Single single;
  single.start_up_s = start_up_seconds(options, folder);
  single.disk_sync_ms = sync_ms(folder);
  const Servers servers = start_servers(options, folder);
  std::map<std::size_t, Bodies> bodies;
  for (const std::size_t kb : options.sizes_kb) bodies[kb] = make_bodies(kb);

  std::printf("ledger in %s\n", folder.c_str());
  std::printf("medians of %d rounds of %.1f s, alternating     requests/s               ours, ms            bare, ms\n", options.rounds, options.seconds);
  std::printf("                          ours      bare  ratio        p50      p99        p50      p99\n");
  std::vector<Measured> all;
  for (const auto& [kb, calls] : bodies) {
    const std::size_t answer = check_answer(servers, folder, calls[0]);
    for (const std::size_t connections : options.connections) print(all.emplace_back(measure(options, servers, kb, connections, calls, answer)));
  }
  print_stages(all);
  const Load open = run_open_loop(make_target(servers.ours->port(), kService, make_bodies(50)), kArrivalsPerSecond, kOpenLoopSeconds, kOpenLoopConnections);
  std::printf("\n%.0f requests/s of 50 KB at a constant rate for %.0f s, from the time each was due: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, %zu failed\n",
              kArrivalsPerSecond, kOpenLoopSeconds, open.percentile(50), open.percentile(99), open.percentile(99.9), open.failures);
  single.rss_kib = servers.ours->memory_kib("VmRSS");
  single.not_recorded = count_not_recorded(*servers.ours);
  std::printf("start-up until ready %.3f s, resident memory after the load %ld MiB, answers marked not recorded %.0f, one sync of the disk %.2f ms\n",
              single.start_up_s, single.rss_kib / 1024, single.not_recorded, single.disk_sync_ms);
  write_json(all, open, single);
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app("Measures whole requests beside a server that only parses.");
  app.add_option("--program", options.program, "The cathgate to measure")->capture_default_str();
  app.add_option("--rounds", options.rounds, "Rounds of each measurement")->capture_default_str()->check(CLI::Range(1, 100));
  app.add_option("--seconds", options.seconds, "Length of one run")->capture_default_str()->check(CLI::Range(0.1, 600.0));
  app.add_option("--kb", options.sizes_kb, "Sizes of the record")->capture_default_str()->check(CLI::Range(4, 4000));
  app.add_option("--connections", options.connections, "How many at a time")->capture_default_str()->check(CLI::Range(1, 1024));
  app.add_option("--folder", options.folder, "Where the ledger is put: a disk, not memory (default: the folder for temporary files)");
  CLI11_PARSE(app, argc, argv);
  if (!options.folder.empty()) ::setenv("TMPDIR", options.folder.c_str(), 1);
  const TemporaryFolder folder("bench");
  run(options, folder.path());
  return 0;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "bench_request: %s\n", problem.what());
  return 1;
}
