// The OpenAPI document as it is served, and everything that the server says against its schemas.
#include <filesystem>

#include "cds-hooks/version.h"
#include "tests/support/json_schema.h"
#include "tests/unit/cds-hooks/trust/trust_fixture.h"

namespace cathgate::test {
namespace {

class OpenApiTest : public TrustTest {
 protected:
  void SetUp() override {
    TrustTest::SetUp();
    config_.development_mode = true;
    config_.tenant.issuer.clear();
    start();
    schemas_ = std::make_unique<OpenApiSchemas>(get("/openapi.json").body);
    ASSERT_TRUE(schemas_->parsed());
  }
  HttpResponse get(std::string_view path) {
    HttpClient client(port_);
    return client.exchange("GET", path).value_or(HttpResponse{});
  }
  HttpResponse call(const std::string& service, const std::string& body) { return post("", "/cds-services/" + service, body); }
  static std::string text(JsonValue value) { return JsonWriter().value(value).take(); }

  std::unique_ptr<OpenApiSchemas> schemas_;
};

TEST_F(OpenApiTest, NamesEveryAddressThatIsServedAndNoOther) {
  const auto& paths = schemas_->document()["paths"];
  for (const char* path : {"/cds-services", "/health/live", "/health/ready", "/metrics", "/openapi.json"}) {
    EXPECT_TRUE(paths.HasMember(path)) << path;
    EXPECT_EQ(get(path).status, 200) << path;
  }
  context_->pages = {.demo = true, .assess = true, .token_url = ""};
  for (const char* path : {"/demo", "/assess", "/pages/settings"}) {
    EXPECT_TRUE(paths.HasMember(path)) << path;
    EXPECT_NE(get(path).status, 404) << path;
  }
  EXPECT_EQ(schemas_->problem("PageSettings", get("/pages/settings").body), "");
  EXPECT_TRUE(paths.HasMember("/pages/{name}"));
  EXPECT_EQ(paths.MemberCount(), 11u);
  EXPECT_STREQ(schemas_->document()["openapi"].GetString(), "3.1.0");
  EXPECT_EQ(schemas_->document()["info"]["version"].GetString(), std::string(cds_hooks::kProgramVersion));
}

TEST_F(OpenApiTest, DescribesDiscoveryAndHealth) {
  EXPECT_EQ(schemas_->problem("Discovery", get("/cds-services").body), "");
  EXPECT_EQ(schemas_->problem("Status", get("/health/live").body), "");
  EXPECT_EQ(schemas_->problem("Status", get("/health/ready").body), "");
  EXPECT_NE(schemas_->problem("Discovery", R"({"services":[{"hook":"order-sign"}]})"), "") << "the validator can say no";
}

TEST_F(OpenApiTest, DescribesEveryCaseAndItsAnswer) {
  int answered = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases")) {
    if (entry.path().extension() != ".json") continue;
    const auto file = load_json_file(entry.path().string());
    ASSERT_TRUE(file.ok()) << entry.path();
    const auto request = file->root()["request"];
    const auto service = std::string(file->root()["service"].text());
    const bool pain = request["hook"].text() == "patient-view" || request["hook"].text() == "encounter-start";
    const auto response = call(!service.empty() ? service : pain ? "cathgate-chest-pain" : "cathgate-angiography", text(request));
    if (response.status != 200) {
      EXPECT_EQ(schemas_->problem("OperationOutcome", response.body), "") << entry.path();
      continue;
    }
    EXPECT_EQ(schemas_->problem("HookRequest", text(request)), "") << entry.path();
    EXPECT_EQ(schemas_->problem("HookResponse", response.body), "") << entry.path();
    ++answered;
  }
  EXPECT_GE(answered, 15);
}

TEST_F(OpenApiTest, DescribesFeedbackAndErrors) {
  const std::string feedback =
      R"({"feedback":[{"card":"8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77","outcome":"overridden","overrideReason":{"userComment":"x"},"outcomeTimestamp":"2026-11-24T08:15:00Z"}]})";
  EXPECT_EQ(schemas_->problem("Feedback", feedback), "");
  EXPECT_EQ(schemas_->problem("FeedbackReceipt", post("", std::string(kTrustService) + "/feedback", feedback).body), "");
  for (const char* body : {"", "{", "[]", "{}", R"({"hook":"order-sign"})", R"({"hook":"medication-refill"})"}) {
    const auto refused = call("cathgate-angiography", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(schemas_->problem("OperationOutcome", refused.body), "") << body;
    EXPECT_NE(schemas_->problem("HookRequest", body), "") << body;
  }
  for (const auto& [path, status] : {std::pair("/nowhere", 404), std::pair("/cds-services/x/feedback", 405)}) {
    const auto refused = get(path);
    EXPECT_EQ(refused.status, status) << path;
    EXPECT_EQ(schemas_->problem("OperationOutcome", refused.body), "") << path;
  }
}

// What the schema of a request forbids, the server refuses.
TEST_F(OpenApiTest, SchemaAndServerRefuseTheSame) {
  const auto file = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/test-first-moderate.json");
  const auto request = file->root()["request"];
  const auto with = [&](std::string_view name, std::string_view value) {
    JsonWriter w;
    w.start_object();
    for (const auto member : request.members())
      if (member.name() != name) w.key(member.name()).value(member.value());
    if (!value.empty()) w.key(name).raw(value);
    return w.end_object().take();
  };
  EXPECT_EQ(schemas_->problem("HookRequest", with("extension", "{}")), "");
  EXPECT_EQ(call("cathgate-angiography", with("extension", "{}")).status, 200);
  for (const auto& [name, value] : {std::pair("hook", ""), std::pair("hook", "\"\""), std::pair("hookInstance", ""), std::pair("hookInstance", "\"x\""), std::pair("context", ""), std::pair("context", "{}"),
                                    std::pair("context", "null"), std::pair("prefetch", "[]"), std::pair("prefetch", "\"x\""), std::pair("fhirServer", "\"ftp://x\""), std::pair("fhirServer", "1"),
                                    std::pair("fhirAuthorization", "{}"), std::pair("fhirAuthorization", "[]"), std::pair("extension", "1"), std::pair("extension", "null")}) {
    EXPECT_NE(schemas_->problem("HookRequest", with(name, value)), "") << name << value;
    EXPECT_EQ(call("cathgate-angiography", with(name, value)).status, 400) << name << value;
  }
}

}  // namespace
}  // namespace cathgate::test
