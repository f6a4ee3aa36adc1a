#include "cds-hooks/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace cathgate::cds_hooks {
namespace {

std::string example_text() {
  std::ifstream file(std::string(CATHGATE_SOURCE_DIR) + "/deploy/cathgate.example.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string problems_of(std::string_view text) {
  std::string all;
  for (const Error& error : read_config(text, "site.toml").errors) all += error.where + " " + error.message + "\n";
  return all;
}

void expect_same(const Config& a, const Config& b) {
  EXPECT_EQ(a.development_mode, b.development_mode);
  EXPECT_EQ(a.knowledge_root, b.knowledge_root);
  EXPECT_EQ(a.server.address, b.server.address);
  EXPECT_EQ(a.server.port, b.server.port);
  EXPECT_EQ(a.server.io_threads, b.server.io_threads);
  EXPECT_EQ(a.server.public_host, b.server.public_host);
  EXPECT_EQ(a.workers, b.workers);
  EXPECT_EQ(a.worker_queue, b.worker_queue);
  EXPECT_EQ(a.drain_timeout, b.drain_timeout);
  const HttpLimits &x = a.server.limits, &y = b.server.limits;
  EXPECT_EQ(x.max_connections, y.max_connections);
  EXPECT_EQ(x.max_header_bytes, y.max_header_bytes);
  EXPECT_EQ(x.max_header_fields, y.max_header_fields);
  EXPECT_EQ(x.max_body_bytes, y.max_body_bytes);
  EXPECT_EQ(x.header_timeout, y.header_timeout);
  EXPECT_EQ(x.body_timeout, y.body_timeout);
  EXPECT_EQ(x.write_timeout, y.write_timeout);
  EXPECT_EQ(x.idle_timeout, y.idle_timeout);
  EXPECT_EQ(x.request_deadline, y.request_deadline);
  EXPECT_EQ(a.ledger.database, b.ledger.database);
  EXPECT_EQ(a.ledger.key_file, b.ledger.key_file);
  EXPECT_EQ(a.ledger.spill_file, b.ledger.spill_file);
  EXPECT_EQ(a.ledger.queue_limit, b.ledger.queue_limit);
  EXPECT_EQ(a.ledger.spill_limit_mb, b.ledger.spill_limit_mb);
  EXPECT_EQ(a.ledger.wait, b.ledger.wait);
  EXPECT_EQ(a.ledger.feedback_wait, b.ledger.feedback_wait);
  EXPECT_EQ(a.tenant.id, b.tenant.id);
  EXPECT_EQ(a.tenant.language, b.tenant.language);
  EXPECT_EQ(a.tenant.tests, b.tenant.tests);
  EXPECT_EQ(a.tenant.suggestions, b.tenant.suggestions);
  EXPECT_EQ(a.tenant.source_url, b.tenant.source_url);
  EXPECT_EQ(a.tenant.assess_url, b.tenant.assess_url);
  EXPECT_EQ(a.pages.assess, b.pages.assess);
  EXPECT_EQ(a.pages.token_url, b.pages.token_url);
  EXPECT_EQ(a.tenant.issuer, b.tenant.issuer);
  EXPECT_EQ(a.tenant.issuer_tenant, b.tenant.issuer_tenant);
  EXPECT_EQ(a.tenant.jwks_url, b.tenant.jwks_url);
  EXPECT_EQ(a.tenant.jwks_file, b.tenant.jwks_file);
  EXPECT_EQ(a.tenant.fhir_servers, b.tenant.fhir_servers);
  EXPECT_EQ(a.tenant.private_networks, b.tenant.private_networks);
  EXPECT_EQ(a.tenant.enabled, b.tenant.enabled);
  EXPECT_EQ(a.tenant.silent, b.tenant.silent);
  EXPECT_EQ(a.tenant.requests_per_second, b.tenant.requests_per_second);
  EXPECT_EQ(a.tenant.retention_days, b.tenant.retention_days);
  EXPECT_EQ(a.tenant.endotype.test_costs, b.tenant.endotype.test_costs);
  EXPECT_EQ(a.tenants.size(), b.tenants.size());
  EXPECT_EQ(a.trust.public_url, b.trust.public_url);
  EXPECT_EQ(a.trust.clock_skew, b.trust.clock_skew);
  EXPECT_EQ(a.trust.max_lifetime, b.trust.max_lifetime);
  EXPECT_EQ(a.trust.jwks_refresh, b.trust.jwks_refresh);
  EXPECT_EQ(a.trust.jwks_pause, b.trust.jwks_pause);
  EXPECT_EQ(a.trust.seen_database, b.trust.seen_database);
  EXPECT_EQ(a.read_back.ca_file, b.read_back.ca_file);
  EXPECT_EQ(a.read_back.deadline, b.read_back.deadline);
  EXPECT_EQ(a.read_back.max_connections, b.read_back.max_connections);
  EXPECT_EQ(a.read_back.max_pages, b.read_back.max_pages);
  EXPECT_EQ(a.read_back.max_response_bytes, b.read_back.max_response_bytes);
  EXPECT_EQ(a.read_back.breaker_failures, b.read_back.breaker_failures);
  EXPECT_EQ(a.read_back.breaker_pause, b.read_back.breaker_pause);
  EXPECT_EQ(a.tls.certificate, b.tls.certificate);
  EXPECT_EQ(a.tls.key, b.tls.key);
  EXPECT_EQ(a.tls.client_ca, b.tls.client_ca);
  EXPECT_EQ(a.server.cors_origins, b.server.cors_origins);
  EXPECT_EQ(a.chest_pain_service, b.chest_pain_service);
  EXPECT_EQ(a.log_level, b.log_level);
}

TEST(Config, TheExampleHoldsTheDefaults) {
  const auto loaded = load_config(std::string(CATHGATE_SOURCE_DIR) + "/deploy/cathgate.example.toml");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().where << loaded.errors.front().message;
  expect_same(*loaded.value, Config{});
}

TEST(Config, TheExampleExplainsEveryKey) {
  const std::string text = example_text();
  std::istringstream lines(text);
  std::string line, section;
  std::vector<std::string> found;
  while (std::getline(lines, line)) {
    if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1) + ".";
    else if (!line.starts_with('#') && line.find(" = ") != std::string::npos) found.push_back(section + line.substr(0, line.find(' ')));
  }
  auto keys = config_keys();
  std::ranges::sort(keys);
  std::ranges::sort(found);
  EXPECT_EQ(found, keys);
}

TEST(Config, AnEmptyFileMeansTheDefaults) {
  const auto loaded = read_config("", "site.toml");
  ASSERT_TRUE(loaded.ok());
  expect_same(*loaded.value, Config{});
  EXPECT_EQ(loaded.value->server.address, "127.0.0.1");
  EXPECT_FALSE(loaded.value->development_mode) << "a configuration asks for it by name";
}

TEST(Config, ReportsEveryProblemWithItsLine) {
  EXPECT_EQ(problems_of("developement_mode = false\n[server]\nport = 70000\nworkers = \"many\"\nprot = 1\n[tenant]\ntests = [\"ccta\", \"mri\"]\n[nowhere]\nx = 1\n"
                        "[log]\nlevel = \"loud\"\n"),
            "site.toml:1: developement_mode is not a key of the configuration\n"
            "site.toml:3: server.port must be a whole number from 0 to 65535\n"
            "site.toml:4: server.workers must be a whole number from 1 to 256\n"
            "site.toml:5: server.prot is not a key of the configuration\n"
            "site.toml:7: tenant.tests \"mri\" is not a test that Cathgate knows\n"
            "site.toml:8: nowhere is not a key of the configuration\n"
            "site.toml:11: log.level must be one of debug, info, warning, error\n");
}

TEST(Config, RefusesWrongTypes) {
  EXPECT_EQ(problems_of("server = 5\n"), "site.toml:1: server must be a table\n");
  EXPECT_EQ(problems_of("[ledger]\nwait_ms = 1.5\n"), "site.toml:2: ledger.wait_ms must be a whole number from 1 to 10000\n");
  EXPECT_EQ(problems_of("[ledger]\nwait_ms = 0\n"), "site.toml:2: ledger.wait_ms must be a whole number from 1 to 10000\n");
  EXPECT_EQ(problems_of("development_mode = \"yes\"\n"), "site.toml:1: development_mode must be true or false\n");
  EXPECT_EQ(problems_of("[tenant]\ntests = \"ccta\"\n"), "site.toml:2: tenant.tests must be a list of texts in quotes\n");
  EXPECT_EQ(problems_of("[tenant]\nassess_url = \"javascript:x\"\n"), "site.toml:2: tenant.assess_url must be an http or https address\n");
  for (const char* bad : {"//elsewhere/token", "token", "javascript:x", "https://a b/"}) {
    EXPECT_NE(problems_of("[pages]\ntoken_url = \"" + std::string(bad) + "\"\n"), "") << bad;
  }
  for (const char* good : {"", "/sign-in/token", "https://sign-in.example/token"}) {
    EXPECT_EQ(problems_of("[pages]\ntoken_url = \"" + std::string(good) + "\"\n"), "") << good;
  }
  EXPECT_EQ(problems_of("[tenant]\nsource_url = \"javascript:x\"\n"), "site.toml:2: tenant.source_url must be an http or https address\n");
}

TEST(Config, EachTenantStartsFromTheFirstAndNamesWhatDiffers) {
  const auto loaded = read_config("[tenant]\nlanguage = \"es\"\ntests = [\"ccta\"]\n[[tenants]]\nid = \"a\"\nissuer = \"https://a.example\"\njwks_file = \"a.json\"\n"
                                  "[[tenants]]\nid = \"b\"\nissuer = \"https://b.example\"\njwks_url = \"https://b.example/jwks\"\nlanguage = \"en\"\nsilent = true\n", "site.toml");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.front().where << loaded.errors.front().message;
  ASSERT_EQ(loaded.value->tenants.size(), 2u);
  EXPECT_EQ(loaded.value->tenants[0].language, "es");
  EXPECT_EQ(loaded.value->tenants[0].tests, std::vector<std::string>{"ccta"});
  EXPECT_FALSE(loaded.value->tenants[0].silent);
  EXPECT_EQ(loaded.value->tenants[1].language, "en");
  EXPECT_TRUE(loaded.value->tenants[1].silent);
}

TEST(Config, RefusesTenantsThatCannotBe) {
  EXPECT_EQ(problems_of("[[tenants]]\nname = \"a\"\n"), "site.toml:0: tenants[0].id must not be empty\nsite.toml:2: tenants[0].name is not a key of the configuration\n");
  EXPECT_EQ(problems_of("tenants = 1\n"), "site.toml:1: tenants must be tables: [[tenants]]\nsite.toml:1: tenants is not a key of the configuration\n");
  EXPECT_EQ(problems_of("[tenant]\nissuer = \"https://a.example\"\n"), "site.toml:2: tenant.issuer needs jwks_url or jwks_file beside it\n");
  EXPECT_EQ(problems_of("[tenant]\nfhir_servers = [\"https://u:p@a.example/r4\"]\n"),
            "site.toml:2: tenant.fhir_servers \"https://u:p@a.example/r4\" is not an http or https address without query\n");
  EXPECT_EQ(problems_of("[tenant]\nprivate_networks = [\"10.0.0.0/33\"]\n"), "site.toml:2: tenant.private_networks \"10.0.0.0/33\" is not a network such as 10.1.0.0/16\n");
  const std::string one = "[[tenants]]\nid = \"a\"\nissuer = \"https://a.example\"\njwks_file = \"a.json\"\n";
  EXPECT_EQ(problems_of(one + one), "site.toml:6: tenants[1].id is the id of another tenant too\n"
                                    "site.toml:7: tenants[1].issuer is the issuer of another tenant too; tell them apart by issuer_tenant\n");
  EXPECT_EQ(problems_of("[server]\ntls_certificate = \"a.pem\"\n"), "site.toml:0: server.tls_key belongs with server.tls_certificate: both or none\n");
}

TEST(Config, AProductionServerNeedsAnIssuerAndItsOwnAddress) {
  Config config;
  EXPECT_EQ(check_servable(config).size(), 2u);
  config.development_mode = true;
  EXPECT_TRUE(check_servable(config).empty());
  config.development_mode = false;
  config.trust.public_url = "https://cathgate.example";
  config.tenants.emplace_back().issuer = "https://a.example";
  EXPECT_TRUE(check_servable(config).empty());
}

// Costs are compared with each other: a site sets all of them or none.
TEST(Config, CostsOfTestsStandTogether) {
  const std::string all = "exercise_ecg = 90\nttde = 600\nstress_echo = 250\nccta = 300\nstress_cmr = 700\npet = 400\n";
  EXPECT_NE(problems_of("[tenant.endotype.test_costs]\n" + all).find("set all of them or none"), std::string::npos);
  const auto read = read_config("[tenant.endotype.test_costs]\n" + all + "invasive_function = 2500\n", "site.toml");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value->tenant.endotype.test_costs[static_cast<std::size_t>(models::EndotypeTest::pet)], 400U);
  EXPECT_NE(problems_of("[tenant.endotype.test_costs]\npet = -1\n").find("test_costs.pet"), std::string::npos);
}

