#include "cds-hooks/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>

#include "cds-hooks/hooks/services.h"

namespace cathgate::cds_hooks {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  return kLevels[static_cast<std::size_t>(level)];
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> kLogger = [] {
    auto made = std::make_shared<spdlog::logger>("cathgate", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *kLogger;
}

// The id in a path is the client's text: only a service of ours is named.
std::string_view known_service(std::string_view id) { return find_service(id) ? id : std::string_view("none"); }

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(spdlog_level(level)); }

void log_request(const RequestRecord& record) {
  const bool quiet = record.endpoint == Endpoint::health || record.endpoint == Endpoint::metrics;
  const auto level = record.status >= 500 ? spdlog::level::warn : quiet ? spdlog::level::debug : spdlog::level::info;
  if (!logger().should_log(level)) return;
  logger().log(level, "request endpoint={} service={} status={} in={} out={} us={} decision={}", endpoint_name(record.endpoint),
               known_service(record.service), record.status, record.bytes_in, record.bytes_out,
               std::chrono::duration_cast<std::chrono::microseconds>(record.latency).count(),
               record.decision.empty() ? std::string_view("-") : record.decision);
}

void log_event(LogLevel level, std::string_view event, std::string_view detail) {
  if (detail.empty()) logger().log(spdlog_level(level), "{}", event);
  else logger().log(spdlog_level(level), "{} {}", event, detail);
}

}  // namespace cathgate::cds_hooks
