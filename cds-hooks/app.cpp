#include "cds-hooks/app.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <ctime>
#include <filesystem>

#include "cds-hooks/endpoints.h"
#include "cds-hooks/http/listener.h"
#include "cds-hooks/http/server_tls.h"
#include "cds-hooks/logging.h"
#include "cds-hooks/trust/trust.h"
#include "cds-hooks/version.h"
#include "engine/knowledge.h"
#include "store/connection.h"

namespace cathgate::cds_hooks {
namespace {

void log_problem(const Error& error) { log_event(LogLevel::error, "problem", error.where + ": " + error.message); }

// Connections need descriptors: the soft limit is often lower than what the operator has granted.
void raise_descriptor_limit(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, connections + 128));
  setrlimit(RLIMIT_NOFILE, &limit);
}

// A core file would hold records and tokens: a crash leaves none, whatever the limits of whoever started this process and
// wherever the system sends cores.
void forbid_core_dumps() {
  constexpr rlimit kNone{0, 0};
  setrlimit(RLIMIT_CORE, &kNone);
  prctl(PR_SET_DUMPABLE, 0);
}

// glibc gives freed memory back to the kernel after each request and takes it again for the next: that costs more than an
// assessment. Each thread may keep a few requests' worth.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

// A database as a log may name it: never with a password.
std::string database_name(const std::string& text) {
  const auto connection = store::read_connection(text);
  return connection ? connection->name : std::string("?");
}

void make_folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  std::error_code ignored;  // opening the file will say what is wrong
  if (!folder.empty() && std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  }
}

Result<std::unique_ptr<quality::Ledger>> open_ledger(const Config& config) {
  const auto options = ledger_options(config);
  const auto connection = store::read_connection(options.database);
  if (connection && connection->backend == store::Backend::sqlite) make_folder_of(connection->path);
  for (const std::string& file : {options.key_file, options.spill_file}) make_folder_of(file);
  return quality::Ledger::open(options);
}

UnixSeconds system_now() { return static_cast<UnixSeconds>(std::time(nullptr)); }

HttpObserver make_observer(Metrics& metrics) {
  return {[&metrics](const RequestRecord& record) {
            metrics.count_request(record);
            log_request(record);
          },
          [&metrics](std::string_view reason) {
            metrics.count_connection_refused(reason);
            log_event(LogLevel::warning, "connection refused", reason);
          }};
}

// Who is trusted, and what is needed to find out.
struct TrustParts {
  TenantStore tenants;
  std::unique_ptr<Outbound> outbound;
  std::unique_ptr<store::SeenTokens> seen;
  std::unique_ptr<KeyCache> keys;
  std::unique_ptr<TrustContext> context;

  explicit TrustParts(const Config& config) : tenants(config) {}

