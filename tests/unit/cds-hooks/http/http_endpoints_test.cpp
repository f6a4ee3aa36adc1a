// The endpoints over real sockets with the real knowledge, and a ledger whose disk the test commands.
#include <gtest/gtest.h>

#include <thread>

#include "cds-hooks/endpoints.h"
#include "cds-hooks/http/listener.h"
#include "core/json.h"
#include "tests/unit/cds-hooks/hooks/fake_ledger.h"
#include "tests/support/http_client.h"

namespace cathgate::test {
namespace {

using namespace std::chrono_literals;
using Disk = FakeLedger::Disk;

constexpr UnixSeconds kNow = 1795507200;  // 2026-11-24T08:00:00Z, as the cases say
constexpr std::string_view kService = "/cds-services/cathgate-angiography";

class HttpEndpointsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    knowledge_ = new cds_hooks::KnowledgeStore({});
    for (const Error& error : knowledge_->load(CATHGATE_SOURCE_DIR)) ADD_FAILURE() << error.where << ": " << error.message;
  }
  static void TearDownTestSuite() {
    delete knowledge_;
    knowledge_ = nullptr;
  }

  void SetUp() override {
    context_.now = [] { return kNow; };
    context_.ledger_wait = 50ms;
    context_.feedback_wait = 100ms;
    cds_hooks::HttpOptions options;
    options.port = 0;
    options.limits.request_deadline = 5s;  // for sanitizer builds
    server_ = std::make_unique<cds_hooks::HttpServer>(
        options, cds_hooks::make_router(context_),
        cds_hooks::HttpObserver{[this](const cds_hooks::RequestRecord& record) { metrics_.count_request(record); }, {}});
    port_ = *server_->start();
  }
  void TearDown() override {
    server_->stop(2s);
    workers_.join();
    ledger_.drain(0ms);  // as in app.cpp: whoever may still deliver ends before the server
  }

  HttpResponse get(std::string_view path, std::string_view fields = "") {
    HttpClient client(port_);
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
    return client.receive();
  }
  HttpResponse post(std::string_view path, std::string_view body, std::string_view fields = "") {
    HttpClient client(port_);
    client.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    return client.receive();
  }
  static std::string request_of(const std::string& name) {
    const auto document = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/" + name + ".json");
    if (!document) return ADD_FAILURE() << document.error().message, std::string();
    return cathgate::JsonWriter().value(document->root()["request"]).take();
  }
  // The value of a series of /metrics, -1 when it is not there.
  double metric(const std::string& series) {
    const std::string text = get("/metrics").body;
    const auto at = text.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + series.size() + 2, nullptr);
  }

  static cds_hooks::KnowledgeStore* knowledge_;
  FakeLedger ledger_;
  cds_hooks::WorkerPool workers_{2, 16};
  cds_hooks::Metrics metrics_;
  cds_hooks::ServiceContext context_{*knowledge_, ledger_, workers_, metrics_, {}};
  std::unique_ptr<cds_hooks::HttpServer> server_;
  unsigned short port_ = 0;
};

cds_hooks::KnowledgeStore* HttpEndpointsTest::knowledge_ = nullptr;

TEST_F(HttpEndpointsTest, DiscoversTheServices) {
  const auto response = get("/cds-services");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, knowledge_->current().discovery->at("en"));
  EXPECT_EQ(response.body.find("chest-pain\","), std::string::npos);
}

