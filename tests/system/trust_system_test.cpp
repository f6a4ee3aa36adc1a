// A production configuration as an operator runs it, called by `cathgate mock-ehr` as an EHR would call it.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "core/json.h"
#include "tests/support/fake_server.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

class TrustSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    // A port that was free a moment ago is the mock's.
    mock_port_ = std::to_string(FakeServer([](const FakeRequest&) { return FakeReply{}; }).port());
    write_config("");
    ASSERT_EQ(run({"case", "request", "--today", std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json"}).code, 0);
    std::ofstream(folder_.path() / "call.json") << run({"case", "request", "--today", std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json"}).output;
  }
  void write_config(const std::string& more) {
    const std::string mock = "http://127.0.0.1:" + mock_port_;
    std::ofstream(folder_.path() / "site.toml") << "[server]\nport = 0\n[trust]\npublic_url = \"https://cathgate.example\"\njwks_pause_s = 1\n[ledger]\ndatabase = \"ledger.db\"\n[read_back]\ndeadline_ms = 5000\nbreaker_failures = 1000\n"
                                                << "[tenant]\nid = \"mock\"\nissuer = \"" << mock << "\"\njwks_url = \"" << mock << "/jwks.json\"\nfhir_servers = [\"" << mock
                                                << "/fhir\"]\nprivate_networks = [\"127.0.0.1\"]\n" << more;
  }
  Finished run(std::vector<std::string> words) const {
    words.insert(words.begin(), CATHGATE_PROGRAM);
    return run_program(words, folder_.path());
  }
  std::unique_ptr<ServerProcess> serve() const {
    return ServerProcess::start({{CATHGATE_PROGRAM, "serve", "--config", "site.toml"}, folder_.path(), folder_.path() / "log"});
  }
  // Tells the server to read its files again and waits until its log says what came of it.
  void reload(const ServerProcess& server, const std::string& outcome) const {
    const auto count = [&] {
      const std::string log = bytes_of("log");
      int found = 0;
      for (auto at = log.find(outcome); at != std::string::npos; at = log.find(outcome, at + 1)) ++found;
      return found;
    };
    const int before = count();
    server.send(SIGHUP);
    for (int i = 0; i < 3000 && count() == before; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_GT(count(), before) << outcome;
  }
  Finished call(const ServerProcess& server, std::vector<std::string> more, const std::string& audience = "https://cathgate.example", std::string issuer = "") const {
    if (issuer.empty()) issuer = "http://127.0.0.1:" + mock_port_;
    std::this_thread::sleep_for(1100ms);  // each run has a new key, and a key set is fetched once a second here
    std::vector<std::string> words = {"mock-ehr", "call.json", "--service", "http://127.0.0.1:" + std::to_string(server.port()), "--audience", audience,
                                      "--issuer", issuer, "--port", mock_port_};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::string bytes_of(const std::string& name) const {
    std::ifstream in(folder_.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::string mock_port_;
  TemporaryFolder folder_{"trust-system"};
};

TEST_F(TrustSystemTest, AnswersASignedCallWithAnyPrefetchAndEveryFault) {
  const auto server = serve();
  ASSERT_TRUE(server);
  for (const char* prefetch : {"all", "some", "none"}) {
    const auto answer = call(*server, {"--prefetch", prefetch});
    EXPECT_EQ(answer.code, 0) << prefetch << answer.output;
    EXPECT_NE(answer.output.find("\"summary\""), std::string::npos) << answer.output;
  }
  for (const char* fault : {"429", "slow", "outcome", "paged"}) {
    const auto answer = call(*server, {"--prefetch", "none", "--fault", fault});
    EXPECT_EQ(answer.code, 0) << fault << answer.output;
    EXPECT_NE(answer.output.find("\"summary\""), std::string::npos) << fault << answer.output;
  }
  const auto wrong = call(*server, {"--prefetch", "none", "--fault", "wrong-patient"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_NE(wrong.output.find("answered 412"), std::string::npos) << wrong.output;
  EXPECT_NE(call(*server, {"--no-token"}).output.find("answered 401"), std::string::npos);
  EXPECT_NE(call(*server, {}, "https://other.example").output.find("answered 401"), std::string::npos);
  EXPECT_NE(call(*server, {}, "https://cathgate.example", "https://other.example").output.find("answered 401"), std::string::npos);
  server->send(SIGTERM);
  EXPECT_EQ(server->wait(15s), 0);
  EXPECT_EQ(run({"ledger", "verify", "--config", "site.toml"}).code, 0);
}

TEST_F(TrustSystemTest, SwitchesOffAndOnWithoutARestart) {
  const auto server = serve();
  ASSERT_TRUE(server);
  EXPECT_NE(call(*server, {}).output.find("\"summary\""), std::string::npos);
  write_config("enabled = false\n");
  reload(*server, "tenants reloaded");
  const auto off = call(*server, {});
  EXPECT_EQ(off.code, 0);
  EXPECT_NE(off.output.find("{\"cards\":[]}"), std::string::npos) << off.output;
  write_config("enabled = perhaps\n");
  reload(*server, "configuration not reloaded");
  EXPECT_NE(call(*server, {}).output.find("{\"cards\":[]}"), std::string::npos) << "a broken file changes nothing";
  write_config("");
  reload(*server, "tenants reloaded");
  EXPECT_NE(call(*server, {}).output.find("\"summary\""), std::string::npos);
}

TEST_F(TrustSystemTest, RefusesToServeProductionWithoutAnIssuer) {
  std::ofstream(folder_.path() / "empty.toml") << "[server]\nport = 0\n";
  const auto refused = run({"serve", "--config", "empty.toml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.output.find("development_mode"), std::string::npos) << refused.output;
}

TEST_F(TrustSystemTest, BacksUpExportsAndErases) {
  const auto server = serve();
  ASSERT_TRUE(server);
  EXPECT_EQ(call(*server, {}).code, 0);
  const auto backup = run({"ledger", "backup", "--config", "site.toml", "--to", "backup.db"});
  EXPECT_EQ(backup.code, 0) << backup.output;
  EXPECT_EQ(run({"ledger", "erase", "--config", "site.toml", "--patient", "p1"}).code, 1) << "the server holds the file";
  server->send(SIGTERM);
  ASSERT_EQ(server->wait(15s), 0);
  const auto erased = run({"ledger", "erase", "--config", "site.toml", "--tenant", "mock", "--patient", "p1"});
  EXPECT_EQ(erased.code, 0) << erased.output;
  EXPECT_NE(erased.output.find("payloads erased 1"), std::string::npos) << erased.output;
  EXPECT_EQ(run({"ledger", "verify", "--config", "site.toml"}).code, 0);
  EXPECT_EQ(run({"replay", "1", "--config", "site.toml"}).code, 1);
  const auto exported = run({"ledger", "export", "--config", "site.toml"});
  EXPECT_NE(exported.output.find("\"kind\":\"erasure\""), std::string::npos) << exported.output;
  EXPECT_EQ(run({"ledger", "erase", "--config", "site.toml"}).code, 2) << "which payloads?";
}

}  // namespace
}  // namespace cathgate::test