TEST(Config, SaysWhereTheTextIsNoToml) {
  const auto loaded = read_config("[server\nport = 1", "site.toml");
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors.front().where, "site.toml:1");
}

TEST(Config, NamesAMissingFile) {
  const auto loaded = load_config("/nonexistent/site.toml");
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors.front().where, "/nonexistent/site.toml");
}

TEST(Config, PlacesTheLedgersFiles) {
  LedgerConfig here;
  place_files(here, "");
  EXPECT_EQ(here.database, "var/cathgate.db");
  EXPECT_EQ(here.key_file, "var/cathgate.db.key");
  EXPECT_EQ(here.spill_file, "var/cathgate.db.spill");
  LedgerConfig state;
  place_files(state, "/home/x/.local/state");
  EXPECT_EQ(state.database, "/home/x/.local/state/cathgate/cathgate.db");
  LedgerConfig named;
  named.database = "sqlite3:///srv/ledger.db";
  named.key_file = "/etc/cathgate/key";
  place_files(named, "/ignored");
  EXPECT_EQ(named.database, "sqlite3:///srv/ledger.db");
  EXPECT_EQ(named.key_file, "/etc/cathgate/key");
  EXPECT_EQ(named.spill_file, "/srv/ledger.db.spill");
}

}  // namespace
}  // namespace cathgate::cds_hooks
