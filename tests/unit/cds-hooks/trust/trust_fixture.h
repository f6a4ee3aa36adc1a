// The endpoints behind a real trust: tenants with issuers, keys, a memory of tokens, a clock that the test sets. The body
// "{}" is no hook call: 400 means that the caller was let in, 401 that it was not.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "cds-hooks/endpoints.h"
#include "cds-hooks/http/listener.h"
#include "cds-hooks/trust/trust.h"
#include "tests/unit/cds-hooks/hooks/fake_ledger.h"
#include "tests/support/http_client.h"
#include "tests/support/server_process.h"
#include "token_maker.h"

namespace cathgate::test {

constexpr UnixSeconds kTrustNow = 1795507200;  // 2026-11-24T08:00:00Z
constexpr std::string_view kTrustService = "/cds-services/cathgate-angiography";
constexpr std::string_view kPublicUrl = "https://cathgate.example";
constexpr std::string_view kIssuer = "https://ehr.example";
constexpr std::string_view kHeader = R"({"alg":"ES384","typ":"JWT","kid":"k1"})";

class TrustTest : public testing::Test {
 protected:
  void SetUp() override {
    write_keys(jwk_set({ec_jwk(key_, "P-384", "k1")}));
    config_.tenant.id = "first";
    config_.tenant.issuer = kIssuer;
    config_.tenant.jwks_file = file("jwks.json");
  }
  void TearDown() override { stop(); }

  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  void write_keys(const std::string& text) { std::ofstream(file("jwks.json")) << text; }

  // Changes to config_ and key_options_ count when they come before.
  void start() {
    tenants_ = std::make_unique<cds_hooks::TenantStore>(config_);
    outbound_ = cds_hooks::Outbound::start(outbound_options_).value();
    keys_ = std::make_unique<cds_hooks::KeyCache>(*outbound_, key_options_, [this](std::string_view, std::string_view) { ++failed_fetches_; });
    auto seen = store::SeenTokens::open({.database = file("seen.db"), .queue_limit = 4096, .row_limit = row_limit_});
    ASSERT_TRUE(seen.ok()) << seen.error().message;
    seen_ = std::move(seen).value();
    workers_ = std::make_unique<cds_hooks::WorkerPool>(2, 64);
    trust_.reset(new cds_hooks::TrustContext{*tenants_, *keys_, seen_.get(), *workers_, metrics_, std::string(kPublicUrl), 60, 3600, [this] { return now_.load(); }, {}});
    context_ = std::unique_ptr<cds_hooks::ServiceContext>(new cds_hooks::ServiceContext{knowledge_, ledger_, *workers_, metrics_, {}});
    context_->now = [this] { return now_.load(); };
    context_->authorize = cds_hooks::make_authorize(*trust_);
    read_back_ = std::make_unique<cds_hooks::ReadBack>(*outbound_, read_back_options_);
    context_->read_back = read_back_.get();
    context_->chest_pain_service = true;
    context_->read_back_deadline = read_back_deadline_;
    cds_hooks::HttpOptions options;
    options.port = 0;
    options.limits.request_deadline = request_deadline_;
    if (knowledge_.current().knowledge == nullptr) {
      for (const Error& error : knowledge_.load(CATHGATE_SOURCE_DIR)) ADD_FAILURE() << error.where << ": " << error.message;
    }
    server_ = std::make_unique<cds_hooks::HttpServer>(options, cds_hooks::make_router(*context_),
                                                      cds_hooks::HttpObserver{[](const cds_hooks::RequestRecord&) {}, {}});
    port_ = *server_->start();
  }
  void stop() {
    if (!server_) return;
    server_->stop(std::chrono::seconds(2));
    workers_->join();
    outbound_->stop();
    seen_->close();
    server_.reset();
    seen_.reset();
  }

  static std::string payload(std::string_view changes = "", std::string_view aud = kTrustService, std::string jti = "") {
    static std::atomic<int> count{0};
    if (jti.empty()) jti = "jti-" + std::to_string(++count);
    return R"({"iss":")" + std::string(kIssuer) + R"(","aud":")" + std::string(kPublicUrl) + std::string(aud) + R"(","iat":)" +
           std::to_string(kTrustNow) + R"(,"exp":)" + std::to_string(kTrustNow + 300) + R"(,"jti":")" + jti + "\"" + std::string(changes) + "}";
  }
  // The payload with one member replaced by `value` (JSON), or left out when it is empty.
  static std::string payload_with(std::string_view name, std::string_view value) {
    const auto document = JsonDocument::parse(payload());
    JsonWriter w;
    w.start_object();
    for (const auto member : document->root().members())
      if (member.name() != name) w.key(member.name()).value(member.value());
    if (!value.empty()) w.key(name).raw(value);
    return w.end_object().take();
  }
  std::string good(std::string_view changes = "") { return es384_token(key_, kHeader, payload(changes)); }

  HttpResponse post(const std::string& authorization_lines, std::string_view path = kTrustService, std::string_view body = "{}") {
    HttpClient client(port_);
    client.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + authorization_lines +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    return client.receive();
  }
  int status(const std::string& token, std::string_view path = kTrustService) { return post("Authorization: Bearer " + token + "\r\n", path).status; }
  // 401 with the one body and header that every refusal has.
  void expect_refused(const std::string& token, const std::string& what, std::string_view path = kTrustService) {
    const auto response = post("Authorization: Bearer " + token + "\r\n", path);
    EXPECT_EQ(response.status, 401) << what;
    EXPECT_EQ(response.body, refusal_) << what;
    EXPECT_TRUE(response.has("WWW-Authenticate: Bearer")) << what;
  }
  void expect_admitted(const std::string& token, const std::string& what) { EXPECT_EQ(status(token), 400) << what; }

  const std::string refusal_ =
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login","details":{"text":"The call is not authorised."},)"
      R"("diagnostics":"401 Unauthorized at http.Authorization","location":["http.Authorization"]}]})";
  TemporaryFolder folder_{"trust"};
  Pkey key_ = make_ec("P-384");
  cds_hooks::Config config_;
  cds_hooks::OutboundOptions outbound_options_;
  cds_hooks::KeyCacheOptions key_options_;
  cds_hooks::ReadBackOptions read_back_options_;
  std::chrono::milliseconds read_back_deadline_{5'000};
  std::chrono::milliseconds request_deadline_{5'000};  // for sanitizer builds
  std::int64_t row_limit_ = 1'000'000;
  std::atomic<UnixSeconds> now_{kTrustNow};
  std::atomic<int> failed_fetches_{0};
  inline static cds_hooks::KnowledgeStore knowledge_{cds_hooks::DiscoveryOptions{}};
  FakeLedger ledger_;
  cds_hooks::Metrics metrics_;
  std::unique_ptr<cds_hooks::TenantStore> tenants_;
  std::unique_ptr<cds_hooks::Outbound> outbound_;
  std::unique_ptr<cds_hooks::KeyCache> keys_;
  std::unique_ptr<store::SeenTokens> seen_;
  std::unique_ptr<cds_hooks::WorkerPool> workers_;
  std::unique_ptr<cds_hooks::TrustContext> trust_;
  std::unique_ptr<cds_hooks::ReadBack> read_back_;
  std::unique_ptr<cds_hooks::ServiceContext> context_;
  std::unique_ptr<cds_hooks::HttpServer> server_;
  unsigned short port_ = 0;
};

}  // namespace cathgate::test
