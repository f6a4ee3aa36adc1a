// A site's own rules under a running server: SIGHUP reads them again, all of them or none, and whoever calls meanwhile is answered.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

// Switches the library's rule on radial access off; every card then names it.
constexpr const char* kSwitchedOff = R"({"id": "site.ours", "title": "Ours", "rule_set": "site", "version": "1.0.0", "approved_by": "Dr B",
  "citation": {"text": "Our standard", "url": "https://site.example"},
  "rules": [{"id": "esc-2024.ica-8", "override": {"reason": "Femoral access in dialysis", "approved_by": "Dr A", "of_version": "1.0.0", "disabled": true}}]})";
// A rule that reads a fact which does not exist.
constexpr const char* kBroken = R"({"id": "site.broken", "title": "Broken", "rule_set": "site", "version": "1.0.0", "approved_by": "Dr B",
  "citation": {"text": "Our standard", "url": "https://site.example"},
  "rules": [{"id": "site.broken-rule", "version": "1.0.0", "stage": "decision", "locator": "p. 1", "evidence_status": "verified", "severity": "info",
    "when": {"fact": "symptom.nobody", "is": true}, "effect": {"type": "note"}, "text": {"en": {"summary": "x"}},
    "examples": [{"name": "a", "facts": {}, "expect": "silent"}]}]})";

class SiteRules : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "site");
    std::ofstream(folder_.path() / "site.toml") << "development_mode = true\n[server]\nport = 0\n[ledger]\ndatabase = \"ledger.db\"\n[knowledge]\nsite_rules = \"site\"\n";
    call_ = run({"case", "request", "--today", std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json"}).output;
    server_ = ServerProcess::start({{CATHGATE_PROGRAM, "serve", "--config", "site.toml"}, folder_.path(), folder_.path() / "log"});
    ASSERT_TRUE(server_);
  }
  Finished run(std::vector<std::string> words) const {
    words.insert(words.begin(), CATHGATE_PROGRAM);
    return run_program(words, folder_.path());
  }
  void write(const std::string& name, const char* text) const { std::ofstream(folder_.path() / "site" / name) << text; }
  std::string log() const {
    std::ifstream in(folder_.path() / "log", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Sends SIGHUP and waits until the log has something new that holds `words`.
  bool reload(const std::string& words) const {
    const auto before = log().size();
    server_->send(SIGHUP);
    for (int i = 0; i < 1500; ++i, std::this_thread::sleep_for(20ms))
      if (log().find(words, before) != std::string::npos) return true;
    return false;
  }
  std::string answer() const {
    HttpClient client(server_->port());
    const auto reply = client.exchange("POST", "/cds-services/cathgate-angiography", call_);
    return reply && reply->status == 200 ? reply->body : std::string();
  }

  TemporaryFolder folder_{"site-rules"};
  std::string call_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(SiteRules, AreReadAgainAllOrNothingWhileCallsAreAnswered) {
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, bad{0};
  std::thread caller([&] {
    while (!stop) ++(answer().find("\"summary\"") != std::string::npos ? answered : bad);
  });
  EXPECT_EQ(answer().find("esc-2024.ica-8"), std::string::npos);

  write("ours.json", kSwitchedOff);
  EXPECT_TRUE(reload("knowledge reloaded"));
  EXPECT_NE(answer().find("switched off: esc-2024.ica-8"), std::string::npos);
  EXPECT_NE(log().find("rule switched off by the site"), std::string::npos);

  write("broken.json", kBroken);
  EXPECT_TRUE(reload("knowledge not reloaded"));
  EXPECT_NE(log().find("symptom.nobody"), std::string::npos) << "the log names what is wrong";
  EXPECT_NE(answer().find("switched off: esc-2024.ica-8"), std::string::npos) << "the good rules stay in force";
  HttpClient client(server_->port());
  EXPECT_EQ(client.exchange("GET", "/health/ready")->status, 200);

  std::filesystem::remove(folder_.path() / "site/broken.json");
  std::filesystem::remove(folder_.path() / "site/ours.json");
  EXPECT_TRUE(reload("knowledge reloaded"));
  EXPECT_EQ(answer().find("esc-2024.ica-8"), std::string::npos);

  stop = true;
  caller.join();
  EXPECT_GT(answered, 3);
  EXPECT_EQ(bad, 0);
}

TEST_F(SiteRules, AreCheckedFromTheCommandLineBeforeTheyCount) {
  write("broken.json", kBroken);
  const auto refused = run({"check", "site"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.output.find("site/broken.json#/rules/0/when/fact: there is no fact \"symptom.nobody\""), std::string::npos) << refused.output;
  std::filesystem::remove(folder_.path() / "site/broken.json");
  write("ours.json", kSwitchedOff);
  const auto accepted = run({"check", "site"});
  EXPECT_EQ(accepted.code, 0) << accepted.output;
}

}  // namespace
}  // namespace cathgate::test
