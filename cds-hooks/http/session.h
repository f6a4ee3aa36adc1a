// One connection: reads a request at a time, passes it through the gate, the router and the handler, and writes the answer
// before it looks at the next, so that pipelined requests are answered in order. No exception of a handler leaves it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <functional>
#include <string>

#include "cds-hooks/http/framing_gate.h"
#include "cds-hooks/http/http_io_thread.h"
#include "cds-hooks/http/http_limits.h"
#include "cds-hooks/http/router.h"

namespace cathgate::cds_hooks {

class ServerTls;

// What all connections of a server share; read-only but for the counter.
struct SessionShared {
  HttpLimits limits;
  GateOptions gate;
  Router router;
  std::vector<std::string> cors_origins;
  const ServerTls* tls = nullptr;  // null: plain HTTP
  std::function<void(const RequestRecord&)> record;  // called on I/O threads; must not block or throw
  std::atomic<std::size_t> connections{0};
};

// Belongs to its I/O thread.
class Session {
 public:
  Session(boost::asio::ip::tcp::socket socket, IoThread& thread, SessionShared& shared);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Serves the connection until it ends.
  boost::asio::awaitable<void> run();

  // Called by the thread's sweep: a step that is late is cut off.
  void end_when_late(SteadyTime now);
  void drain();
  void close();

 private:
  enum class Next : std::uint8_t { request, close, refuse };  // refuse: answer what reply_ holds, then close

  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<Next> read_head(std::size_t& size);
  boost::asio::awaitable<bool> authorize(const Route& route, Request& request);
  boost::asio::awaitable<Next> read_body(Request& request, std::size_t head_size);
  boost::asio::awaitable<Next> send_continue();
  boost::asio::awaitable<bool> read_more();
  boost::asio::awaitable<void> handle(const Route& route, Request& request);
  boost::asio::awaitable<bool> write(bool head_only, bool keep_alive);
  boost::asio::awaitable<bool> finish_refused(const RequestRecord& record);
  boost::asio::awaitable<void> linger();

  Next refuse_with(int status, std::string_view where, std::string_view message);
  Next after_failed_read(std::string_view where);
  void allow(std::chrono::milliseconds time) { late_at_ = SteadyClock::now() + time; }
  std::string_view received() const;

  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;  // over socket_; null: plain
  IoThread& thread_;
  SessionShared& shared_;
  boost::beast::flat_buffer buffer_;
  RequestHead head_;
  Reply reply_;
  std::string_view allowed_origin_;  // of SessionShared::cors_origins; empty: the page that asks may not read the answer
  std::string reply_head_;
  SteadyTime late_at_ = SteadyTime::max();
  bool late_ = false;  // the sweep has cut off the running step
  bool idle_ = true;   // no byte of a next request has arrived
};

}  // namespace cathgate::cds_hooks
