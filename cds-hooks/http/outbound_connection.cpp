#include "cds-hooks/http/outbound_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>

#include "cds-hooks/version.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kMaxHeadBytes = 32 * 1024;

http::request<http::empty_body> compose(const OutboundRequest& request) {
  http::request<http::empty_body> message(http::verb::get, request.address.target, 11);
  const bool usual = request.address.port == (request.address.tls ? "443" : "80");
  const bool v6 = request.address.host.find(':') != std::string::npos;
  std::string host = v6 ? "[" + request.address.host + "]" : request.address.host;
  if (!usual) host += ":" + request.address.port;
  message.set(http::field::host, host);
  message.set(http::field::user_agent, "cathgate/" + std::string(kProgramVersion));
  message.set(http::field::accept, request.accept);
  message.set(http::field::accept_encoding, "identity");
  if (!request.bearer.empty()) message.set(http::field::authorization, "Bearer " + request.bearer);
  return message;
}

std::string media_type(std::string_view field) {
  std::string type(field.substr(0, field.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

OutboundProblem problem_of(const beast::error_code& ec) {
  if (ec == beast::error::timeout) return OutboundProblem::late;
  if (ec == http::error::body_limit || ec == http::error::header_limit) return OutboundProblem::too_large;
  return OutboundProblem::broken;
}

}  // namespace

OutboundConnection::OutboundConnection(asio::io_context& context, asio::ssl::context* tls) {
  if (tls) tls_.emplace(context, *tls);
  else plain_.emplace(context);
}

asio::awaitable<OutboundProblem> OutboundConnection::open(const OutboundRequest& request, const std::vector<tcp::endpoint>& endpoints) {
  lowest().expires_at(request.deadline);
  bool connected = false;
  for (std::size_t i = 0; i < endpoints.size() && !connected; ++i) {
    const auto [ec] = co_await lowest().async_connect(endpoints[i], kAwait);
    if (ec == beast::error::timeout) co_return OutboundProblem::late;
    connected = !ec;
  }
  if (!connected) co_return OutboundProblem::unreachable;
  beast::error_code ignored;
  lowest().socket().set_option(tcp::no_delay(true), ignored);
  if (!tls_) co_return OutboundProblem::none;
  if (SSL_set_tlsext_host_name(tls_->native_handle(), request.address.host.c_str()) != 1) co_return OutboundProblem::untrusted;
  tls_->set_verify_callback(asio::ssl::host_name_verification(request.address.host));
  const auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kAwait);
  if (ec == beast::error::timeout) co_return OutboundProblem::late;
  co_return ec ? OutboundProblem::untrusted : OutboundProblem::none;
}

asio::awaitable<OutboundProblem> OutboundConnection::exchange(const OutboundRequest& request, OutboundResponse& response) {
  reusable_ = answered_ = false;
  lowest().expires_at(request.deadline);
  auto message = compose(request);
  http::response_parser<http::string_body> parser;
  parser.header_limit(kMaxHeadBytes);
  parser.body_limit(request.max_bytes);
  beast::error_code failed;
  if (tls_) {
    const auto [ec, size] = co_await http::async_write(*tls_, message, kAwait);
    failed = ec;
  } else {
    const auto [ec, size] = co_await http::async_write(*plain_, message, kAwait);
    failed = ec;
  }
  if (failed) co_return problem_of(failed);
  if (tls_) {
    const auto [ec, size] = co_await http::async_read(*tls_, buffer_, parser, kAwait);
    failed = ec;
    answered_ = size > 0;
  } else {
    const auto [ec, size] = co_await http::async_read(*plain_, buffer_, parser, kAwait);
    failed = ec;
    answered_ = size > 0;
  }
  if (failed) co_return problem_of(failed);
  lowest().expires_never();
  auto& got = parser.get();
  response.status = static_cast<int>(got.result_int());
  response.content_type = media_type(got[http::field::content_type]);
  response.location = got[http::field::location];
  response.retry_after = got[http::field::retry_after];
  response.cache_control = got[http::field::cache_control];
  const auto coding = got[http::field::content_encoding];
  reusable_ = got.keep_alive() && !parser.need_eof() && buffer_.size() == 0;
  if (!coding.empty() && coding != "identity") co_return OutboundProblem::encoded;
  response.body = std::move(got.body());
  co_return OutboundProblem::none;
}

}  // namespace cathgate::cds_hooks
