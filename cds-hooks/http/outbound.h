// HTTP calls that go out: GET over verified TLS, with a pool of connections and a circuit breaker for each target. All of it
// runs on one thread of its own, so that pools and breakers need no lock. No redirect is followed here, and every address is
// checked after resolution; the connection is opened to the address that was checked.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cds-hooks/http/http_message.h"
#include "cds-hooks/http/web_address.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

struct OutboundOptions {
  std::string ca_file;              // PEM; empty: the system's
  std::size_t max_connections = 16;  // of one pool
  std::size_t max_waiting = 512;     // calls that may wait for a connection of one pool
  std::size_t breaker_failures = 5;  // in a row; then the pool refuses
  std::chrono::milliseconds breaker_pause{10'000};
};

struct OutboundRequest {
  std::string pool;     // who asks whom: connections, addresses and failures are shared within a pool and never beyond
  WebAddress address;
  std::string bearer;   // a token, sent as it is and forgotten; empty: none
  std::string_view accept = kJson;
  std::size_t max_bytes = 1 << 20;
  SteadyTime deadline{};
  std::vector<Network> allowed_networks;  // see may_connect()
};

enum class OutboundProblem : std::uint8_t {
  none,              // there is a response, whatever its status
  late,              // the deadline passed
  refused_address,   // the name leads only to addresses that must not be called
  unreachable,       // no such name, no connection
  untrusted,         // the TLS handshake failed: an unknown, expired or wrong certificate
  broken,            // the connection ended or spoke no HTTP
  too_large,
  encoded,           // a compressed body, which was not asked for
  busy,              // too many calls wait for this pool
  open,              // the circuit breaker
};
std::string_view outbound_problem_name(OutboundProblem problem);

struct OutboundResponse {
  int status = 0;
  std::string content_type;  // without parameters, lower case
  std::string location;
  std::string retry_after;
  std::string cache_control;
  std::string body;
};

struct OutboundResult {
  OutboundProblem problem = OutboundProblem::none;
  OutboundResponse response{};
};

class Outbound {
 public:
  // Errors: unavailable when the CA file cannot be read.
  static Result<std::unique_ptr<Outbound>> start(const OutboundOptions& options);
  ~Outbound();
  Outbound(const Outbound&) = delete;
  Outbound& operator=(const Outbound&) = delete;

  // On the outbound thread only.
  boost::asio::awaitable<OutboundResult> get(OutboundRequest request);
  boost::asio::io_context& context() { return context_; }

  // Ends the thread; calls under way are dropped. Thread-safe, may be called twice.
  void stop();

 private:
  struct State;
  explicit Outbound(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace cathgate::cds_hooks
