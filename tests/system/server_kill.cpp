// Kills the whole server under load, a hundred times at random moments on one database, and then asks: is every feedback
// that was acknowledged, and every answer that did not say "not recorded", there exactly once, and does the chain hold?
// Usage: test_server_kill CATHGATE SOURCE_DIR [ROUNDS [SEED]].
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "cds-hooks/cards/messages.h"
#include "core/digest.h"
#include "core/json.h"
#include "quality/ledger.h"
#include "store/database.h"
#include "tests/bench/make_request.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace {

using namespace cathgate;
using namespace cathgate::test;

constexpr int kClients = 4;
constexpr const char* kService = "/cds-services/cathgate-angiography";

// What one client was told before its connection broke; and, over all rounds, what all were told.
struct Told {
  std::map<std::string, std::string> recorded;  // hookInstance -> card uuid
  std::set<std::string> not_recorded;           // hookInstance
  std::set<std::string> feedback;               // card uuid
  std::set<std::string> asked;                  // hookInstance of every call, answered or not
  int odd_replies = 0;

  void add(const Told& other) {
    recorded.insert(other.recorded.begin(), other.recorded.end());
    not_recorded.insert(other.not_recorded.begin(), other.not_recorded.end());
    feedback.insert(other.feedback.begin(), other.feedback.end());
    asked.insert(other.asked.begin(), other.asked.end());
    odd_replies += other.odd_replies;
  }
};

std::string feedback_body(const std::string& card) {
  return R"({"feedback":[{"card":")" + card +
         R"(","outcome":"overridden","overrideReason":{"userComment":"seen"},"outcomeTimestamp":"2026-11-24T08:15:00Z"}]})";
}

// The card's uuid of an answer with one card, or empty.
std::string card_of(const std::string& body) {
  const auto document = JsonDocument::parse(body);
  return document && document->root()["cards"].size() == 1 ? std::string(document->root()["cards"][0]["uuid"].text()) : std::string();
}

// Every call is about another patient, so that every card is another. Every other answer gets feedback, sent twice.
Told call_until_broken(unsigned short port, const std::string& name, const std::string& mark) {
  Told told;
  HttpClient client(port);
  for (int number = 0;; ++number) {
    const std::string patient = name + "-" + std::to_string(number);
    const std::string instance = uuid_from(sha256(patient));
    const auto call = bench::make_request({.bytes = 0, .patient = patient, .hook_instance = instance, .now = std::time(nullptr)});
    told.asked.insert(instance);
    const auto reply = client.exchange("POST", kService, call);
    if (!reply) return told;
    const std::string card = reply->status == 200 ? card_of(reply->body) : std::string();
    const bool refused = reply->status == 503;  // too busy; it promised nothing
    if (card.empty()) {
      told.odd_replies += refused ? 0 : 1;
      continue;
    }
    if (reply->body.find(mark) == std::string::npos) told.recorded[instance] = card;
    else told.not_recorded.insert(instance);
    for (int repeat = 0; number % 2 == 0 && repeat < 2; ++repeat) {
      const auto acknowledged = client.exchange("POST", std::string(kService) + "/feedback", feedback_body(card));
      if (!acknowledged) return told;
      if (acknowledged->status == 200) told.feedback.insert(card);
      else if (acknowledged->status != 503) ++told.odd_replies;
    }
  }
}

// One life of the server. False when it did not start or ended by itself.
bool run_round(const ServerCommand& command, int round, std::chrono::microseconds life, const std::string& mark, Told& told) {
  const auto server = ServerProcess::start(command);
  if (!server) return std::printf("round %d: the server did not start\n", round), false;
  std::vector<Told> heard(kClients);
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i)
    clients.emplace_back([&, i] {
      heard[static_cast<std::size_t>(i)] = call_until_broken(server->port(), std::to_string(round) + "-" + std::to_string(i), mark);
    });
  std::this_thread::sleep_for(life);
  server->send(SIGKILL);
  const auto ended = server->wait(std::chrono::seconds(10));
  for (std::thread& client : clients) client.join();
  for (const Told& part : heard) told.add(part);
  if (ended != -SIGKILL) return std::printf("round %d: the server ended by itself\n", round), false;
  return true;
}

// How often each value of a column is stored.
std::map<std::string, int> count(store::Database& database, const char* sql) {
  std::map<std::string, int> counts;
  auto statement = database.prepare(sql, {}, {store::Type::text});
  const auto rows = statement ? statement->query() : Result<std::vector<store::Row>>(statement.error());
  if (rows)
    for (const auto& row : *rows) ++counts[row[0].text];
  return counts;
}

int complain_if(bool bad, const char* what, std::size_t number) {
  if (bad) std::printf("FAILED: %s: %zu\n", what, number);
  return bad ? 1 : 0;
}

