// The configuration: one TOML file, every key documented in deploy/cathgate.example.toml, whose values are the defaults.
// An unknown key, a wrong type or a value out of range is an error, and all of them are reported at once.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/http/http_limits.h"
#include "cds-hooks/logging.h"
#include "core/result.h"
#include "models/endotype_calibration.h"
#include "models/endotype_information.h"
#include "models/recalibration.h"

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
  std::string language;  // empty: the request decides
  std::string guideline = "esc-2024";  // an id of engine/guidelines.json
  std::vector<std::string> tests{"calcium_score", "ccta", "exercise_ecg", "stress_echo", "spect", "pet", "stress_cmr", "ffr_ct"};
  bool suggestions = true;
  std::string source_url;
  std::string assess_url;  // where this site reaches /assess: cards link there; empty: no link
  // Trust: whose calls are this tenant's. An empty issuer: none, except in development mode.
  std::string issuer;
  std::string issuer_tenant;  // the `tenant` claim, where one issuer serves several sites; empty: not looked at
  std::string jwks_url;       // where its keys are fetched, and the only `jku` that a token may name
  std::string jwks_file;      // its keys, exchanged by hand: nothing is fetched then
  // Read-back: the only FHIR bases that are asked, and the private networks ("10.1.0.0/16") in which they may lie.
  std::vector<std::string> fhir_servers;
  std::vector<std::string> private_networks;
  bool enabled = true;  // the kill switch: off, every answer is `cards: []`
  bool silent = false;  // assessed and recorded, but `cards: []` goes out
  std::size_t requests_per_second = 0;  // 0: no limit
  std::size_t retention_days = 0;       // of payloads; 0: for ever
  struct Endotype {
    bool card = true;
    bool posterior = false;
    bool research = false;
    bool ranking = false;
    bool own_reference = false;
    bool invasive_testing = true;
    bool doppler_echo = true;
    std::string rule_set = "esc-2024";
    std::string calibration;  // a file; empty: none
    std::array<std::uint32_t, models::kEndotypeTests> test_costs{};  // in any one unit; all 0: Cathgate's defaults
    std::optional<models::SiteCalibration> site;  // what it holds
  } endotype;
  std::string recalibration;  // a file that `cathgate recalibrate` made; empty: the learned score decides nothing
  std::shared_ptr<const models::Recalibration> local_score;  // that file, read by load_config
};

struct TrustConfig {
  std::string public_url;  // what clients call this server by, "https://cathgate.example"; the audience begins with it
  std::chrono::seconds clock_skew{60};
  std::chrono::seconds max_lifetime{3'600};
  std::chrono::seconds jwks_refresh{3'600};
  std::chrono::seconds jwks_pause{30};  // between two fetches of one key set, whatever asks for them
  std::string seen_database;            // empty: see place_files()
};

// Calls that go out: to FHIR servers and for key sets.
struct ReadBackConfig {
  std::string ca_file;  // PEM: who vouches for the servers; empty: the system's list
  std::chrono::milliseconds deadline{2'000};  // of the whole answer when something has to be read back
  std::size_t max_connections = 16;           // to one FHIR base
  std::size_t max_pages = 10;                 // of one key
  std::size_t max_response_bytes = 8 << 20;
  std::size_t breaker_failures = 5;
  std::chrono::milliseconds breaker_pause{10'000};
};

struct TlsConfig {
  std::string certificate;  // PEM, the chain; empty: plain HTTP
  std::string key;          // PEM
  std::string client_ca;    // PEM; given: clients must show a certificate of it
};

// Pages for a browser. /demo belongs to development mode and has no switch.
struct PagesConfig {
  bool assess = false;
  std::string token_url;  // empty, a path of this server, or an address: see docs/decisions/0011-pages.md
};

struct Config {
  bool development_mode = false;
  std::string knowledge_root;  // empty: found beside the program
  std::string site_rules;      // folder of the site's own rules; empty: none
  HttpOptions server;
  std::size_t workers = 2;
  std::size_t worker_queue = 256;
  std::chrono::milliseconds drain_timeout{10'000};
  TlsConfig tls;
  TrustConfig trust;
  ReadBackConfig read_back;
  LedgerConfig ledger;
  TenantConfig tenant;                // of development mode, and what each of `tenants` starts from
  std::vector<TenantConfig> tenants;  // [[tenants]]
  PagesConfig pages;
  bool chest_pain_service = false;
  LogLevel log_level = LogLevel::info;
};

// Reads TOML text; `name` is the file's name for the errors ("site.toml:12: server.prot").
Loaded<Config> read_config(std::string_view text, const std::string& name);
Loaded<Config> load_config(const std::string& path);

// Every key that the program knows, as "server.port".
std::vector<std::string> config_keys();

// What stands in the way of serving: a production server needs a tenant with an issuer and the address it is called by.
std::vector<Error> check_servable(const Config& config);

// Fills in the ledger's paths that were left empty: `state_home`/cathgate/cathgate.db when `state_home` (the environment's
// XDG_STATE_HOME) is given, otherwise var/cathgate.db below the current directory.
void place_files(LedgerConfig& ledger, std::string_view state_home);
// The same for the database of the tokens that were seen: beside a SQLite ledger, inside a PostgreSQL one.
void place_files(TrustConfig& trust, const LedgerConfig& ledger);

}  // namespace cathgate::cds_hooks
