// The program as an operator runs it: a process, its signals, its exit codes, its files.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <ctime>
#include <fstream>
#include <thread>

#include "core/json.h"
#include "tests/bench/make_request.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kService = "/cds-services/cathgate-angiography";

std::string call_about(const std::string& patient) {
  return bench::make_request({.bytes = 0, .patient = patient, .now = std::time(nullptr)});
}

JsonDocument parse(const std::string& text) {
  auto document = JsonDocument::parse(text);
  EXPECT_TRUE(document.ok()) << text;
  return document.ok() ? std::move(document).value() : std::move(JsonDocument::parse("{}").value());
}

std::string request_of_case(const std::string& name) {
  const auto file = load_json_file(CATHGATE_SOURCE_DIR "/tests/cases/" + name + ".json");
  EXPECT_TRUE(file.ok()) << name;
  return file.ok() ? JsonWriter().value(file->root()["request"]).take() : std::string();
}

class SystemTest : public testing::Test {
 protected:
  std::vector<std::string> cathgate(std::vector<std::string> words) const {
    words.insert(words.begin(), CATHGATE_PROGRAM);
    return words;
  }
  std::unique_ptr<ServerProcess> serve(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = cathgate({"serve", "--port", "0"});
    words.insert(words.end(), more.begin(), more.end());
    return ServerProcess::start({words, folder_.path(), folder_.path() / "log"});
  }
  // On a busy machine computing and writing may take longer than an answer usually waits for them.
  std::unique_ptr<ServerProcess> serve_patiently() const {
    std::ofstream(folder_.path() / "patient.toml") << "development_mode = true\n[server]\ndeadline_ms = 10000\n[ledger]\nwait_ms = 10000\n";
    return serve({"--config", "patient.toml"});
  }
  Finished run(std::vector<std::string> words) const { return run_program(cathgate(std::move(words)), folder_.path()); }

  TemporaryFolder folder_{"system"};
};

