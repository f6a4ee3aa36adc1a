// The configuration: one TOML file, every key documented in deploy/cathgate.example.toml, whose values are the defaults.
// An unknown key, a wrong type or a value out of range is an error, and all of them are reported at once.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/http_limits.h"
#include "cds-hooks/logging.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

struct LedgerConfig {
  std::string database;    // empty: see place_files()
  std::string key_file;    // empty: the database's path with ".key"
  std::string spill_file;  // empty: the database's path with ".spill"
  std::size_t queue_limit = 4096;
  std::size_t spill_limit_mb = 64;
  std::chrono::milliseconds wait{50};
  std::chrono::milliseconds feedback_wait{2'000};
};

struct TenantConfig {
  std::string id = "default";
  std::string language = "en";
  std::vector<std::string> tests{"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"};
  bool suggestions = true;
  std::string source_url;
};

struct Config {
  bool development_mode = true;
  std::string knowledge_root;  // empty: found beside the program
  HttpOptions server;
  std::size_t workers = 2;
  std::size_t worker_queue = 256;
  std::chrono::milliseconds drain_timeout{10'000};
  LedgerConfig ledger;
  TenantConfig tenant;
  bool chest_pain_service = false;
  LogLevel log_level = LogLevel::info;
};

// Reads TOML text; `name` is the file's name for the errors ("site.toml:12: server.prot").
Loaded<Config> read_config(std::string_view text, const std::string& name);
Loaded<Config> load_config(const std::string& path);

// Every key that the program knows, as "server.port".
std::vector<std::string> config_keys();

// Fills in the ledger's paths that were left empty: `state_home`/cathgate/cathgate.db when `state_home` (the environment's
// XDG_STATE_HOME) is given, otherwise var/cathgate.db below the current directory.
void place_files(LedgerConfig& ledger, std::string_view state_home);

}  // namespace cathgate::cds_hooks
