// The disk of the ledger fails under a running server: advice still goes out, marked; nothing is acknowledged that is not
// durable; and when the disk works again the ledger has everything, in one chain.
#include <gtest/gtest.h>
#include <signal.h>

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

class DiskFault : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "A sanitizer's runtime must be the first library of a program.";
#endif
    const std::vector<std::string> words = {"/usr/bin/env", std::string("LD_PRELOAD=") + FAILING_DISK, "CATHGATE_FAULT=" + fault_.string(),
                                            CATHGATE_PROGRAM, "serve", "--port", "0", "--config", "site.toml"};
    std::ofstream(folder_.path() / "site.toml") << "development_mode = true\n[server]\ndeadline_ms = 10000\n[ledger]\nwait_ms = 1000\n";
    server_ = ServerProcess::start({words, folder_.path(), folder_.path() / "log"});
    ASSERT_TRUE(server_);
  }

  void break_disk() const { std::ofstream(fault_) << GetParam(); }
  void mend_disk() const { std::filesystem::remove(fault_); }

  // The answer to an order for this patient.
  HttpResponse ask(const std::string& patient) const {
    HttpClient client(server_->port());
    auto reply = client.exchange("POST", kService, bench::make_request({.bytes = 0, .patient = patient, .now = std::time(nullptr)}));
    EXPECT_TRUE(reply);
    return reply.value_or(HttpResponse{});
  }
  int status_of(const char* method, const std::string& target, const std::string& body = {}) const {
    HttpClient client(server_->port());
    const auto reply = client.exchange(method, target, body);
    return reply ? reply->status : 0;
  }
  int give_feedback(const std::string& card) const {
    return status_of("POST", std::string(kService) + "/feedback",
                     R"({"feedback":[{"card":")" + card + R"(","outcome":"overridden","outcomeTimestamp":"2026-11-24T08:15:00Z"}]})");
  }
  static bool is_marked(const HttpResponse& answer) { return answer.body.find("was not recorded in the ledger") != std::string::npos; }
  static std::string card_of(const HttpResponse& answer) {
    const auto document = JsonDocument::parse(answer.body);
    return document ? std::string(document->root()["cards"][std::size_t{0}]["uuid"].text()) : std::string();
  }
  bool becomes_ready() const {
    for (int i = 0; i < 200; ++i, std::this_thread::sleep_for(50ms))
      if (status_of("GET", "/health/ready") == 200) return true;
    return false;
  }

  TemporaryFolder folder_{"disk"};
  const std::filesystem::path fault_ = folder_.path() / "fault";
  std::unique_ptr<ServerProcess> server_;
};

TEST_P(DiskFault, AdviceGoesOutMarkedAndIsKeptForLater) {
  const auto before = ask("before");
  ASSERT_EQ(before.status, 200);
  EXPECT_FALSE(is_marked(before));

  break_disk();
  std::vector<std::string> cards = {card_of(before)};
  for (int i = 0; i < 5; ++i) {
    const auto during = ask("during" + std::to_string(i));
    ASSERT_EQ(during.status, 200) << during.body;
    EXPECT_TRUE(is_marked(during)) << i;
    cards.push_back(card_of(during));
  }
  EXPECT_EQ(give_feedback(cards[0]), 503);
  EXPECT_EQ(status_of("GET", "/health/live"), 200);

  mend_disk();
  ASSERT_TRUE(becomes_ready());
  const auto after = ask("after");
  ASSERT_EQ(after.status, 200);
  EXPECT_FALSE(is_marked(after));
  cards.push_back(card_of(after));
  EXPECT_EQ(give_feedback(cards[0]), 200);

  server_->send(SIGTERM);
  EXPECT_EQ(server_->wait(15s), 0);
  const auto verified = run_program({CATHGATE_PROGRAM, "ledger", "verify"}, folder_.path());
  EXPECT_EQ(verified.code, 0) << verified.output;
  const auto listed = run_program({CATHGATE_PROGRAM, "ledger", "list", "-n", "50"}, folder_.path());
  for (std::size_t i = 0; i < cards.size(); ++i) {
    // What went out marked reached the spill only if the spill's own file could be written; a full disk refuses that too.
    const bool required = i == 0 || i + 1 == cards.size() || GetParam() == std::string_view("EIO");
    const auto at = listed.output.find(cards[i]);
    if (required) { EXPECT_NE(at, std::string::npos) << i << "\n" << listed.output; }
    if (at != std::string::npos) { EXPECT_EQ(listed.output.find(cards[i], at + 1), std::string::npos) << "twice: " << i; }
  }
}

INSTANTIATE_TEST_SUITE_P(Errors, DiskFault, testing::Values("EIO", "ENOSPC"), [](const auto& which) { return std::string(which.param); });

}  // namespace
}  // namespace cathgate::test
