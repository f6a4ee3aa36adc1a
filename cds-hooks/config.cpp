#include "cds-hooks/config.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cds-hooks/config_reader.h"
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

void read_tenant(ConfigReader& reader, TenantConfig& tenant) {
  reader.read("tenant.id", tenant.id);
  reader.read("tenant.language", tenant.language);
  reader.read("tenant.tests", tenant.tests);
  reader.read("tenant.suggestions", tenant.suggestions);
  reader.read("tenant.source_url", tenant.source_url);
  if (tenant.id.empty()) reader.complain("tenant.id", "must not be empty");
  if (tenant.language.empty()) reader.complain("tenant.language", "must not be empty");
  const bool absolute = tenant.source_url.starts_with("https://") || tenant.source_url.starts_with("http://");
  if (!tenant.source_url.empty() && !absolute) reader.complain("tenant.source_url", "must be an http or https address");
  for (const std::string& test : tenant.tests) {
    if (!read_test(test)) reader.complain("tenant.tests", "\"" + test + "\" is not a test that Cathgate knows");
  }
}

void read_all(ConfigReader& reader, Config& config) {
  reader.read("development_mode", config.development_mode);
  reader.read("knowledge.root", config.knowledge_root);
  read_server(reader, config);
  read_ledger(reader, config.ledger);
  read_tenant(reader, config.tenant);
  reader.read("services.chest_pain", config.chest_pain_service);
  auto level = static_cast<std::size_t>(config.log_level);
  reader.read_choice("log.level", level, {"debug", "info", "warning", "error"});
  config.log_level = static_cast<LogLevel>(level);
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
  if (file && text) return read_config(text.str(), path);
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

void place_files(LedgerConfig& ledger, std::string_view state_home) {
  if (ledger.database.empty()) {
    ledger.database = state_home.empty() ? std::string("var/cathgate.db") : std::string(state_home) + "/cathgate/cathgate.db";
  }
  const std::string base = ledger.database.substr(ledger.database.starts_with("sqlite3://") ? 10 : 0);
  if (ledger.key_file.empty()) ledger.key_file = base + ".key";
  if (ledger.spill_file.empty()) ledger.spill_file = base + ".spill";
}

}  // namespace cathgate::cds_hooks
