#include "cds-hooks/http/listener.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cds-hooks/http/outcome.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// After an accept that failed for want of file descriptors the next would fail at once, again and again.
constexpr std::chrono::milliseconds kPauseAfterFailedAccept{100};
constexpr std::chrono::milliseconds kDrainPoll{5};

// One best-effort write; a client that does not read it finds the connection closed.
void turn_away(tcp::socket& socket) {
  const Reply reply = refuse_busy("Too many connections; try again shortly.");
  std::string text = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: ";
  text.append(reply.content_type).append("\r\nContent-Length: ").append(std::to_string(reply.body.size()));
  text.append("\r\n\r\n").append(reply.body);
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> serve(tcp::socket socket, IoThread& thread, SessionShared& shared) {
  Session session(std::move(socket), thread, shared);
  co_await session.run();
}

}  // namespace

HttpServer::HttpServer(const HttpOptions& options, Router router, HttpObserver observer, const ServerTls* tls)
    : options_(options), observer_(std::move(observer)) {
  shared_.limits = options.limits;
  shared_.gate = {options.limits.max_header_fields, options.public_host};
  shared_.router = std::move(router);
  shared_.cors_origins = options.cors_origins;
  shared_.tls = tls;
  shared_.record = observer_.request;
  for (std::size_t i = 0; i < options.io_threads; ++i) threads_.push_back(std::make_unique<IoThread>());
}

HttpServer::~HttpServer() {
  if (running_) stop(std::chrono::milliseconds(0));
}

Result<unsigned short> HttpServer::start() {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(options_.address, ec);
  if (ec) return Error{ErrorCode::unavailable, "server.address", "\"" + options_.address + "\" is no IP address."};
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_ = std::make_unique<tcp::acceptor>(threads_.front()->context());
  acceptor_->open(endpoint.protocol(), ec);
  if (!ec) acceptor_->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_->bind(endpoint, ec);
  if (!ec) acceptor_->listen(tcp::acceptor::max_listen_connections, ec);
  if (ec) {
    return Error{ErrorCode::unavailable, "server.port",
                 "Cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " + ec.message() + "."};
  }
  asio::co_spawn(threads_.front()->context(), accept_loop(), asio::detached);
  for (auto& thread : threads_) thread->start();
  running_ = true;
  return acceptor_->local_endpoint().port();
}

asio::awaitable<void> HttpServer::accept_loop() {
  asio::steady_timer pause(threads_.front()->context());
  for (std::size_t next = 0; acceptor_->is_open(); next = (next + 1) % threads_.size()) {
    IoThread& thread = *threads_[next];
    auto [ec, socket] = co_await acceptor_->async_accept(thread.context(), asio::as_tuple(asio::use_awaitable));
    if (!acceptor_->is_open()) break;
    if (!ec) {
      admit(std::move(socket), thread);
      continue;
    }
    const bool descriptors = ec == boost::system::errc::too_many_files_open || ec == boost::system::errc::too_many_files_open_in_system;
    observer_.connection_refused(descriptors ? "file_descriptors" : "accept");
    pause.expires_after(kPauseAfterFailedAccept);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void HttpServer::admit(tcp::socket socket, IoThread& thread) {
  if (shared_.connections.load(std::memory_order_relaxed) >= options_.limits.max_connections) {
    observer_.connection_refused("limit");
    turn_away(socket);
    return;
  }
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  shared_.connections.fetch_add(1, std::memory_order_relaxed);
  asio::co_spawn(thread.context(), serve(std::move(socket), thread, shared_), asio::detached);
}

bool HttpServer::stop(std::chrono::milliseconds limit) {
  running_ = false;
  asio::post(threads_.front()->context(), [this] {
    boost::system::error_code ignored;
    acceptor_->close(ignored);
  });
  for (auto& thread : threads_) thread->post_drain();
  const SteadyTime give_up = SteadyClock::now() + limit;
  while (connections() > 0 && SteadyClock::now() < give_up) std::this_thread::sleep_for(kDrainPoll);
  const bool complete = connections() == 0;
  for (auto& thread : threads_) thread->post_close();
  for (auto& thread : threads_) thread->join();
  return complete;
}

}  // namespace cathgate::cds_hooks
