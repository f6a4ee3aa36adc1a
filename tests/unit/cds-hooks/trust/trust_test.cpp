// Trust beside the attacks: key sets that come, go and fail, tenants' switches and limits, development mode.
#include <thread>

#include "tests/support/fake_server.h"
#include "trust_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

// N45: what an issuer's key set may do.
class KeySetTest : public TrustTest {
 protected:
  void start_with(FakeServer& issuer, std::chrono::seconds pause = 0s, std::chrono::seconds refresh = 3600s) {
    config_.tenant.jwks_file.clear();
    config_.tenant.jwks_url = issuer.url("/jwks");
    config_.tenant.private_networks = {"127.0.0.0/8"};
    key_options_ = {refresh, pause, 500ms};
    start();
  }
};

TEST_F(KeySetTest, N45_RefusesBrokenKeySets) {
  FakeReply reply;
  std::mutex mutex;
  FakeServer issuer([&](const FakeRequest&) {
    const std::lock_guard lock(mutex);
    return reply;
  });
  start_with(issuer);
  const auto set = [&](FakeReply next) {
    const std::lock_guard lock(mutex);
    reply = std::move(next);
  };
  const std::string good_key = ec_jwk(key_, "P-384", "k1");
  for (const FakeReply& bad :
       {FakeReply{.body = ""}, FakeReply{.body = R"({"keys":[]})"}, FakeReply{.body = "[]"}, FakeReply{.body = R"({"keys":{}})"}, FakeReply{.status = 500, .body = jwk_set({good_key})},
        FakeReply{.status = 404}, FakeReply{.status = 302, .fields = "Location: /other\r\n"}, FakeReply{.body = jwk_set({good_key}) + std::string(300'000, ' ')},
        FakeReply{.body = jwk_set({good_key}), .delay = 2s}, FakeReply{.body = jwk_set({good_key}), .hang_up = true}, FakeReply{.body = jwk_set({good_key}), .cut = true},
        FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1", R"(,"use":"enc")")})}, FakeReply{.body = jwk_set({good_key, ec_jwk(make_ec("P-384"), "P-384", "k1")})},
        FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1", R"(,"d":"AA")")})}, FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1", R"(,"key_ops":["sign"])")})},
        FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1", R"(,"alg":"ES256")")})}, FakeReply{.body = jwk_set({good_key}), .fields = "Content-Encoding: gzip\r\n"}}) {
    set(bad);
    expect_refused(good(), bad.body.substr(0, 200));
  }
  set({.body = jwk_set({good_key})});
  expect_admitted(good(), "as soon as the set is good");
}

TEST_F(KeySetTest, N45_FollowsARotationAndDropsARemovedKey) {
  const Pkey next = make_ec("P-384");
  std::atomic<int> phase{0};
  FakeServer issuer([&](const FakeRequest&) {
    if (phase == 0) return FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1")})};
    if (phase == 1) return FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1"), ec_jwk(next, "P-384", "k2")})};
    return FakeReply{.body = jwk_set({ec_jwk(next, "P-384", "k2")}), .fields = "Cache-Control: max-age=1\r\n"};
  });
  start_with(issuer);
  const auto by_next = [&] { return es384_token(next, R"({"alg":"ES384","typ":"JWT","kid":"k2"})", payload()); };
  expect_admitted(good(), "the first key");
  expect_refused(by_next(), "not there yet");
  phase = 1;
  expect_admitted(by_next(), "a token that names the new key makes the server look");
  expect_admitted(good(), "both serve");
  phase = 2;
  expect_refused(es384_token(next, R"({"alg":"ES384","typ":"JWT","kid":"k3"})", payload()), "which makes the server look again");
  expect_refused(good(), "the removed key is gone");
  expect_admitted(by_next(), "the new one stays");
}

TEST_F(KeySetTest, N45_FetchesOnceForManyAndKeepsTheOldSetWhileTheIssuerIsDown) {
  std::atomic<bool> down{false};
  FakeServer issuer([&](const FakeRequest&) {
    return down ? FakeReply{.status = 503} : FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1")}), .fields = "Cache-Control: max-age=1\r\n", .delay = 100ms};
  });
  start_with(issuer, 1s);
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) clients.emplace_back([&] { EXPECT_EQ(status(good()), 400); });
  for (auto& one : clients) one.join();
  EXPECT_EQ(issuer.requests().size(), 1u);
  down = true;
  std::this_thread::sleep_for(1100ms);
  expect_admitted(good(), "the old set is better than none");
  EXPECT_EQ(issuer.requests().size(), 2u);
  EXPECT_EQ(failed_fetches_, 1);
}

