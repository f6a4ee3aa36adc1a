// An HttpServer on a free port with small handlers of its own, so that the HTTP layer is tested without the engine.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "cds-hooks/http/listener.h"
#include "cds-hooks/http/worker_pool.h"
#include "tests/support/http_client.h"

namespace cathgate::test {

class HttpTest : public testing::Test {
 protected:
  using Reply = cds_hooks::Reply;
  using Request = cds_hooks::Request;

  void TearDown() override {
    if (server_) server_->stop(std::chrono::milliseconds(2000));
    workers_.join();
  }

  // Changes to options_ count when they come before.
  unsigned short start() {
    options_.port = 0;
    server_ = std::make_unique<cds_hooks::HttpServer>(options_, routes(), observer(), tls_in_use_);
    const auto port = server_->start();
    EXPECT_TRUE(port.ok()) << (port.ok() ? "" : port.error().message);
    port_ = port.ok() ? *port : static_cast<unsigned short>(0);
    return port_;
  }

  HttpClient client() { return HttpClient(port_); }
  cds_hooks::HttpLimits& limits() { return options_.limits; }

  // What `request` is answered with on a connection of its own.
  HttpResponse ask(std::string_view request) {
    HttpClient one = client();
    one.send(request);
    return one.receive();
  }
  static std::string post(std::string_view body, std::string_view fields = "", std::string_view path = "/echo") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }
  static constexpr std::string_view kGet = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

  // The server still answers a good request on a new connection.
  void expect_alive() { EXPECT_EQ(ask(kGet).body, "{\"hello\":true}"); }

  std::atomic<int> handled_{0};
  std::atomic<int> refused_{0};
  std::atomic<bool> hold_{false};  // /slow computes until it is false
  cds_hooks::WorkerPool workers_{2, 2};
  cds_hooks::HttpOptions options_;
  const cds_hooks::ServerTls* tls_in_use_ = nullptr;
  std::unique_ptr<cds_hooks::HttpServer> server_;
  unsigned short port_ = 0;

 private:
  cds_hooks::Router routes() {
    using namespace cds_hooks;
    Router router;
    router.add({Endpoint::health, Method::get, "/hello", [this](Request&) -> boost::asio::awaitable<Reply> { return hello(); }});
    router.add({Endpoint::hook, Method::post, "/echo", [this](Request& request) -> boost::asio::awaitable<Reply> { return echo(request); }});
    router.add({Endpoint::hook, Method::post, "/throw", [](Request&) -> boost::asio::awaitable<Reply> {
                  throw std::runtime_error("a secret detail");
                }});
    router.add({Endpoint::hook, Method::post, "/slow", [this](Request& request) -> boost::asio::awaitable<Reply> { return slow(request); }});
    router.add({Endpoint::feedback, Method::post, "/id/{id}/more", [](Request& request) -> boost::asio::awaitable<Reply> {
                  return named(request);
                }});
    return router;
  }
  cds_hooks::HttpObserver observer() {
    return {[this](const cds_hooks::RequestRecord&) { ++handled_; }, [this](std::string_view) { ++refused_; }};
  }
  boost::asio::awaitable<Reply> hello() {
    Reply reply;
    reply.body = "{\"hello\":true}";
    co_return reply;
  }
  boost::asio::awaitable<Reply> echo(Request& request) {
    Reply reply;
    reply.body = std::move(request.body);
    co_return reply;
  }
  static boost::asio::awaitable<Reply> named(Request& request) {
    Reply reply;
    reply.body = request.service_id;
    co_return reply;
  }
  boost::asio::awaitable<Reply> slow(Request& request);
};

}  // namespace cathgate::test
