// Kills a process that writes to the ledger at full speed, a hundred times at random moments on one database, and then
// asks: is everything that was acknowledged there exactly once, and does the chain hold? Usage: test_ledger_kill
// [ROUNDS [SEED]].
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/digest.h"
#include "quality/ledger.h"
#include "store/database.h"

namespace {

using namespace cathgate;
using namespace cathgate::quality;

// What the child says about one row, in one write below PIPE_BUF, so that it arrives whole or not at all.
struct Acknowledgement {
  char kind;  // 'a' answer, 'f' feedback
  int round;
  int number;
};

std::string name(int round, int number) {
  return std::to_string(round) + "-" + std::to_string(number);
}
std::string card(int round, int number) {
  return uuid_from(sha256("card/" + name(round, number)));
}

LedgerEntry make_entry(int round, int number) {
  LedgerEntry entry;
  entry.tenant = "default";
  entry.service_id = "cathgate-angiography";
  entry.hook = "order-sign";
  entry.hook_instance = name(round, number);
  entry.patient_id = "patient-" + name(round, number);
  entry.decision = "defer";
  entry.language = "en";
  entry.card_ids = {card(round, number)};
  entry.response.assign(1500, 'r');
  entry.facts.assign(3000, 'f');
  entry.entry_id = new_entry_id();
  return entry;
}

FeedbackEntry make_feedback(int round, int number) {
  FeedbackEntry feedback;
  feedback.tenant = "default";
  feedback.card_id = card(round, number);
  feedback.outcome = "accepted";
  feedback.outcome_timestamp = "2026-11-24T08:15:00Z";
  feedback.user_comment = "comment";
  return feedback;
}

// Never returns. Every third answer is followed by its feedback, sent twice; now and then an entry is recorded and
// spilled.
[[noreturn]] void write_until_killed(const LedgerOptions& options, int round, int pipe) {
  auto opened = Ledger::open(options);
  if (!opened) {
    std::fprintf(stderr, "round %d: %s\n", round, opened.error().message.c_str());
    _exit(3);
  }
  Ledger& ledger = **opened;
  const auto acknowledge = [pipe, round](char kind, int number) {
    const Acknowledgement said{kind, round, number};
    if (::write(pipe, &said, sizeof said) != static_cast<ssize_t>(sizeof said)) _exit(4);
  };
  for (int number = 0;; ++number) {
    while (ledger.queued() > 64) std::this_thread::sleep_for(std::chrono::microseconds(100));
    LedgerEntry entry = make_entry(round, number);
    if (number % 50 == 49) ledger.spill(entry);
    ledger.record(std::move(entry), [=](const Result<std::int64_t>& row) {
      if (row) acknowledge('a', number);
    });
    if (number % 3 != 0) continue;
    for (int repeat = 0; repeat < 2; ++repeat)
      ledger.record_feedback({make_feedback(round, number)}, [=](const Result<std::size_t>& added) {
        if (added) acknowledge('f', number);
      });
  }
}

// Reads what the child acknowledges until it is dead.
void collect(int pipe, std::set<std::string>& answers, std::set<std::string>& feedback) {
  Acknowledgement said;
  while (::read(pipe, &said, sizeof said) == static_cast<ssize_t>(sizeof said)) {
    if (said.kind == 'a') answers.insert(name(said.round, said.number));
    if (said.kind == 'f') feedback.insert(card(said.round, said.number));
  }
}

// False when the child ended by itself.
bool run_round(const LedgerOptions& options, int round, std::chrono::microseconds life, std::set<std::string>& answers,
               std::set<std::string>& feedback) {
  int ends[2];
  if (::pipe(ends) != 0) return false;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(options, round, ends[1]);
  }
  ::close(ends[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(life);
    ::kill(child, SIGKILL);
  });
  collect(ends[0], answers, feedback);
  killer.join();
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

// How often each value of a column is stored.
std::unordered_map<std::string, int> count(store::Database& database, const char* sql) {
  std::unordered_map<std::string, int> counts;
  auto statement = database.prepare(sql, {}, {store::Type::text});
  const auto rows = statement ? statement->query() : Result<std::vector<store::Row>>(statement.error());
  if (!rows) return counts;
  for (const auto& row : *rows) ++counts[row[0].text];
  return counts;
}

int check(const char* what, const std::set<std::string>& acknowledged,
          const std::unordered_map<std::string, int>& stored) {
  int lost = 0, twice = 0;
  for (const auto& id : acknowledged) lost += stored.count(id) == 0;
  for (const auto& [id, times] : stored) twice += times > 1;
  std::printf("%s: %zu acknowledged, %zu stored, %d lost, %d stored twice\n", what, acknowledged.size(), stored.size(),
              lost, twice);
  return lost + twice + (acknowledged.empty() ? 1 : 0);
}

int inspect(const LedgerOptions& options, const std::set<std::string>& answers, const std::set<std::string>& feedback) {
  auto database = store::Database::open(options.database, store::Access::reader);
  auto reader = LedgerReader::open(options);
  if (!database || !reader) return std::puts("the ledger cannot be opened"), 1;
  int failures = check("answers", answers, count(**database, "select hook_instance from ledger"));
  failures += check("feedback", feedback, count(**database, "select card_id from ledger_feedback"));
  const auto report = (*reader)->verify();
  if (!report || report->first_problem) {
    const Error& problem = report ? *report->first_problem : report.error();
    std::printf("%s: %s\n", problem.where.c_str(), problem.message.c_str());
    return failures + 1;
  }
  std::printf("the chain holds over %lld answers and %lld feedback rows\n", static_cast<long long>(report->rows),
              static_cast<long long>(report->feedback_rows));
  return failures;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  const unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::random_device{}();
  std::printf("%d rounds, seed %u\n", rounds, seed);
  const auto folder = std::filesystem::temp_directory_path() / ("cathgate-kill-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  LedgerOptions options;
  options.database = (folder / "ledger.db").string();
  options.key_file = (folder / "ledger.key").string();
  options.spill_file = (folder / "ledger.spill").string();

  std::mt19937 random(seed);
  std::uniform_int_distribution<int> life_us(3'000, 250'000);
  std::set<std::string> answers, feedback;
  for (int round = 0; round < rounds; ++round) {
    if (run_round(options, round, std::chrono::microseconds(life_us(random)), answers, feedback)) continue;
    std::printf("round %d: the writer ended by itself\n", round);
    return 1;
  }
  // A last start replays what the spill still holds.
  if (auto last = Ledger::open(options); last.ok()) (*last)->drain(std::chrono::seconds(10));
  const int failures = inspect(options, answers, feedback);
  if (failures == 0) std::filesystem::remove_all(folder);
  std::puts(failures == 0 ? "passed" : ("FAILED; the files are kept in " + folder.string()).c_str());
  return failures == 0 ? 0 : 1;
}
