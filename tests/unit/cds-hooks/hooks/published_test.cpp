// The published requests and responses of CDS Hooks, each tried against the running server: what is good is answered, what is
// not is refused where it is wrong, nothing is a fault of the server. They lie outside of this repository.
#include <cstdlib>
#include <filesystem>

#include "cds-hooks/hooks/response_validator.h"
#include "tests/support/json_schema.h"
#include "tests/unit/cds-hooks/trust/trust_fixture.h"

namespace cathgate::test {
namespace {

namespace fs = std::filesystem;

// The folder, or an empty path where it is not there.
fs::path published() {
  const char* shared = std::getenv("CATHGATE_SHARED");
  const fs::path folder = (shared ? fs::path(shared) : fs::path(CATHGATE_SOURCE_DIR) / "../shared") / "conformance";
  return fs::exists(folder) ? folder : fs::path();
}

class PublishedTest : public TrustTest {
 protected:
  void SetUp() override {
    folder_of_all_ = published();
    if (folder_of_all_.empty()) GTEST_SKIP() << "the published material is not here (CATHGATE_SHARED)";
    TrustTest::SetUp();
    config_.development_mode = true;
    config_.tenant.issuer.clear();
    start();
    HttpClient client(port_);
    schemas_ = std::make_unique<OpenApiSchemas>(client.exchange("GET", "/openapi.json")->body);
  }

  std::string read(const std::string& name) const {
    std::ifstream file(folder_of_all_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::vector<std::string> files(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_of_all_ / folder))
      if (entry.path().extension() == ".json") names.push_back(fs::relative(entry.path(), folder_of_all_).string());
    std::ranges::sort(names);
    return names;
  }
  HttpResponse call(std::string_view service, const std::string& body) { return post("", "/cds-services/" + std::string(service), body); }
  // 200 with cards, or an OperationOutcome; never a fault of the server.
  void expect_sound(const HttpResponse& response, const std::string& name) {
    EXPECT_TRUE(response.status >= 200 && response.status < 500) << name << " " << response.status << response.body;
    EXPECT_EQ(schemas_->problem(response.status == 200 ? "HookResponse" : "OperationOutcome", response.body), "") << name << response.body;
  }
  // A whole request around a published context, with a Patient of the right id.
  static std::string request_around(JsonValue file, const std::string& hook) {
    const auto context = file["context"];
    JsonWriter w;
    w.start_object().member("hook", std::string_view(hook)).member("hookInstance", "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea").key("context").value(context);
    w.key("prefetch").start_object().key("patient").start_object().member("resourceType", "Patient").member("id", context["patientId"].text());
    w.member("gender", "female").member("birthDate", "1970-01-01").end_object().end_object().end_object();
    return w.take();
  }