TEST_F(KeySetTest, N44_FetchesOnlyFromAddressesThatMayBeCalled) {
  FakeServer issuer([this](const FakeRequest&) { return FakeReply{.body = jwk_set({ec_jwk(key_, "P-384", "k1")})}; });
  config_.tenant.jwks_file.clear();
  config_.tenant.jwks_url = issuer.url("/jwks");
  start();
  expect_refused(good(), "a loopback address that the configuration does not name");
  EXPECT_TRUE(issuer.requests().empty());
}

TEST_F(TrustTest, LimitsOneTenantAndLeavesTheOthersAlone) {
  config_.tenant.requests_per_second = 5;
  cds_hooks::TenantConfig quiet = config_.tenant;
  quiet.id = "quiet";
  quiet.issuer_tenant = "quiet";
  quiet.requests_per_second = 0;
  config_.tenants = {quiet};
  start();
  int limited = 0;
  for (int i = 0; i < 20; ++i) {
    const auto response = post("Authorization: Bearer " + good() + "\r\n");
    limited += response.status == 429;
    if (response.status == 429) { EXPECT_TRUE(response.has("Retry-After: 1")); }
    expect_admitted(good(R"(,"tenant":"quiet")"), "the other tenant");
  }
  EXPECT_GE(limited, 1);
}

TEST_F(TrustTest, GivesEachTenantItsShareOfSignatureChecks) {
  start();
  const auto first = tenants_->all()[0];
  cds_hooks::SignatureChecks checks;
  int entered = 0;
  while (checks.enter(first.get())) ++entered;
  EXPECT_EQ(entered, 16);
  EXPECT_TRUE(checks.enter(nullptr)) << "another tenant";
  checks.leave(first.get());
  EXPECT_TRUE(checks.enter(first.get()));
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(trust_->checks.enter(first.get()));
  EXPECT_EQ(status(good()), 503) << "its share is taken";
  for (int i = 0; i < 16; ++i) trust_->checks.leave(first.get());
  expect_admitted(good(), "free again");
}

TEST_F(TrustTest, DevelopmentModeNeedsNoTokenButLooksAtOneThatIsSent) {
  config_.development_mode = true;
  start();
  EXPECT_EQ(post("").status, 400);
  expect_admitted(good(), "a good token");
  expect_refused("a.b.c", "a bad token");
}

TEST_F(TrustTest, DevelopmentModeWithoutAnyIssuerIgnoresTokens) {
  config_.development_mode = true;
  config_.tenant.issuer.clear();
  start();
  EXPECT_EQ(status("a.b.c"), 400);
}

// A request of a case that is answered with a card.
std::string case_request() {
  const auto document = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
  return JsonWriter().value(document->root()["request"]).take();
}

TEST_F(TrustTest, TheKillSwitchTurnsDuringTraffic) {
  start();
  const auto cards = [&] { return post("Authorization: Bearer " + good() + "\r\n", kTrustService, case_request()); };
  EXPECT_NE(cards().body.find("\"summary\""), std::string::npos);
  config_.tenant.enabled = false;
  tenants_->load(config_);
  const std::size_t before = ledger_.recorded.size();
  const auto off = cards();
  EXPECT_EQ(off.status, 200);
  EXPECT_EQ(off.body, R"({"cards":[]})");
  EXPECT_EQ(ledger_.recorded.size(), before) << "nothing was assessed";
  config_.tenant.enabled = true;
  tenants_->load(config_);
  EXPECT_NE(cards().body.find("\"summary\""), std::string::npos);
}

TEST_F(TrustTest, SilentModeRecordsWhatItDoesNotSay) {
  config_.tenant.silent = true;
  start();
  const auto response = post("Authorization: Bearer " + good() + "\r\n", kTrustService, case_request());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"cards":[]})");
  ASSERT_EQ(ledger_.recorded.size(), 1u);
  EXPECT_TRUE(ledger_.recorded[0].silent);
  EXPECT_EQ(ledger_.recorded[0].tenant, "first");
  EXPECT_NE(ledger_.recorded[0].response.find("\"summary\""), std::string::npos) << "the answer as it would have been";
}

}  // namespace
}  // namespace cathgate::test
