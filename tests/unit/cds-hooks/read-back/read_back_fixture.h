// A hook call without prefetch, and a FHIR server that holds the record of a case: what the two must give is the card of the
// case. Every answer of the FHIR server can be replaced.
#pragma once

#include <map>
#include <mutex>

#include "cds-hooks/hooks/prefetch_state.h"
#include "tests/support/fake_server.h"
#include "tests/unit/cds-hooks/trust/trust_fixture.h"

namespace cathgate::test {

class ReadBackTest : public TrustTest {
 protected:
  static constexpr const char* kCase = "test-first-moderate";

  void SetUp() override {
    TrustTest::SetUp();
    config_.development_mode = true;
    config_.tenant.issuer.clear();
    config_.tenant.private_networks = {"127.0.0.0/8"};
    auto file = load_json_file(std::string(CATHGATE_SOURCE_DIR) + "/tests/cases/" + kCase + ".json");
    ASSERT_TRUE(file.ok());
    case_.emplace(std::move(*file));
    if (knowledge_.current().knowledge == nullptr) {
      for (const Error& error : knowledge_.load(CATHGATE_SOURCE_DIR)) ADD_FAILURE() << error.where << ": " << error.message;
    }
    fill_record();
    fhir_ = std::make_unique<FakeServer>([this](const FakeRequest& request) { return reply_to(request); });
    config_.tenant.fhir_servers = {fhir_->url("/r4")};
  }
  void TearDown() override {
    stop();
    fhir_.reset();
  }

  JsonValue request() const { return case_->root()["request"]; }
  std::string patient() const { return std::string(request()["context"]["patientId"].text()); }

  // The path and query by which Cathgate asks for a key.
  std::string target_of(const std::string& key, const std::string& base = "/r4/") const {
    for (const auto& [name, query] : knowledge_.current().knowledge->terms.prefetch_templates()) {
      if (name != key) continue;
      std::string filled = query;
      const std::string token = "{{context.patientId}}";
      filled.replace(filled.find(token), token.size(), patient());
      return base + cds_hooks::percent_encode_reference(filled);
    }
    return {};
  }
  void reply_with(const std::string& target, std::vector<FakeReply> replies) {
    const std::lock_guard lock(mutex_);
    served_[target] = 0;
    replies_[target] = std::move(replies);  // one after the other; the last stays
  }
  // How often a target was asked for.
  std::size_t asked(const std::string& target) const {
    const auto all = fhir_->requests();
    return static_cast<std::size_t>(std::ranges::count(all, target, &FakeRequest::target));
  }

  struct Call {
    std::string prefetch{};  // JSON; empty: none
    std::string scope = "patient/*.read";
    std::string server{};    // empty: the tenant's first
    std::string patient{};   // fhirAuthorization.patient; empty: none
    int expires_in = 300;
    bool authorised = true;
  };
  std::string body_of(const Call& call) const {
    JsonWriter w;
    w.start_object();
    for (const auto member : request().members())
      if (member.name() != "prefetch" && member.name() != "fhirServer" && member.name() != "fhirAuthorization") w.key(member.name()).value(member.value());
    w.member("fhirServer", std::string_view(call.server.empty() ? config_.tenant.fhir_servers[0] : call.server));
    if (call.authorised) {
      w.key("fhirAuthorization").start_object().member("access_token", kToken).member("token_type", "Bearer").member("expires_in", call.expires_in);
      w.member("scope", std::string_view(call.scope)).member("subject", "cathgate");
      if (!call.patient.empty()) w.member("patient", std::string_view(call.patient));
      w.end_object();
    }
    if (!call.prefetch.empty()) w.key("prefetch").raw(call.prefetch);
    return w.end_object().take();
  }
  HttpResponse ask(const Call& call) { return post("", kTrustService, body_of(call)); }
  HttpResponse ask_whole() { return post("", kTrustService, JsonWriter().value(request()).take()); }
  // The prefetch of the case, with null for what it does not hold, without some keys.
  std::string prefetch_without(std::initializer_list<std::string_view> keys) const {
    JsonWriter w;
    w.start_object();
    for (const auto& [key, query] : knowledge_.current().knowledge->terms.prefetch_templates()) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      const auto value = request()["prefetch"][key];
      if (value.is_missing()) w.key(key).null();
      else w.key(key).value(value);
    }
    return w.end_object().take();
  }
  std::string given(const std::string& key) const { return JsonWriter().value(request()["prefetch"][key]).take(); }
  static std::string empty_bundle() { return R"({"resourceType":"Bundle","type":"searchset","total":0,"entry":[]})"; }

  static constexpr std::string_view kToken = "s3cret-access-token";
  std::optional<JsonDocument> case_;
  std::unique_ptr<FakeServer> fhir_;

 private:
  void fill_record() {
    for (const auto& [key, query] : knowledge_.current().knowledge->terms.prefetch_templates()) {
      const auto value = request()["prefetch"][key];
      const bool there = value.is_object();
      replies_[target_of(key)] = {FakeReply{.body = there ? given(key) : empty_bundle()}};
    }
  }
  FakeReply reply_to(const FakeRequest& asked_for) {
    const std::lock_guard lock(mutex_);
    const auto found = replies_.find(asked_for.target);
    if (found == replies_.end()) return {.status = 404, .body = R"({"resourceType":"OperationOutcome"})"};
    const std::size_t at = std::min(served_[asked_for.target]++, found->second.size() - 1);
    return found->second[at];
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<FakeReply>> replies_;
  std::map<std::string, std::size_t> served_;
};

}  // namespace cathgate::test
