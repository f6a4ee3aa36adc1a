// Two servers on one PostgreSQL: one chain, and a token that one has accepted is refused by the other.
#include <gtest/gtest.h>
#include <signal.h>

#include <ctime>
#include <fstream>

#include "core/json.h"
#include "tests/support/http_client.h"
#include "tests/support/postgres.h"
#include "tests/unit/cds-hooks/trust/token_maker.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPath = "/cds-services/cathgate-angiography";

class InstancesTest : public testing::Test {
 protected:
  void SetUp() override {
    postgres_ = Postgres::start();
    if (!postgres_) GTEST_SKIP() << "PostgreSQL is not installed (./test postgres installs it)";
    std::ofstream(folder_.path() / "jwks.json") << jwk_set({ec_jwk(key_, "P-384", "k1")});
    const std::string database = postgres_->database("shared");
    for (const char* name : {"a", "b"})
      std::ofstream(folder_.path() / (std::string(name) + ".toml"))
          << "[server]\nport = 0\n[trust]\npublic_url = \"https://cathgate.example\"\n[ledger]\nwait_ms = 2000\ndatabase = \"" << database << "\"\nkey_file = \"shared.key\"\nspill_file = \"" << name
          << ".spill\"\n[tenant]\nissuer = \"https://ehr.example\"\njwks_file = \"jwks.json\"\n";
  }
  std::unique_ptr<ServerProcess> serve(const std::string& name) const {
    return ServerProcess::start({{CATHGATE_PROGRAM, "serve", "--config", name + ".toml"}, folder_.path(), folder_.path() / (name + ".log")});
  }
  std::string token() {
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    return es384_token(key_, R"({"alg":"ES384","typ":"JWT","kid":"k1"})",
                       R"({"iss":"https://ehr.example","aud":"https://cathgate.example/cds-services/cathgate-angiography","iat":)" + std::to_string(now) + R"(,"exp":)" + std::to_string(now + 300) +
                           R"(,"jti":")" + std::to_string(++tokens_) + "\"}");
  }
  static HttpResponse call(const ServerProcess& server, const std::string& token, const std::string& body) {
    HttpClient client(server.port());
    client.send("POST " + std::string(kPath) + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.receive();
  }
  static std::string case_request() {
    const auto file = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
    return JsonWriter().value(file->root()["request"]).take();
  }

  std::unique_ptr<Postgres> postgres_;
  TemporaryFolder folder_{"instances"};
  Pkey key_ = make_ec("P-384");
  int tokens_ = 0;
};

TEST_F(InstancesTest, N48_ShareTheChainAndTheMemoryOfTokens) {
  const auto a = serve("a");
  ASSERT_TRUE(a);
  const auto b = serve("b");
  ASSERT_TRUE(b);
  const std::string body = case_request();
  for (int i = 0; i < 10; ++i) {
    const std::string once = token();
    const auto& first = i % 2 ? *a : *b;
    const auto& second = i % 2 ? *b : *a;
    const auto answer = call(first, once, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("\"summary\""), std::string::npos);
    EXPECT_EQ(call(second, once, body).status, 401) << "the other instance knows the token";
    EXPECT_EQ(call(first, once, body).status, 401);
  }
  a->send(SIGKILL);
  EXPECT_EQ(call(*b, token(), body).status, 200) << "one instance dies, the other goes on";
  b->send(SIGTERM);
  EXPECT_EQ(b->wait(15s), 0);
  const auto verified = run_program({CATHGATE_PROGRAM, "ledger", "verify", "--config", "a.toml"}, folder_.path());
  EXPECT_EQ(verified.code, 0) << verified.output;
  EXPECT_NE(verified.output.find("answers   11\n"), std::string::npos) << verified.output;
}

}  // namespace
}  // namespace cathgate::test