TEST_F(SystemTest, StartsWithoutConfigurationInAnEmptyFolderAndAnswersEverything) {
  const auto server = serve();
  ASSERT_TRUE(server);
  HttpClient client(server->port());

  const auto discovery = client.exchange("GET", "/cds-services");
  ASSERT_TRUE(discovery);
  EXPECT_EQ(discovery->status, 200);
  const auto services = parse(discovery->body);
  ASSERT_GE(services.root()["services"].size(), 2u);
  EXPECT_EQ(services.root()["services"][0]["id"].text(), "cathgate-angiography");

  const auto answer = client.exchange("POST", kService, call_about("p1"));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto cards = parse(answer->body);
  ASSERT_EQ(cards.root()["cards"].size(), 1u) << answer->body;
  EXPECT_EQ(cards.root()["cards"][0]["indicator"].text(), bench::kExpectedIndicator);
  const std::string card(cards.root()["cards"][0]["uuid"].text());

  const auto feedback = client.exchange("POST", std::string(kService) + "/feedback",
                                        R"({"feedback":[{"card":")" + card +
                                            R"(","outcome":"overridden","overrideReason":{"userComment":"x"},"outcomeTimestamp":"2026-11-24T08:15:00Z"}]})");
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->status, 200) << feedback->body;

  for (const char* target : {"/health/live", "/health/ready"}) {
    const auto health = client.exchange("GET", target);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->status, 200) << target;
  }
  const auto metrics = client.exchange("GET", "/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_NE(metrics->body.find("cathgate_stage_seconds_count{stage=\"assess\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics->body.find("cathgate_feedback_new_total 1\n"), std::string::npos);

  server->send(SIGTERM);
  EXPECT_EQ(server->wait(15s), 0);
}

TEST_F(SystemTest, ACaseIsReplayedByteByByteWhileTheServerRuns) {
  const auto server = serve_patiently();
  ASSERT_TRUE(server);
  HttpClient client(server->port());
  for (const char* name : {"defer-very-low", "test-first-moderate", "emergency-st-elevation"}) {
    const auto answer = client.exchange("POST", kService, request_of_case(name));
    ASSERT_TRUE(answer) << name;
    ASSERT_EQ(answer->status, 200) << answer->body;
    const auto cards = parse(answer->body);
    ASSERT_EQ(cards.root()["cards"].size(), 1u) << answer->body;
    const std::string card(cards.root()["cards"][0]["uuid"].text());
    EXPECT_EQ(run({"replay", card}).output, answer->body) << name;
    const auto recomputed = run({"replay", card, "--recompute"});
    EXPECT_EQ(recomputed.code, 0) << recomputed.output;
  }
  const auto verified = run({"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.output;
}

TEST_F(SystemTest, ABadRequestGetsAnOutcomeAndHarmsNobody) {
  const auto server = serve();
  ASSERT_TRUE(server);
  for (const char* body : {"", "{", "[]", R"({"hook":"order-sign"})", "\xff\xfe"}) {
    HttpClient client(server->port());
    const auto refused = client.exchange("POST", kService, body);
    ASSERT_TRUE(refused) << body;
    EXPECT_EQ(refused->status, 400) << body;
    EXPECT_EQ(parse(refused->body).root()["resourceType"].text(), "OperationOutcome");
  }
  HttpClient client(server->port());
  EXPECT_EQ(client.exchange("POST", "/cds-services/another", call_about("p1"))->status, 404);
  EXPECT_EQ(client.exchange("POST", kService, call_about("p1"))->status, 200);
}

TEST_F(SystemTest, SigtermLetsAnswersInTheMakingGoOut) {
  const auto server = serve();
  ASSERT_TRUE(server);
  std::atomic<int> answered{0}, bad{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&, i] {
      HttpClient client(server->port());
      const std::string call = call_about("drain-" + std::to_string(i));
      // The connection ends between two answers: one that has begun arrives whole.
      while (const auto reply = client.exchange("POST", kService, call)) ++(reply->status == 200 && parse(reply->body).root()["cards"].size() == 1 ? answered : bad);
    });
  while (answered < 20 && bad == 0) std::this_thread::sleep_for(1ms);
  server->send(SIGTERM);
  EXPECT_EQ(server->wait(15s), 0);
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(bad, 0);

  const auto verified = run({"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.output;
  // Every answer that arrived is there; one for each client may have been recorded and lost with the connection.
  const int rows = std::atoi(verified.output.c_str() + verified.output.find("answers") + 8);
  EXPECT_GE(rows, answered);
  EXPECT_LE(rows, answered + 4);
}

TEST_F(SystemTest, ARestartKeepsTheLedger) {
  std::string card, body;
  for (int life = 0; life < 2; ++life) {
    const auto server = serve_patiently();
    ASSERT_TRUE(server);
    HttpClient client(server->port());
    const auto answer = client.exchange("POST", kService, call_about("life-" + std::to_string(life)));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200);
    if (life == 0) body = answer->body, card = parse(answer->body).root()["cards"][0]["uuid"].text();
    server->send(SIGTERM);
    ASSERT_EQ(server->wait(15s), 0);
  }
  const auto verified = run({"ledger", "verify"});
  EXPECT_EQ(verified.code, 0);
  EXPECT_NE(verified.output.find("answers   2\n"), std::string::npos) << verified.output;
  EXPECT_NE(run({"ledger", "list"}).output.find(card), std::string::npos);
  EXPECT_EQ(run({"replay", card}).output, body);
  const auto recomputed = run({"replay", card, "--recompute"});
  EXPECT_EQ(recomputed.code, 0) << recomputed.output;
  EXPECT_NE(run({"replay", "8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77"}).code, 0);
}

TEST_F(SystemTest, RefusesToStartWhereItCannotServe) {
  const auto first = serve();
  ASSERT_TRUE(first);
  const auto second = run({"serve", "--port", "0"});
  EXPECT_EQ(second.code, 1) << "a second writer on one ledger: " << second.output;
  std::ofstream(folder_.path() / "bad.toml") << "[server]\nprot = 1\n";
  const auto unknown_key = run({"serve", "--config", "bad.toml"});
  EXPECT_EQ(unknown_key.code, 1);
  EXPECT_NE(unknown_key.output.find("prot"), std::string::npos) << unknown_key.output;
  EXPECT_EQ(run({"serve", "--no-such-option"}).code, 2);
  std::ofstream(folder_.path() / "port.toml") << "[server]\nport = " << first->port() << "\n[ledger]\ndatabase = \"other.db\"\n";
  EXPECT_EQ(run({"serve", "--config", "port.toml"}).code, 1) << "the port is taken";
}

}  // namespace
}  // namespace cathgate::test