TEST_F(HttpEndpointsTest, SaysInWhichLanguageItAnswers) {
  const auto spanish = post(kService, request_of("test-first-moderate"), "Accept-Language: es-MX, en;q=0.5\r\n");
  ASSERT_EQ(spanish.status, 200);
  EXPECT_TRUE(spanish.has("Content-Language: es"));
  EXPECT_TRUE(spanish.has("Vary: Accept-Language"));
  ASSERT_EQ(ledger_.recorded.size(), 1u);
  EXPECT_EQ(ledger_.recorded[0].language, "es");
  EXPECT_TRUE(post(kService, request_of("test-first-moderate")).has("Content-Language: en"));
  const auto services = get("/cds-services", "Accept-Language: zh-CN\r\n");
  EXPECT_TRUE(services.has("Content-Language: zh"));
  EXPECT_EQ(services.body, knowledge_->current().discovery->at("zh"));
  EXPECT_EQ(get("/health/live").head.find("Content-Language"), std::string::npos);
}

TEST_F(HttpEndpointsTest, TheTenantsLanguageGoesBeforeTheHeader) {
  context_.tenant.language = "zh";
  ledger_.disk = Disk::refuses;
  const auto response = post(kService, request_of("test-first-moderate"), "Accept-Language: es\r\n");
  EXPECT_TRUE(response.has("Content-Language: zh"));
  const auto knowledge = knowledge_->current().knowledge;
  EXPECT_NE(response.body.find(knowledge->messages.in("zh")[cds_hooks::Phrase::detail_not_recorded]), std::string::npos);
}

TEST_F(HttpEndpointsTest, RecordsTheBytesThatGoOut) {
  const auto response = post(kService, request_of("test-first-moderate"));
  ASSERT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.starts_with("{\"cards\":["));
  ASSERT_EQ(ledger_.recorded.size(), 1u);
  EXPECT_EQ(ledger_.recorded[0].response, response.body);
  EXPECT_FALSE(ledger_.recorded[0].entry_id.empty());
  EXPECT_TRUE(ledger_.spilled.empty());
  EXPECT_EQ(metric("cathgate_not_recorded_total"), 0);
  EXPECT_EQ(metric("cathgate_requests_total{endpoint=\"hook\",service=\"cathgate-angiography\",status=\"200\"}"), 1);
  EXPECT_EQ(metric("cathgate_decisions_total{decision=\"test_first\",service=\"cathgate-angiography\"}"), 1);
  EXPECT_EQ(metric("cathgate_stage_seconds_count{stage=\"assess\"}"), 1);
}

TEST_F(HttpEndpointsTest, MarksAndSpillsWhatTheLedgerRefuses) {
  const std::string request = request_of("test-first-moderate");
  const std::string recorded = post(kService, request).body;
  ledger_.disk = Disk::refuses;
  const auto response = post(kService, request);
  ASSERT_EQ(response.status, 200);
  EXPECT_NE(response.body, recorded);
  ASSERT_EQ(ledger_.spilled.size(), 1u);
  EXPECT_EQ(ledger_.spilled[0].response, response.body);
  EXPECT_EQ(metric("cathgate_not_recorded_total"), 1);
  EXPECT_EQ(metric("cathgate_ledger_failures_total{spilled=\"yes\"}"), 1);
}

TEST_F(HttpEndpointsTest, WaitsForASlowLedgerOnlySoLong) {
  ledger_.disk = Disk::slow;
  const auto start = cds_hooks::SteadyClock::now();
  const auto response = post(kService, request_of("emergency-st-elevation"));
  const auto took = cds_hooks::SteadyClock::now() - start;
  EXPECT_EQ(response.status, 200);
  EXPECT_GE(took, 50ms);
  EXPECT_LT(took, 3s);
  ASSERT_EQ(ledger_.spilled.size(), 1u);
  EXPECT_EQ(ledger_.spilled[0].response, response.body);
  ledger_.fail_late();
  EXPECT_EQ(ledger_.spilled.size(), 1u) << "an entry is spilled once";
  EXPECT_EQ(metric("cathgate_not_recorded_total"), 1);
}