int inspect_answers(const Told& told, const std::map<std::string, int>& stored, quality::LedgerReader& reader) {
  std::size_t lost = 0, twice = 0, unknown = 0, wrong = 0, late = 0;
  for (const auto& [instance, card] : told.recorded) {
    if (!stored.contains(instance)) ++lost;
    const auto found = reader.find(card);
    wrong += !found || found->entry.hook_instance != instance || found->entry.card_ids.empty() || found->entry.card_ids[0] != card;
  }
  for (const auto& [instance, times] : stored) {
    twice += times > 1;
    unknown += !told.asked.contains(instance);
  }
  for (const auto& instance : told.not_recorded) late += stored.contains(instance);
  std::printf("answers: %zu recorded, %zu marked not recorded (%zu of them stored later), %zu rows\n", told.recorded.size(),
              told.not_recorded.size(), late, stored.size());
  return complain_if(lost > 0, "acknowledged answers that are lost", lost) + complain_if(twice > 0, "answers stored twice", twice) +
         complain_if(unknown > 0, "answers to calls that nobody made", unknown) +
         complain_if(wrong > 0, "cards that do not lead to their answer", wrong) +
         complain_if(told.recorded.empty(), "answers", 0) + complain_if(told.odd_replies > 0, "replies that are neither 200 nor 503",
                                                                       static_cast<std::size_t>(told.odd_replies));
}

int inspect_feedback(const Told& told, const std::map<std::string, int>& stored) {
  std::size_t lost = 0, twice = 0;
  for (const auto& card : told.feedback) lost += !stored.contains(card);
  for (const auto& [card, times] : stored) twice += times > 1;
  std::printf("feedback: %zu acknowledged, %zu rows\n", told.feedback.size(), stored.size());
  return complain_if(lost > 0, "acknowledged feedback that is lost", lost) + complain_if(twice > 0, "feedback stored twice", twice) +
         complain_if(told.feedback.empty(), "feedback", 0);
}

int inspect(const Told& told, const quality::LedgerOptions& options, const std::vector<std::string>& verify) {
  const Finished verified = run_program(verify, std::filesystem::current_path());
  std::printf("%s", verified.output.c_str());
  auto database = store::Database::open(options.database, store::Access::reader);
  auto reader = quality::LedgerReader::open(options);
  if (!database || !reader) return std::puts("FAILED: the ledger cannot be opened"), 1;
  return complain_if(verified.code != 0, "exit code of cathgate ledger verify", static_cast<std::size_t>(verified.code)) +
         inspect_answers(told, count(**database, "select hook_instance from ledger"), **reader) +
         inspect_feedback(told, count(**database, "select card_id from ledger_feedback"));
}

quality::LedgerOptions write_config(const std::filesystem::path& folder) {
  quality::LedgerOptions options;
  options.database = (folder / "ledger.db").string();
  options.key_file = (folder / "ledger.key").string();
  options.spill_file = (folder / "ledger.spill").string();
  std::ofstream(folder / "site.toml") << "development_mode = true\n[server]\nport = 0\n[ledger]\ndatabase = \"" << options.database << "\"\nkey_file = \""
                                      << options.key_file << "\"\nspill_file = \"" << options.spill_file << "\"\n";
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::puts("usage: test_server_kill CATHGATE SOURCE_DIR [ROUNDS [SEED]]"), 2;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 100;
  const unsigned seed = argc > 4 ? static_cast<unsigned>(std::atoi(argv[4])) : std::random_device{}();
  std::printf("%d rounds, seed %u\n", rounds, seed);
  const auto messages = cds_hooks::Messages::load(std::string(argv[2]) + "/cds-hooks/messages");
  if (!messages.ok()) return std::puts("the messages cannot be loaded"), 1;
  const std::string mark(messages.value->in("en")[cds_hooks::Phrase::detail_not_recorded]);

  TemporaryFolder folder("server-kill");
  const auto options = write_config(folder.path());
  const std::string config = (folder.path() / "site.toml").string();
  const std::string program = std::filesystem::absolute(argv[1]).string();
  const ServerCommand command{{program, "serve", "--config", config, "--knowledge", std::filesystem::absolute(argv[2]).string()}, folder.path(), folder.path() / "log"};
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> life_us(20'000, 200'000);
  Told told;
  bool survived = true;
  for (int round = 0; survived && round < rounds; ++round)
    survived = run_round(command, round, std::chrono::microseconds(life_us(random)), mark, told);
  // A last start replays what the spill still holds.
  const auto last = survived ? ServerProcess::start(command) : nullptr;
  if (last) last->send(SIGTERM);
  int failures = complain_if(!last || last->wait(std::chrono::seconds(20)) != 0, "the last start and its end", 1);
  failures += inspect(told, options, {program, "ledger", "verify", "--config", config});
  if (failures > 0) folder.keep();
  std::puts(failures == 0 ? "passed" : ("FAILED; the files are kept in " + folder.path().string()).c_str());
  return failures == 0 ? 0 : 1;
}
