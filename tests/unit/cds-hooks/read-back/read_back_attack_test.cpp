// Faults and attacks of outgoing calls, numbered as in docs/conformance.md (51 to 56), over real sockets.
#include <thread>

#include "read_back_fixture.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

class ReadBackAttackTest : public ReadBackTest {};

TEST_F(ReadBackAttackTest, N51_AsksOnlyTheServersOfTheTenant) {
  start();
  const std::string port = std::to_string(fhir_->port());
  for (const std::string& server :
       {std::string("http://127.0.0.1:5432"), std::string("http://169.254.169.254/latest"), "http://[::1]:" + port + "/r4", "http://0x7f000001:" + port + "/r4", "http://2130706433:" + port + "/r4",
        "http://localhost.:" + port + "/r4", "http://localhost:" + port + "/r4", "http://127.0.0.1:" + port + "/r4/../r5", "http://u@127.0.0.1:" + port + "/r4",
        "http://127.0.0.1:" + port + "/r4?x", "http://127.0.0.1:" + port + "/r4#x", std::string("http://127.0.0.1:22/r4"), "https://127.0.0.1:" + port + "/r4", "http://127.0.0.1:" + port + "/r4\\r\\nX: y"}) {
    EXPECT_EQ(ask({.server = server}).status, 412) << server;
  }
  for (const char* server : {"file:///etc/passwd", "gopher://127.0.0.1/"}) EXPECT_EQ(ask({.server = server}).status, 400) << server;
  EXPECT_TRUE(fhir_->requests().empty());
  EXPECT_EQ(ask({.server = fhir_->url("/r4/")}).status, 200) << "a slash at the end is the same server";
}

TEST_F(ReadBackAttackTest, N51_ConnectsToNoPrivateAddressThatIsNotNamed) {
  config_.tenant.private_networks = {"10.0.0.0/8"};
  const std::string port = std::to_string(fhir_->port());
  config_.tenant.fhir_servers = {fhir_->url("/r4"), "http://localhost:" + port + "/r4", "http://2130706433:" + port + "/r4", "http://0x7f000001:" + port + "/r4", "http://[::ffff:127.0.0.1]:" + port + "/r4"};
  start();
  for (const std::string& server : config_.tenant.fhir_servers) EXPECT_EQ(ask({.server = server}).status, 412) << server;
  EXPECT_EQ(fhir_->connections(), 0u);
}

TEST_F(ReadBackAttackTest, N52_FollowsARedirectOnlyBelowTheBaseAndCarriesTheTokenNowhereElse) {
  FakeServer evil([](const FakeRequest&) { return FakeReply{.body = R"({"resourceType":"Patient","id":"x"})"}; });
  start();
  for (const std::string& to : {evil.url("/r4/Patient/x"), std::string("http://169.254.169.254/"), fhir_->url("/admin"), std::string("file:///etc/passwd"), std::string("")}) {
    reply_with(target_of("patient"), {{.status = 302, .fields = "Location: " + to + "\r\n"}});
    EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 412) << to;
  }
  EXPECT_EQ(evil.connections(), 0u);
  EXPECT_EQ(asked("/admin"), 0u);
  reply_with(target_of("patient"), {{.status = 307, .fields = "Location: " + fhir_->url("/r4/moved") + "\r\n"}});
  reply_with("/r4/moved", {{.body = given("patient")}});
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).body, ask_whole().body);
  reply_with("/r4/moved", {{.status = 307, .fields = "Location: " + fhir_->url("/r4/moved") + "\r\n"}});
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 412) << "one redirect, not a circle";
}

TEST_F(ReadBackAttackTest, N53_FollowsNoLinkThatLeadsElsewhere) {
  FakeServer evil([](const FakeRequest&) { return FakeReply{.body = R"({"resourceType":"Bundle"})"}; });
  start();
  const auto whole = ask_whole();
  for (const std::string& link : {evil.url("/r4/Condition"), fhir_->url("/other"), std::string("//127.0.0.1:") + std::to_string(evil.port()) + "/r4", std::string("file:///etc/passwd")}) {
    reply_with(target_of("conditions"), {{.body = R"({"resourceType":"Bundle","entry":[],"link":[{"relation":"next","url":")" + link + "\"}]}"}});
    const auto answer = ask({.prefetch = prefetch_without({"conditions"})});
    EXPECT_EQ(answer.status, 200) << link;
    EXPECT_NE(answer.body, whole.body) << "what lies on the page is unknown: " << link;
  }
  EXPECT_EQ(evil.connections(), 0u);
  EXPECT_EQ(asked("/other"), 0u);
}