  fs::path folder_of_all_;
  std::unique_ptr<OpenApiSchemas> schemas_;
};

TEST_F(PublishedTest, AnswersThePublishedContextsOfItsHooks) {
  int tried = 0, ours = 0;
  for (const std::string& name : files("hooks-library")) {
    const auto file = JsonDocument::parse(read(name));
    ASSERT_TRUE(file.ok()) << name;
    const std::string hook = fs::path(name).parent_path().filename().string();
    const bool pain = hook == "patient-view" || hook == "encounter-start";
    const bool orders = hook == "order-sign" || hook == "order-select";
    for (const char* service : {"cathgate-angiography", "cathgate-chest-pain"}) {
      const auto response = call(service, request_around(file->root(), hook));
      expect_sound(response, name);
      const bool served = pain ? std::string_view(service) == "cathgate-chest-pain" : (orders || hook == "order-dispatch") && std::string_view(service) == "cathgate-angiography";
      if (!served) { EXPECT_EQ(response.status, 400) << name << ": a hook that this service does not answer"; }
      if (served && hook == "order-dispatch") { EXPECT_EQ(response.status, 412) << name << ": the order is only named"; }
      const bool r4 = name.find("stu3") == std::string::npos && name.find("dstu2") == std::string::npos;
      if (served && r4 && hook != "order-dispatch") { EXPECT_EQ(response.status, 200) << name << response.body; }
      ours += served;
    }
    ++tried;
  }
  EXPECT_EQ(tried, 24);
  EXPECT_GE(ours, 10);
}

TEST_F(PublishedTest, TakesEveryTextOfTheSpecificationAsARequest) {
  for (const char* folder : {"spec-3.0-ballot", "hapi", "argonaut-pama"})
    for (const std::string& name : files(folder))
      for (const char* service : {"cathgate-angiography", "cathgate-chest-pain"}) {
        expect_sound(call(service, read(name)), name);
        const auto feedback = post("", "/cds-services/" + std::string(service) + "/feedback", read(name));
        EXPECT_TRUE(feedback.status == 200 || feedback.status == 400) << name << feedback.body;
      }
}

TEST_F(PublishedTest, KnowsGoodRequestsFromBad) {
  EXPECT_EQ(call("cathgate-chest-pain", read("spec-3.0-ballot/02-example.json")).status, 200) << "the specification's own request";
  EXPECT_EQ(call("cathgate-chest-pain", read("spec-3.0-ballot/29-extensions.json")).status, 400) << "the example leaves patientId out, which patient-view requires";
  EXPECT_EQ(call("cathgate-angiography", read("argonaut-pama/scenario-01-outbound-request.json")).status, 200) << "an imaging order that is no angiography";
  EXPECT_EQ(call("cathgate-angiography", read("hapi/CdsServiceRequestJson.json")).status, 400) << "no hookInstance";
}

TEST_F(PublishedTest, TakesThePublishedFeedback) {
  for (const char* name : {"22-example-suggestion-accepted", "23-example-overridden-guidance-without-over", "24-example-overridden-guidance-with-overrid"}) {
    const std::string body = read("spec-3.0-ballot/" + std::string(name) + ".json");
    const auto response = post("", std::string(kTrustService) + "/feedback", body);
    EXPECT_EQ(response.status, 200) << name << response.body;
    EXPECT_EQ(schemas_->problem("Feedback", body), "") << name;
  }
}

TEST_F(PublishedTest, JudgesThePublishedResponses) {
  const auto judge = [&](const std::string& name) {
    const auto file = JsonDocument::parse(read(name));
    return cds_hooks::validate_response(file->root(), {});
  };
  EXPECT_FALSE(judge("spec-3.0-ballot/13-http-response.json"));
  EXPECT_TRUE(judge("spec-3.0-ballot/21-example.json")) << "it has no indicator";
  EXPECT_TRUE(judge("hapi/CdsServiceResponseJson.json")) << "its card lacks what is required";
  EXPECT_NE(schemas_->problem("HookResponse", read("spec-3.0-ballot/21-example.json")), "");
  EXPECT_NE(schemas_->problem("HookResponse", read("hapi/CdsServiceResponseJson.json")), "");
}

TEST_F(PublishedTest, VerifiesThePublishedToken) {
  const auto keys = cds_hooks::read_key_set(read("spec-3.0-ballot/27-json-web-key-set-public-key.json"));
  ASSERT_TRUE(keys.ok()) << keys.error().message;
  std::string token = read("spec-3.0-ballot/jwt-example.txt");
  std::erase_if(token, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  const auto parsed = cds_hooks::read_token(token);
  ASSERT_TRUE(std::holds_alternative<cds_hooks::Token>(parsed));
  const auto& claims = std::get<cds_hooks::Token>(parsed);
  ASSERT_NE(keys->find(claims.kid), nullptr);
  EXPECT_TRUE(keys->find(claims.kid)->verify(token, claims.signature_bytes));
  token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(keys->find(claims.kid)->verify(token, claims.signature_bytes));
  const cds_hooks::ClaimRules rules{claims.audience.at(0), claims.jku, 60, 3600};
  EXPECT_EQ(cds_hooks::check_claims(claims, rules, kTrustNow), cds_hooks::TokenProblem::expired);
  EXPECT_EQ(cds_hooks::check_claims(claims, rules, claims.issued), cds_hooks::TokenProblem::lifetime) << "three and a half years";
  EXPECT_TRUE(cds_hooks::read_key_set(read("sandbox/jwks-public.json")).ok());
}

}  // namespace
}  // namespace cathgate::test