  std::optional<Error> build(const Config& config, WorkerPool& workers, Metrics& metrics) {
    OutboundOptions options;
    options.ca_file = config.read_back.ca_file;
    options.max_connections = config.read_back.max_connections;
    options.breaker_failures = config.read_back.breaker_failures;
    options.breaker_pause = config.read_back.breaker_pause;
    auto started = Outbound::start(options);
    if (!started) return started.error();
    outbound = std::move(*started);
    if (!config.development_mode || tenants.any_issuer()) {
      if (const auto where = store::read_connection(config.trust.seen_database); where && where->backend == store::Backend::sqlite) make_folder_of(where->path);
      auto opened = store::SeenTokens::open({.database = config.trust.seen_database, .queue_limit = 4096, .row_limit = 2'000'000});
      if (!opened) return opened.error();
      seen = std::move(*opened);
    }
    const auto log = [](std::string_view tenant, std::string_view problem) { log_event(LogLevel::warning, "key set of " + std::string(tenant), problem); };
    keys = std::make_unique<KeyCache>(*outbound, KeyCacheOptions{config.trust.jwks_refresh, config.trust.jwks_pause, std::chrono::milliseconds(3'000)}, log);
    context.reset(new TrustContext{tenants, *keys, seen.get(), workers, metrics, config.trust.public_url, config.trust.clock_skew.count(),
                                   config.trust.max_lifetime.count(), system_now, {}});
    return std::nullopt;
  }
  // After the server has stopped and before its threads' memory goes: nothing is delivered afterwards.
  void stop() {
    if (outbound) outbound->stop();
    if (seen) seen->close();
  }
};

// A recalibration that was made for another version of the learned score decides nothing: at start it is refused, at a reload
// it is reported and the guideline decides.
std::vector<Error> recalibration_problems(const Config& config, const Knowledge& knowledge) {
  std::vector<Error> problems;
  const auto check = [&](const TenantConfig& tenant) {
    if (tenant.local_score && tenant.local_score->model_digest != knowledge.learned.digest)
      problems.push_back({ErrorCode::invalid_input, tenant.recalibration, "it was made for another version of the learned score; recalibrate again"});
  };
  check(config.tenant);
  for (const TenantConfig& tenant : config.tenants) check(tenant);
  return problems;
}

// Tenants and certificates, which may change while the server runs; everything else of the file waits for a restart.
void reload_config(const std::string& file, TenantStore& tenants, ServerTls& tls, const KnowledgeStore& knowledge) {
  if (file.empty()) return;
  auto loaded = load_config(file);
  if (loaded.ok()) loaded.errors = check_servable(*loaded.value);
  for (const Error& problem : loaded.errors) log_problem(problem);
  if (!loaded.errors.empty()) return log_event(LogLevel::error, "configuration not reloaded", "the one in use stays");
  tenants.load(*loaded.value);
  for (const Error& problem : recalibration_problems(*loaded.value, *knowledge.current().knowledge->engine)) log_problem(problem);
  log_event(LogLevel::info, "tenants reloaded", std::to_string(loaded.value->tenants.size() + 1));
  if (const auto problem = tls.load(loaded.value->tls)) log_problem(*problem);
}

// Its digest, and what a site must know about its own rules.
void log_knowledge(std::string_view event, const ServiceKnowledge& knowledge) {
  log_event(LogLevel::info, event, knowledge.digest);
  for (const auto& notice : knowledge.engine->rules.notices()) log_event(LogLevel::warning, "overridden rule changed", notice);
  for (const auto& id : knowledge.engine->rules.disabled()) log_event(LogLevel::warning, "rule switched off by the site", id);
}

void reload(KnowledgeStore& knowledge, Metrics& metrics, const KnowledgePlaces& places) {
  const auto problems = knowledge.load(places);
  for (const Error& problem : problems) log_problem(problem);
  metrics.count_reload(problems.empty());
  if (problems.empty()) log_knowledge("knowledge reloaded", *knowledge.current().knowledge);
  else log_event(LogLevel::error, "knowledge not reloaded", "the one in use stays");
}

// Blocks until SIGTERM or SIGINT; then the signals have their default effect again, so that a second one ends the program.
template <class Reload>
void wait_for_stop(boost::asio::signal_set& signals, boost::asio::io_context& control, Reload on_hangup) {
  bool stop = false;
  while (!stop) {
    signals.async_wait([&](boost::system::error_code, int number) {
      if (number == SIGHUP) on_hangup();
      else stop = true;
    });
    control.run();
    control.restart();
  }
  signals.clear();
}

void log_start(const Config& config, const ServiceKnowledge& knowledge, unsigned short port) {
  log_event(LogLevel::info, "cathgate", kProgramVersion);
  log_knowledge("knowledge", knowledge);
  log_event(LogLevel::info, "ledger", database_name(config.ledger.database) + " (keys " + config.ledger.key_file + ")");
  if (config.development_mode) log_event(LogLevel::warning, "development mode", "calls without a token are answered, every card says so; not for use with patients");
  const std::string here = std::string(config.tls.certificate.empty() ? "http://" : "https://") + config.server.address + ":" + std::to_string(port);
  if (config.development_mode) log_event(LogLevel::info, "demonstration page", here + "/demo");
  if (config.pages.assess) log_event(LogLevel::info, "page for a clinic without an EHR", here + "/assess");
  log_event(LogLevel::info, "listening", here);
}

}  // namespace

std::optional<Error> check_guidelines(const Config& config, const Knowledge& knowledge) {
  std::string known;
  for (const auto& g : knowledge.guidelines.all) known += (known.empty() ? "" : ", ") + g.id;
  const auto check = [&](const TenantConfig& tenant) -> std::optional<Error> {
    if (knowledge.guidelines.find(tenant.guideline)) return std::nullopt;
    return Error{ErrorCode::invalid_input, "tenant.guideline", "\"" + tenant.guideline + "\" is not a guideline that Cathgate knows: " + known + "."};
  };
  if (const auto problem = check(config.tenant)) return problem;
  for (const TenantConfig& tenant : config.tenants)
    if (const auto problem = check(tenant)) return problem;
  return std::nullopt;
}

TenantOptions tenant_options(const Config& config) { return tenant_options(config.tenant, config.development_mode); }

quality::LedgerOptions ledger_options(const Config& config) {
  quality::LedgerOptions options;
  options.database = config.ledger.database;
  options.key_file = config.ledger.key_file;
  options.spill_file = config.ledger.spill_limit_mb == 0 ? std::string() : config.ledger.spill_file;
  options.queue_limit = config.ledger.queue_limit;
  options.spill_limit_bytes = config.ledger.spill_limit_mb << 20;
  const auto keep = [&](const TenantConfig& tenant) {
    if (tenant.retention_days > 0) options.retention.push_back({tenant.id, static_cast<std::int64_t>(tenant.retention_days)});
  };
  keep(config.tenant);
  for (const TenantConfig& tenant : config.tenants) keep(tenant);
  options.log = [](std::string_view message) { log_event(LogLevel::warning, "ledger", message); };
  return options;
}

int run_server(const Config& config, const std::string& config_file, const KnowledgePlaces& places) {
  set_log_level(config.log_level);
  keep_freed_memory();
  forbid_core_dumps();
  raise_descriptor_limit(config.server.limits.max_connections);
  // Before any thread starts, so that no signal finds the default effect.
  boost::asio::io_context control(1);
  boost::asio::signal_set signals(control, SIGTERM, SIGINT, SIGHUP);
  auto problems = check_servable(config);
  for (const Error& problem : problems) log_problem(problem);
  if (!problems.empty()) return 1;

  KnowledgeStore knowledge(DiscoveryOptions{config.chest_pain_service});
  problems = knowledge.load(places);
  for (const Error& problem : problems) log_problem(problem);
  if (!problems.empty()) return 1;
  if (const auto problem = check_guidelines(config, *knowledge.current().knowledge->engine)) return log_problem(*problem), 1;
  ServerTls tls;
  if (const auto problem = tls.load(config.tls)) return log_problem(*problem), 1;
  problems = recalibration_problems(config, *knowledge.current().knowledge->engine);
  for (const Error& problem : problems) log_problem(problem);
  if (!problems.empty()) return 1;
  auto ledger = open_ledger(config);
  if (!ledger) return log_problem(ledger.error()), 1;

  Metrics metrics;
  WorkerPool workers(config.workers, config.worker_queue);
  TrustParts trust(config);
  if (const auto problem = trust.build(config, workers, metrics)) return log_problem(*problem), 1;
  ServiceContext context{knowledge, **ledger, workers, metrics, tenant_options(config)};
  context.chest_pain_service = config.chest_pain_service;
  context.ledger_wait = config.ledger.wait;
  context.feedback_wait = config.ledger.feedback_wait;
  context.pages = {config.development_mode, config.pages.assess, config.pages.token_url};
  context.now = system_now;
  ReadBack read_back(*trust.outbound, {config.read_back.max_pages, config.read_back.max_response_bytes});
  context.read_back = &read_back;
  context.read_back_deadline = config.read_back.deadline;
  context.authorize = make_authorize(*trust.context);
  HttpServer server(config.server, make_router(context), make_observer(metrics), config.tls.certificate.empty() ? nullptr : &tls);
  metrics.set_gauges({[&] { return static_cast<double>(server.connections()); },
                      [&] { return static_cast<double>(workers.waiting()); },
                      [&] { return static_cast<double>(context.ledger.queued()); },
                      [&] { return context.ledger.healthy() ? 1.0 : 0.0; }});
  const auto port = server.start();
  if (!port) return log_problem(port.error()), 1;
  log_start(config, *knowledge.current().knowledge, *port);

  wait_for_stop(signals, control, [&] {
    reload(knowledge, metrics, places);
    reload_config(config_file, trust.tenants, tls, knowledge);
  });
  log_event(LogLevel::info, "draining");
  context.draining = true;
  const bool complete = server.stop(config.drain_timeout);
  // Workers, ledger and trust may still deliver to the server's coroutines: they end before it does.
  workers.join();
  trust.stop();
  context.ledger.drain(config.drain_timeout);
  ledger->reset();
  log_event(complete ? LogLevel::info : LogLevel::warning, complete ? "stopped" : "stopped; connections were cut off");
  return complete ? 0 : 1;
}

}  // namespace cathgate::cds_hooks
