#include "cds-hooks/app.h"

#include <malloc.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <ctime>
#include <filesystem>

#include "cds-hooks/endpoints.h"
#include "cds-hooks/listener.h"
#include "cds-hooks/logging.h"
#include "cds-hooks/version.h"

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

// glibc gives freed memory back to the kernel after each request and takes it again for the next: that costs more than an
// assessment. Each thread may keep a few requests' worth.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
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
  const std::size_t scheme = options.database.starts_with("sqlite3://") ? 10 : 0;
  for (const std::string& file : {options.database.substr(scheme), options.key_file, options.spill_file}) make_folder_of(file);
  return quality::Ledger::open(options);
}

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

void reload(KnowledgeStore& knowledge, Metrics& metrics, const std::string& root) {
  const auto problems = knowledge.load(root);
  for (const Error& problem : problems) log_problem(problem);
  metrics.count_reload(problems.empty());
  if (problems.empty()) log_event(LogLevel::info, "knowledge reloaded", knowledge.current().knowledge->digest);
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
  log_event(LogLevel::info, "cathgate " + std::string(kProgramVersion), "knowledge " + knowledge.digest);
  log_event(LogLevel::info, "ledger", config.ledger.database + " (keys " + config.ledger.key_file + ")");
  if (config.development_mode) log_event(LogLevel::warning, "development mode", "every card says so; not for use with patients");
  log_event(LogLevel::info, "listening", "http://" + config.server.address + ":" + std::to_string(port));
}

}  // namespace

TenantOptions tenant_options(const Config& config) {
  TenantOptions options;
  options.tenant = config.tenant.id;
  options.language = config.tenant.language;
  options.site.available.fill(false);
  for (const std::string& name : config.tenant.tests) {
    if (const auto test = read_test(name)) options.site.available[static_cast<std::size_t>(*test)] = true;
  }
  options.development_mode = config.development_mode;
  options.offer_suggestions = config.tenant.suggestions;
  options.source_url = config.tenant.source_url;
  return options;
}

quality::LedgerOptions ledger_options(const Config& config) {
  quality::LedgerOptions options;
  options.database = config.ledger.database;
  options.key_file = config.ledger.key_file;
  options.spill_file = config.ledger.spill_limit_mb == 0 ? std::string() : config.ledger.spill_file;
  options.queue_limit = config.ledger.queue_limit;
  options.spill_limit_bytes = config.ledger.spill_limit_mb << 20;
  options.log = [](std::string_view message) { log_event(LogLevel::warning, "ledger", message); };
  return options;
}

int run_server(const Config& config, const std::string& knowledge_root) {
  set_log_level(config.log_level);
  keep_freed_memory();
  raise_descriptor_limit(config.server.limits.max_connections);
  // Before any thread starts, so that no signal finds the default effect.
  boost::asio::io_context control(1);
  boost::asio::signal_set signals(control, SIGTERM, SIGINT, SIGHUP);

  KnowledgeStore knowledge(DiscoveryOptions{config.chest_pain_service});
  const auto problems = knowledge.load(knowledge_root);
  for (const Error& problem : problems) log_problem(problem);
  if (!problems.empty()) return 1;
  auto ledger = open_ledger(config);
  if (!ledger) return log_problem(ledger.error()), 1;

  Metrics metrics;
  WorkerPool workers(config.workers, config.worker_queue);
  ServiceContext context{knowledge, **ledger, workers, metrics, tenant_options(config)};
  context.chest_pain_service = config.chest_pain_service;
  context.ledger_wait = config.ledger.wait;
  context.feedback_wait = config.ledger.feedback_wait;
  context.now = [] { return static_cast<UnixSeconds>(std::time(nullptr)); };
  HttpServer server(config.server, make_router(context), make_observer(metrics));
  metrics.set_gauges({[&] { return static_cast<double>(server.connections()); },
                      [&] { return static_cast<double>(workers.waiting()); },
                      [&] { return static_cast<double>(context.ledger.queued()); },
                      [&] { return context.ledger.healthy() ? 1.0 : 0.0; }});
  const auto port = server.start();
  if (!port) return log_problem(port.error()), 1;
  log_start(config, *knowledge.current().knowledge, *port);

  wait_for_stop(signals, control, [&] { reload(knowledge, metrics, knowledge_root); });
  log_event(LogLevel::info, "draining");
  context.draining = true;
  const bool complete = server.stop(config.drain_timeout);
  // Workers and ledger may still deliver to the server's coroutines: they end before it does.
  workers.join();
  context.ledger.drain(config.drain_timeout);
  ledger->reset();
  log_event(complete ? LogLevel::info : LogLevel::warning, complete ? "stopped" : "stopped; connections were cut off");
  return complete ? 0 : 1;
}

}  // namespace cathgate::cds_hooks
