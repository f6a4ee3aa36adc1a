// The yardstick: a Beast server that reads a request with the same buffers and coroutines as Cathgate's, parses the body in
// place with the same RapidJSON flags, and answers POST /N with N bytes. It does nothing else, so that requests per second
// beside it say what Cathgate adds. Usage: bare_server; it says "listening http://127.0.0.1:PORT" on stderr.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <malloc.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <thread>

#include "core/json.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kThreads = 2;

bool parses(std::string& body) {
  rapidjson::Document document;
  document.ParseInsitu<cathgate::kJsonParseFlags>(body.data());
  return !document.HasParseError();
}

std::string make_reply(std::string_view target, bool parsed) {
  std::size_t size = 0;
  std::from_chars(target.data() + 1, target.data() + target.size(), size);
  std::string reply = parsed ? "HTTP/1.1 200 OK" : "HTTP/1.1 400 Bad Request";
  reply.append("\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ");
  reply.append(std::to_string(size)).append("\r\n\r\n").append(size, 'x');
  return reply;
}

asio::awaitable<void> serve(tcp::socket socket) {
  beast::flat_buffer buffer;
  buffer.reserve(65536);
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(8 * 1024 * 1024);
    const auto [read_error, size] = co_await http::async_read(socket, buffer, parser, kAwait);
    if (read_error) co_return;
    auto request = parser.release();
    const std::string reply = make_reply(request.target(), parses(request.body()));
    const auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(reply), kAwait);
    if (write_error) co_return;
  }
}

asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, std::array<asio::io_context, kThreads>& contexts) {
  for (std::size_t next = 0;; next = (next + 1) % kThreads) {
    auto [error, socket] = co_await acceptor.async_accept(contexts[next], kAwait);
    if (error) continue;
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(contexts[next], serve(std::move(socket)), asio::detached);
  }
}

}  // namespace

int main() {
  // As cathgate serve does.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  std::array<asio::io_context, kThreads> contexts{asio::io_context(1), asio::io_context(1)};
  tcp::acceptor acceptor(contexts[0], {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(contexts[0], accept_connections(acceptor, contexts), asio::detached);
  std::fprintf(stderr, "listening http://127.0.0.1:%u\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
  const auto work = asio::make_work_guard(contexts[1]);
  std::thread second([&] { contexts[1].run(); });
  contexts[0].run();
  second.join();
}