TEST_F(ReadBackAttackTest, N53_EndsAnEndlessChainOfPages) {
  read_back_options_.max_pages = 4;
  reply_with(target_of("conditions"), {{.body = R"({"resourceType":"Bundle","link":[{"relation":"next","url":")" + fhir_->url("/r4/more") + "\"}]}"}});
  reply_with("/r4/more", {{.body = R"({"resourceType":"Bundle","link":[{"relation":"next","url":")" + fhir_->url("/r4/more") + "\"}]}"}});
  start();
  EXPECT_EQ(ask({.prefetch = prefetch_without({"conditions"})}).status, 200);
  EXPECT_EQ(asked("/r4/more"), 3u);
}

TEST_F(ReadBackAttackTest, N54_SurvivesEveryWayAServerCanFail) {
  request_deadline_ = 400ms;
  read_back_deadline_ = 1000ms;
  read_back_options_.max_response_bytes = 100'000;
  outbound_options_.breaker_failures = 1000;
  start();
  for (const FakeReply& fault :
       {FakeReply{.delay = 10s}, FakeReply{.body = given("patient"), .dribble = 100ms}, FakeReply{.body = std::string(200'000, ' ')}, FakeReply{.body = given("patient"), .fields = "Content-Encoding: gzip\r\n"},
        FakeReply{.status = 401}, FakeReply{.status = 403}, FakeReply{.status = 429}, FakeReply{.status = 500}, FakeReply{.status = 200, .type = "text/html", .body = "<html>log in</html>"},
        FakeReply{.body = R"({"resourceType":"Patient","id":"somebody-else"})"}, FakeReply{.body = "[" + std::string(1000, '[')}, FakeReply{.body = given("patient"), .cut = true}, FakeReply{.hang_up = true}}) {
    reply_with(target_of("patient"), {fault});
    const auto begun = cds_hooks::SteadyClock::now();
    EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 412) << fault.status << fault.body.substr(0, 50);
    EXPECT_LT(cds_hooks::SteadyClock::now() - begun, 2s);
  }
  reply_with(target_of("patient"), {{.body = given("patient")}});
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 200);
}

TEST_F(ReadBackAttackTest, N54_TriesOnceMoreWhereThatMayHelp) {
  start();
  const auto whole = ask_whole();
  for (const FakeReply& once : {FakeReply{.status = 503}, FakeReply{.status = 429, .fields = "Retry-After: 0\r\n"}, FakeReply{.hang_up = true}, FakeReply{.status = 504}}) {
    const std::string target = target_of("patient");
    reply_with(target, {once, {.body = given("patient")}});
    const std::size_t before = asked(target);
    EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).body, whole.body) << once.status;
    EXPECT_EQ(asked(target) - before, 2u) << once.status;
  }
}

TEST_F(ReadBackAttackTest, N54_WaitsForRetryAfterOnlyWhenItFits) {
  start();
  reply_with(target_of("patient"), {{.status = 429, .fields = "Retry-After: 3600\r\n"}});
  const auto begun = cds_hooks::SteadyClock::now();
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 412);
  EXPECT_LT(cds_hooks::SteadyClock::now() - begun, 1s) << "an hour does not fit, so nothing is waited for";
  EXPECT_EQ(asked(target_of("patient")), 1u);
  EXPECT_EQ(cds_hooks::read_retry_after("2", 0)->count(), 2);
  EXPECT_EQ(cds_hooks::read_retry_after("Tue, 24 Nov 2026 08:00:10 GMT", kTrustNow)->count(), 10);
  EXPECT_FALSE(cds_hooks::read_retry_after("soon", 0));
  EXPECT_FALSE(cds_hooks::read_retry_after("", 0));
}

