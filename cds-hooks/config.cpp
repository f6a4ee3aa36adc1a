#include "cds-hooks/config.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cds-hooks/config_reader.h"
#include "cds-hooks/http/web_address.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::int64_t kHour = 3'600'000;  // milliseconds

void read_server(ConfigReader& reader, Config& config) {
  HttpOptions& server = config.server;
  HttpLimits& limits = server.limits;
  reader.read("server.address", server.address);
  reader.read("server.port", server.port, 0, 65'535);
  reader.read("server.public_host", server.public_host);
  reader.read("server.io_threads", server.io_threads, 1, 64);
  reader.read("server.workers", config.workers, 1, 256);
  reader.read("server.worker_queue", config.worker_queue, 1, 100'000);
  reader.read("server.max_connections", limits.max_connections, 1, 100'000);
  reader.read("server.max_header_bytes", limits.max_header_bytes, 1'024, 65'536);
  reader.read("server.max_header_fields", limits.max_header_fields, 8, 1'000);
  reader.read("server.max_body_bytes", limits.max_body_bytes, 1'024, 256 * 1024 * 1024);
  reader.read("server.header_timeout_ms", limits.header_timeout, 50, kHour);
  reader.read("server.body_timeout_ms", limits.body_timeout, 50, kHour);
  reader.read("server.write_timeout_ms", limits.write_timeout, 50, kHour);
  reader.read("server.idle_timeout_ms", limits.idle_timeout, 50, kHour);
  reader.read("server.deadline_ms", limits.request_deadline, 10, 60'000);
  reader.read("server.drain_timeout_ms", config.drain_timeout, 0, kHour);
  reader.read("server.cors_origins", server.cors_origins);
}

void read_ledger(ConfigReader& reader, LedgerConfig& ledger) {
  reader.read("ledger.database", ledger.database);
  reader.read("ledger.key_file", ledger.key_file);
  reader.read("ledger.spill_file", ledger.spill_file);
  reader.read("ledger.queue_limit", ledger.queue_limit, 1, 1'000'000);
  reader.read("ledger.spill_limit_mb", ledger.spill_limit_mb, 0, 100'000);
  reader.read("ledger.wait_ms", ledger.wait, 1, 10'000);
  reader.read("ledger.feedback_wait_ms", ledger.feedback_wait, 10, 60'000);
}

// Costs of one unit: all of them or none.
void read_test_costs(ConfigReader& reader, const std::string& at, TenantConfig::Endotype& endotype) {
  std::size_t given = 0;
  for (std::size_t t = 0; t < models::kEndotypeTests; ++t) {
    reader.read(at + std::string(models::endotype_test_name(static_cast<models::EndotypeTest>(t))), endotype.test_costs[t], 0, 1'000'000'000);
    given += endotype.test_costs[t] > 0;
  }
  if (given > 0 && given < models::kEndotypeTests) reader.complain(at + "exercise_ecg", "costs are compared with each other: set all of them or none");
}

void read_endotype(ConfigReader& reader, const std::string& at, TenantConfig::Endotype& endotype) {
  reader.read(at + "card", endotype.card);
  reader.read(at + "posterior", endotype.posterior);
  reader.read(at + "research", endotype.research);
  reader.read(at + "ranking", endotype.ranking);
  reader.read(at + "own_reference", endotype.own_reference);
  reader.read(at + "invasive_testing", endotype.invasive_testing);
  reader.read(at + "doppler_echo", endotype.doppler_echo);
  reader.read(at + "rule_set", endotype.rule_set);
  reader.read(at + "calibration", endotype.calibration);
  read_test_costs(reader, at + "test_costs.", endotype);
  const bool known_set = endotype.rule_set == "esc-2024" || endotype.rule_set == "eapci-2020" || endotype.rule_set == "aha-2021";
  if (!known_set) reader.complain(at + "rule_set", "must be esc-2024, eapci-2020 or aha-2021");
  if (!endotype.posterior && (endotype.research || endotype.ranking)) reader.complain(at + "posterior", "research and ranking need the posterior");
  if (endotype.calibration.empty()) return;
  const auto file = load_json_file(endotype.calibration);
  auto site = file ? models::read_endotype_calibration(file->root()) : Result<models::SiteCalibration>(file.error());
  if (site) endotype.site = std::move(*site);
  else reader.complain(at + "calibration", site.error().message);
}

bool is_http(const std::string& text) { return text.starts_with("https://") || text.starts_with("http://"); }

void check_tenant(ConfigReader& reader, const std::string& at, const TenantConfig& tenant) {
  if (tenant.guideline.empty()) reader.complain(at + "guideline", "must not be empty");
  if (tenant.id.empty()) reader.complain(at + "id", "must not be empty");
  if (!tenant.source_url.empty() && !is_http(tenant.source_url)) reader.complain(at + "source_url", "must be an http or https address");
  if (!tenant.jwks_url.empty() && !is_http(tenant.jwks_url)) reader.complain(at + "jwks_url", "must be an http or https address");
  if (!tenant.assess_url.empty() && !is_http(tenant.assess_url)) reader.complain(at + "assess_url", "must be an http or https address");
  for (const std::string& test : tenant.tests) {
    if (!read_test(test)) reader.complain(at + "tests", "\"" + test + "\" is not a test that Cathgate knows");
  }
  for (const std::string& server : tenant.fhir_servers) {
    if (!read_web_address(server)) reader.complain(at + "fhir_servers", "\"" + server + "\" is not an http or https address without query");
  }
  for (const std::string& network : tenant.private_networks) {
    if (!read_network(network)) reader.complain(at + "private_networks", "\"" + network + "\" is not a network such as 10.1.0.0/16");
  }
  if (!tenant.issuer.empty() && tenant.jwks_url.empty() && tenant.jwks_file.empty()) {
    reader.complain(at + "issuer", "needs jwks_url or jwks_file beside it");
  }
}

void read_tenant(ConfigReader& reader, const std::string& at, TenantConfig& tenant) {
  reader.read(at + "id", tenant.id);
  reader.read(at + "language", tenant.language);
  reader.read(at + "guideline", tenant.guideline);
  reader.read(at + "tests", tenant.tests);
  reader.read(at + "suggestions", tenant.suggestions);
  reader.read(at + "source_url", tenant.source_url);
  reader.read(at + "recalibration", tenant.recalibration);
  reader.read(at + "assess_url", tenant.assess_url);
  reader.read(at + "issuer", tenant.issuer);
  reader.read(at + "issuer_tenant", tenant.issuer_tenant);
  reader.read(at + "jwks_url", tenant.jwks_url);
  reader.read(at + "jwks_file", tenant.jwks_file);
  reader.read(at + "fhir_servers", tenant.fhir_servers);
  reader.read(at + "private_networks", tenant.private_networks);
  reader.read(at + "enabled", tenant.enabled);
  reader.read(at + "silent", tenant.silent);
  reader.read(at + "requests_per_second", tenant.requests_per_second, 0, 1'000'000);
  reader.read(at + "retention_days", tenant.retention_days, 0, 100'000);
  read_endotype(reader, at + "endotype.", tenant.endotype);
  check_tenant(reader, at, tenant);
}

// [[tenants]]: each starts from [tenant] and names what differs.
void read_tenants(ConfigReader& reader, Config& config) {
  const std::size_t count = reader.count_tables("tenants");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string at = "tenants[" + std::to_string(i) + "].";
    TenantConfig tenant = config.tenant;
    tenant.id.clear();
    read_tenant(reader, at, tenant);
    for (const TenantConfig& other : config.tenants) {
      if (other.id == tenant.id) reader.complain(at + "id", "is the id of another tenant too");
      if (other.issuer == tenant.issuer && other.issuer_tenant == tenant.issuer_tenant) {
        reader.complain(at + "issuer", "is the issuer of another tenant too; tell them apart by issuer_tenant");
      }
    }
    config.tenants.push_back(std::move(tenant));
  }
}

void read_trust(ConfigReader& reader, TrustConfig& trust) {
  reader.read("trust.public_url", trust.public_url);
  reader.read("trust.clock_skew_s", trust.clock_skew, 0, 600);
  reader.read("trust.max_lifetime_s", trust.max_lifetime, 30, 86'400);
  reader.read("trust.jwks_refresh_s", trust.jwks_refresh, 10, 86'400);
  reader.read("trust.jwks_pause_s", trust.jwks_pause, 1, 3'600);
  reader.read("trust.seen_database", trust.seen_database);
  if (!trust.public_url.empty() && (!read_web_address(trust.public_url) || trust.public_url.ends_with('/'))) {
    reader.complain("trust.public_url", "must be an http or https address without a slash at its end");
  }
}

void read_read_back(ConfigReader& reader, ReadBackConfig& read_back) {
  reader.read("read_back.ca_file", read_back.ca_file);
  reader.read("read_back.deadline_ms", read_back.deadline, 100, 60'000);
  reader.read("read_back.max_connections", read_back.max_connections, 1, 1'000);
  reader.read("read_back.max_pages", read_back.max_pages, 1, 1'000);
  reader.read("read_back.max_response_bytes", read_back.max_response_bytes, 1'024, 256 * 1024 * 1024);
  reader.read("read_back.breaker_failures", read_back.breaker_failures, 1, 1'000);
  reader.read("read_back.breaker_pause_ms", read_back.breaker_pause, 10, kHour);
}

void read_tls(ConfigReader& reader, TlsConfig& tls) {
  reader.read("server.tls_certificate", tls.certificate);
  reader.read("server.tls_key", tls.key);
  reader.read("server.tls_client_ca", tls.client_ca);
  if (tls.certificate.empty() != tls.key.empty()) reader.complain("server.tls_key", "belongs with server.tls_certificate: both or none");
  if (!tls.client_ca.empty() && tls.certificate.empty()) reader.complain("server.tls_client_ca", "needs server.tls_certificate");
}

void read_pages(ConfigReader& reader, PagesConfig& pages) {
  reader.read("pages.assess", pages.assess);
  reader.read("pages.token_url", pages.token_url);
  const bool path = pages.token_url.starts_with('/') && !pages.token_url.starts_with("//");
  if (!pages.token_url.empty() && !path && !read_web_address(pages.token_url)) {
    reader.complain("pages.token_url", "must be a path of this server (\"/sign-in/token\") or an http or https address");
  }
}

void read_all(ConfigReader& reader, Config& config) {
  reader.read("development_mode", config.development_mode);
  reader.read("knowledge.root", config.knowledge_root);
  reader.read("knowledge.site_rules", config.site_rules);
  read_server(reader, config);
  read_ledger(reader, config.ledger);
  read_tls(reader, config.tls);
  read_trust(reader, config.trust);
  read_read_back(reader, config.read_back);
  read_tenant(reader, "tenant.", config.tenant);
  read_tenants(reader, config);
  read_pages(reader, config.pages);
  reader.read("services.chest_pain", config.chest_pain_service);
  auto level = static_cast<std::size_t>(config.log_level);
  reader.read_choice("log.level", level, {"debug", "info", "warning", "error"});
  config.log_level = static_cast<LogLevel>(level);
}

void load_recalibration(TenantConfig& tenant, std::vector<Error>& errors) {
  if (tenant.recalibration.empty()) return;
  const auto document = load_json_file(tenant.recalibration);
  if (!document) return errors.push_back(document.error());
  auto read = models::read_recalibration(document->root(), tenant.recalibration);
  if (read) tenant.local_score = std::make_shared<const models::Recalibration>(std::move(read).value());
  else errors.push_back(read.error());
}

}  // namespace

Loaded<Config> read_config(std::string_view text, const std::string& name) {
  Loaded<Config> loaded;
  toml::table root;
  try {
    root = toml::parse(text, name);
  } catch (const toml::parse_error& problem) {
    const std::string line = std::to_string(problem.source().begin.line);
    loaded.errors.push_back({ErrorCode::invalid_input, name + ":" + line, std::string(problem.description())});
    return loaded;
  }
  ConfigReader reader(root, name);
  Config config;
  read_all(reader, config);
  loaded.errors = reader.finish();
  if (loaded.errors.empty()) loaded.value = std::move(config);
  return loaded;
}

Loaded<Config> load_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (file && text) {
    auto read = read_config(text.str(), path);
    if (read.ok()) {
      load_recalibration(read.value->tenant, read.errors);
      for (TenantConfig& tenant : read.value->tenants) load_recalibration(tenant, read.errors);
    }
    if (!read.errors.empty()) read.value.reset();
    return read;
  }
  Loaded<Config> loaded;
  loaded.errors.push_back({ErrorCode::not_found, path, "The configuration cannot be read."});
  return loaded;
}

std::vector<std::string> config_keys() {
  const toml::table empty;
  ConfigReader reader(empty, "");
  Config config;
  read_all(reader, config);
  return reader.known();
}

std::vector<Error> check_servable(const Config& config) {
  std::vector<Error> problems;
  if (config.development_mode) return problems;
  const auto trusted = [](const TenantConfig& tenant) { return !tenant.issuer.empty(); };
  const auto add = [&](std::string where, std::string message) { problems.push_back({ErrorCode::invalid_input, std::move(where), std::move(message)}); };
  if (!trusted(config.tenant) && !std::ranges::any_of(config.tenants, trusted)) {
    add("tenant.issuer", "no tenant has an issuer, so nobody could call; to try Cathgate without JWT, ask for development_mode = true by name");
  }
  if (config.trust.public_url.empty()) add("trust.public_url", "is needed: the audience of every JWT begins with it");
  return problems;
}

void place_files(TrustConfig& trust, const LedgerConfig& ledger) {
  if (!trust.seen_database.empty()) return;
  trust.seen_database = ledger.database.starts_with("postgresql://") ? ledger.database : ledger.database + ".tokens";
}

void place_files(LedgerConfig& ledger, std::string_view state_home) {
  if (ledger.database.empty()) {
    ledger.database = state_home.empty() ? std::string("var/cathgate.db") : std::string(state_home) + "/cathgate/cathgate.db";
  }
  std::string base = ledger.database.substr(ledger.database.starts_with("sqlite3://") ? 10 : 0);
  if (ledger.database.starts_with("postgresql://")) {
    base = state_home.empty() ? std::string("var/cathgate") : std::string(state_home) + "/cathgate/cathgate";
  }
  if (ledger.key_file.empty()) ledger.key_file = base + ".key";
  if (ledger.spill_file.empty()) ledger.spill_file = base + ".spill";
}

}  // namespace cathgate::cds_hooks