TEST_F(HttpEndpointsTest, RefusesBadCallsWithAPlace) {
  const auto syntax = post(kService, "{\"hook\":");
  EXPECT_EQ(syntax.status, 400);
  EXPECT_TRUE(syntax.has("Content-Type: application/fhir+json"));
  EXPECT_NE(syntax.body.find("OperationOutcome"), std::string::npos);
  const auto hook = post(kService, "{\"hook\":\"patient-view\"}");
  EXPECT_EQ(hook.status, 400);
  EXPECT_NE(hook.body.find("\"expression\":[\"hook\"]"), std::string::npos);
  EXPECT_EQ(post("/cds-services/other", "{}").status, 404);
  EXPECT_EQ(post("/cds-services/cathgate-chest-pain", "{}").status, 404) << "the service is off";
  EXPECT_TRUE(ledger_.recorded.empty());
}

TEST_F(HttpEndpointsTest, Answers412WithoutThePatient) {
  const auto document = JsonDocument::parse(request_of("test-first-moderate"));
  cathgate::JsonWriter json;
  json.start_object();
  for (const auto member : document->root().members()) {
    if (member.name() != "prefetch") json.key(member.name()).value(member.value());
  }
  const auto response = post(kService, json.end_object().take());
  EXPECT_EQ(response.status, 412);
  EXPECT_NE(response.body.find("\"code\":\"processing\""), std::string::npos);
}

constexpr std::string_view kFeedback =
    R"({"feedback":[{"card":"0a4bbd44-5f2e-4c8e-9d0c-0c2a4f6b8d10","outcome":"overridden","outcomeTimestamp":"2026-11-24T08:15:00Z",)"
    R"("overrideReason":{"userComment":"seen"}}]})";

TEST_F(HttpEndpointsTest, AcknowledgesFeedbackOnlyWhenDurable) {
  const std::string path = std::string(kService) + "/feedback";
  const auto stored = post(path, kFeedback);
  EXPECT_EQ(stored.status, 200);
  EXPECT_EQ(stored.body, "{\"accepted\":1}");
  ASSERT_EQ(ledger_.feedback.size(), 1u);
  ledger_.disk = Disk::slow;
  EXPECT_EQ(post(path, kFeedback).status, 503);
  ledger_.disk = Disk::refuses;
  const auto refused = post(path, kFeedback);
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: 1"));
  EXPECT_EQ(ledger_.feedback.size(), 1u);
  EXPECT_EQ(post(path, "{\"card\":\"x\"}").status, 400) << "a bare object is no feedback";
  EXPECT_EQ(post("/cds-services/other/feedback", kFeedback).status, 404);
  EXPECT_EQ(metric("cathgate_feedback_total"), 1);
}

TEST_F(HttpEndpointsTest, IsReadyWhileItCanAnswerAndRecord) {
  EXPECT_EQ(get("/health/live").status, 200);
  EXPECT_EQ(get("/health/ready").status, 200);
  ledger_.disk = Disk::refuses;
  EXPECT_EQ(get("/health/ready").status, 503);
  EXPECT_EQ(get("/health/live").status, 200);
  ledger_.disk = Disk::well;
  context_.draining = true;
  EXPECT_EQ(get("/health/ready").status, 503);
}

TEST_F(HttpEndpointsTest, KeepsTheOldKnowledgeWhenTheNewIsBroken) {
  const auto before = knowledge_->current();
  EXPECT_FALSE(knowledge_->load("/nonexistent").empty());
  EXPECT_EQ(knowledge_->current().knowledge, before.knowledge);
  EXPECT_TRUE(knowledge_->load(CATHGATE_SOURCE_DIR).empty());
  EXPECT_NE(knowledge_->current().knowledge, before.knowledge);
  EXPECT_EQ(knowledge_->current().knowledge->digest, before.knowledge->digest);
}

TEST_F(HttpEndpointsTest, NamesNoClientsTextInItsMetrics) {
  post("/cds-services/evil-name", "{}");
  EXPECT_EQ(get("/metrics").body.find("evil-name"), std::string::npos);
}

}  // namespace
}  // namespace cathgate::test