TEST_F(ReadBackAttackTest, N54_LeavesAServerAloneAfterFailuresAndComesBack) {
  outbound_options_.breaker_failures = 3;
  outbound_options_.breaker_pause = 300ms;
  reply_with(target_of("patient"), {{.status = 500}});
  start();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 412);
  EXPECT_EQ(asked(target_of("patient")), 3u) << "the breaker is open";
  reply_with(target_of("patient"), {{.body = given("patient")}});
  std::this_thread::sleep_for(350ms);
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 200) << "one call tries, and closes it";
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 200);
}

TEST_F(ReadBackAttackTest, N54_ASlowServerLeavesTheOthersAlone) {
  FakeServer slow([](const FakeRequest&) { return FakeReply{.delay = 3s}; });
  request_deadline_ = 400ms;
  read_back_deadline_ = 2000ms;
  config_.tenant.fhir_servers.push_back(slow.url("/r4"));
  start();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 8; ++i)
    waiting.emplace_back([&] { EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"}), .server = slow.url("/r4")}).status, 412); });
  std::this_thread::sleep_for(100ms);
  for (int i = 0; i < 20; ++i) {
    const auto begun = cds_hooks::SteadyClock::now();
    EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"})}).status, 200);
    EXPECT_LT(cds_hooks::SteadyClock::now() - begun, 700ms);
  }
  for (auto& one : waiting) one.join();
}

TEST_F(ReadBackAttackTest, N55_RefusesIdsThatWouldChangeAQuery) {
  start();
  for (const std::string& id : {std::string("1?x=y"), std::string("1&_count=1000"), std::string("../Patient/2"), std::string("1|2"), std::string("1/$everything"), std::string("$everything"), std::string("1%2f2"), std::string("")}) {
    std::string body = body_of({});
    const std::string own = "\"patientId\":\"" + patient() + "\"";
    const auto at = body.find(own);
    ASSERT_NE(at, std::string::npos);
    body.replace(at, own.size(), "\"patientId\":\"" + id + "\"");
    EXPECT_EQ(post("", kTrustService, body).status, 400) << id;
  }
  EXPECT_TRUE(fhir_->requests().empty());
}

TEST_F(ReadBackAttackTest, N56_AnExpiredTokenIsNotTriedAgainAndNeverKept) {
  reply_with(target_of("conditions"), {{.status = 401}});
  start();
  const auto answer = ask({});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(asked(target_of("conditions")), 1u);
  EXPECT_EQ(answer.body.find(kToken), std::string::npos);
  EXPECT_EQ(metrics_.write().find(kToken), std::string::npos);
  ASSERT_EQ(ledger_.recorded.size(), 1u);
  EXPECT_EQ(ledger_.recorded[0].facts.find(kToken), std::string::npos);
  EXPECT_EQ(ledger_.recorded[0].response.find(kToken), std::string::npos);
}

// N37: who the other side is.
TEST_F(ReadBackAttackTest, N37_TalksOnlyToServersThatProveTheirName) {
  const std::string folder = folder_.path().string();
  const std::string good = make_certificate(folder, "good", "localhost");
  const std::string expired = make_certificate(folder, "expired", "localhost", -3600);
  const std::string other = make_certificate(folder, "other", "fhir.example");
  const std::string unknown = make_certificate(folder, "unknown", "localhost");
  std::ofstream(file("ca.pem")) << std::ifstream(good + ".crt").rdbuf() << std::ifstream(expired + ".crt").rdbuf() << std::ifstream(other + ".crt").rdbuf();
  outbound_options_.ca_file = file("ca.pem");
  std::atomic<int> reached{0};
  const auto reply = [&](const FakeRequest&) { return ++reached, FakeReply{.body = given("patient")}; };
  FakeServer trusted(reply, good + ".crt", good + ".key"), late(reply, expired + ".crt", expired + ".key"), stranger(reply, other + ".crt", other + ".key"), nobody(reply, unknown + ".crt", unknown + ".key");
  config_.tenant.fhir_servers = {trusted.url("/r4"), late.url("/r4"), stranger.url("/r4"), nobody.url("/r4")};
  start();
  for (const FakeServer* server : {&late, &stranger, &nobody}) EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"}), .server = server->url("/r4")}).status, 412) << server->url();
  EXPECT_EQ(reached, 0) << "no token was sent";
  EXPECT_EQ(ask({.prefetch = prefetch_without({"patient"}), .server = trusted.url("/r4")}).status, 200);
  EXPECT_EQ(reached, 1);
}

}  // namespace
}  // namespace cathgate::test
