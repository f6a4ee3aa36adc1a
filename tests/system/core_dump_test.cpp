// A crash leaves nothing of a patient or of a token behind: no core file, and neither is in the log or the ledger.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/bench/make_request.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kToken = "known-token-of-a-crash";
constexpr std::string_view kPatient = "crash-patient-id";

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A call that brings a token for reading back.
std::string call_with_token() {
  std::string body = bench::make_request({.bytes = 0, .patient = std::string(kPatient), .now = std::time(nullptr)});
  const std::string authorization = R"("fhirServer":"https://fhir.example","fhirAuthorization":{"access_token":")" + std::string(kToken) +
                                    R"(","token_type":"Bearer","expires_in":300,"scope":"patient/*.rs","subject":"cathgate"},)";
  return body.insert(body.find('{') + 1, authorization);
}

class CoreDumpTest : public testing::Test {
 protected:
  // Whoever starts the server would let it leave a core of any size.
  void SetUp() override {
    getrlimit(RLIMIT_CORE, &before_);
    const rlimit most{before_.rlim_max, before_.rlim_max};
    setrlimit(RLIMIT_CORE, &most);
  }
  void TearDown() override { setrlimit(RLIMIT_CORE, &before_); }

  rlimit before_{};
  TemporaryFolder folder_{"core-dump"};
};

TEST_F(CoreDumpTest, LeavesNothingOfACallAfterACrash) {
  const auto server = ServerProcess::start({{CATHGATE_PROGRAM, "serve", "--port", "0"}, folder_.path(), folder_.path() / "log"});
  ASSERT_TRUE(server);
  HttpClient client(server->port());
  const auto reply = client.exchange("POST", "/cds-services/cathgate-angiography", call_with_token());
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->status, 200) << reply->body;
  EXPECT_EQ(server->limit("Max core file size"), "0");
  server->send(SIGABRT);
  ASSERT_EQ(server->wait(15s), -SIGABRT);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string name = entry.path().filename();
    EXPECT_FALSE(name.starts_with("core")) << name;
    const std::string bytes = bytes_of(entry.path());
    EXPECT_EQ(bytes.find(kToken), std::string::npos) << name;
    EXPECT_EQ(bytes.find(kPatient), std::string::npos) << name;
  }
  EXPECT_GE(files, 3u) << "the log, the database and its key";
}

}  // namespace
}  // namespace cathgate::test
