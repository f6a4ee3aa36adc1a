#include "cds-hooks/read-back/read_back_plan.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "cds-hooks/hooks/prefetch_state.h"
#include "cds-hooks/trust/scopes.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kPatientToken = "{{context.patientId}}";
constexpr std::int64_t kLongestLife = 3'600;

std::string_view without_slash(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

bool is_server_of(const TenantConfig& tenant, std::string_view server) {
  return std::ranges::any_of(tenant.fhir_servers, [&](const std::string& known) { return without_slash(known) == without_slash(server); });
}

// The template with its token filled in; empty when it holds another token.
std::string fill_in(std::string_view query, std::string_view patient_id) {
  std::string filled;
  for (auto at = query.find(kPatientToken); at != std::string_view::npos; at = query.find(kPatientToken)) {
    filled += percent_encode_reference(query.substr(0, at));
    filled += percent_encode(patient_id);
    query.remove_prefix(at + kPatientToken.size());
  }
  if (query.find("{{") != std::string_view::npos) return {};
  return filled + percent_encode_reference(query);
}

void plan_key(ReadBackPlan& plan, const std::string& key, const std::string& query, JsonValue value, std::string_view scopes) {
  const PrefetchState state = judge_prefetch(value, query, plan.patient_id);
  if (!prefetch_rule(state).read_back) return;
  KeyQuery wanted;
  wanted.key = key;
  wanted.type = template_type(query);
  wanted.instance = reads_instance(query);
  const ScopeCover cover = scope_cover(scopes, wanted.type, !wanted.instance);
  if (cover == ScopeCover::none) {
    if (state != PrefetchState::paged) plan.refused.push_back({key, ReadBackFailure::not_permitted, {}});
    return;
  }
  wanted.restricted = cover == ScopeCover::restricted;
  if (state == PrefetchState::paged) {
    wanted.url = next_link(value);
    wanted.first_page = JsonWriter().value(value).take();
  } else {
    const std::string filled = fill_in(query, plan.patient_id);
    if (filled.empty()) return;
    wanted.url = std::string(without_slash(plan.base)) + "/" + filled;
  }
  plan.queries.push_back(std::move(wanted));
}

}  // namespace

std::string_view read_back_failure_name(ReadBackFailure failure) {
  static constexpr std::array<std::string_view, kReadBackFailures> kNames{"none", "not_permitted", "late", "unreachable", "faulty"};
  return kNames[static_cast<std::size_t>(failure)];
}

ReadBackPlan::~ReadBackPlan() { OPENSSL_cleanse(token.data(), token.size()); }

ReadBackPlan plan_read_back(JsonValue root, const std::vector<std::string_view>& orders, const HookRequest& request, const fhir::Terms& terms, const TenantPtr& tenant) {
  ReadBackPlan plan;
  const auto authorization = root["fhirAuthorization"];
  const auto server = root["fhirServer"].text();
  if (!tenant || !authorization.is_object() || !is_server_of(tenant->config, server)) return plan;
  plan.tenant = tenant;
  plan.base = server;
  plan.token = authorization["access_token"].text();
  plan.patient_id = request.patient_id;
  plan.token_life = std::chrono::seconds(std::clamp<std::int64_t>(authorization["expires_in"].integer().value_or(0), 0, kLongestLife));
  for (const auto& [key, query] : terms.prefetch_templates()) plan_key(plan, key, query, request.prefetch[key], authorization["scope"].text());
  for (const auto order : orders) plan_key(plan, std::string(order), std::string(order), {}, authorization["scope"].text());
  // Without the Patient there is no answer, so nothing else is asked for.
  if (std::ranges::find(plan.refused, "patient", &FetchedKey::key) != plan.refused.end()) plan.queries.clear();
  return plan;
}

std::string merge_prefetch(JsonValue prefetch, const std::vector<FetchedKey>& fetched) {
  const auto replaced = [&](std::string_view key) {
    return std::ranges::any_of(fetched, [&](const FetchedKey& one) { return one.key == key && one.failure == ReadBackFailure::none; });
  };
  JsonWriter w;
  w.start_object();
  for (const auto member : prefetch.members())
    if (!replaced(member.name())) w.key(member.name()).value(member.value());
  for (const FetchedKey& one : fetched)
    if (one.failure == ReadBackFailure::none) w.key(one.key).raw(one.body);
  return w.end_object().take();
}

DataIssue issue_of(const FetchedKey& key, const Phrases& english) {
  static constexpr std::array<std::string_view, kReadBackFailures> kCodes{"read_back.faulty", "read_back.not_permitted", "read_back.late", "read_back.unreachable", "read_back.faulty"};
  const auto code = kCodes[static_cast<std::size_t>(key.failure)];
  return {DataIssue::Kind::ignored, "prefetch." + key.key, std::string(code), std::string(english.find("issue.", code)), kNoFact, {}, 1};
}

}  // namespace cathgate::cds_hooks
