// The HTTP server: a listening socket, its I/O threads and their connections. Knows nothing of CDS Hooks.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <vector>

#include "cds-hooks/http/http_io_thread.h"
#include "cds-hooks/http/session.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

// Called on I/O threads; must neither block nor throw.
struct HttpObserver {
  std::function<void(const RequestRecord&)> request;
  std::function<void(std::string_view reason)> connection_refused;  // "limit", "file_descriptors" or "accept"
};

class HttpServer {
 public:
  // `tls` is null for plain HTTP; otherwise it has a certificate and outlives the server.
  HttpServer(const HttpOptions& options, Router router, HttpObserver observer, const ServerTls* tls = nullptr);
  ~HttpServer();  // stops without draining when stop() was not called

  // Binds and serves; errors: unavailable when the address cannot be bound.
  Result<unsigned short> start();  // the port
  // Stops accepting, ends idle connections, lets answers in the making go out, and returns when all connections have
  // ended or `limit` has passed; then the rest is cut off. True when none had to be.
  bool stop(std::chrono::milliseconds limit);
  std::size_t connections() const { return shared_.connections.load(std::memory_order_relaxed); }

 private:
  boost::asio::awaitable<void> accept_loop();
  void admit(boost::asio::ip::tcp::socket socket, IoThread& thread);

  HttpOptions options_;
  HttpObserver observer_;
  SessionShared shared_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;  // on the first thread
  bool running_ = false;
};

}  // namespace cathgate::cds_hooks
