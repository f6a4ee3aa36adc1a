#include "cds-hooks/commands/mock_ehr.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <cstdio>
#include <ctime>
#include <thread>

#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/http/web_address.h"
#include "cds-hooks/trust/jws.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kShownTarget = 100;  // characters
constexpr int kTokenLife = 300;  // seconds, as the CDS Hooks sandbox signs

std::string local_url(unsigned short port, std::string_view path) { return "http://127.0.0.1:" + std::to_string(port) + std::string(path); }

// The key set and the record, on a thread of their own.
class MockServer {
 public:
  MockServer(unsigned short port, std::string jwks, JsonValue prefetch, MockFault fault)
      : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
        jwks_(std::move(jwks)),
        record_(prefetch, local_url(this->port(), "/fhir"), fault) {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~MockServer() {
    context_.stop();
    thread_.join();
  }
  unsigned short port() const { return acceptor_.local_endpoint().port(); }
  void wait() { thread_.join(), thread_ = std::thread([] {}); }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto [ec, socket] = co_await acceptor_.async_accept(kAwait);
      if (!ec) asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
    }
  }
  MockReply answer(std::string_view target) {
    if (target != "/jwks.json") return record_.answer(target);
    MockReply reply;
    reply.body = jwks_;
    return reply;
  }
  asio::awaitable<void> serve(tcp::socket socket) {
    beast::flat_buffer buffer;
    for (bool open = true; open;) {
      http::request<http::empty_body> request;
      const auto [failed, size] = co_await http::async_read(socket, buffer, request, kAwait);
      if (failed) co_return;
      const MockReply reply = answer(request.target());
      std::fprintf(stderr, "  asked %.*s: %d\n", kShownTarget, std::string(request.target()).c_str(), reply.status);
      asio::steady_timer timer(context_, reply.delay);
      co_await timer.async_wait(kAwait);
      http::response<http::string_body> response(static_cast<http::status>(reply.status), 11);
      response.set(http::field::content_type, request.target() == "/jwks.json" ? "application/json" : "application/fhir+json");
      if (reply.retry_after_s >= 0) response.set(http::field::retry_after, std::to_string(reply.retry_after_s));
      response.body() = reply.body;
      response.prepare_payload();
      const auto [broken, sent] = co_await http::async_write(socket, response, kAwait);
      open = !broken && request.keep_alive();
    }
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::string jwks_;
  MockRecord record_;
  std::thread thread_;
};

std::string write_prefetch(JsonValue prefetch, std::string_view how) {
  JsonWriter w;
  w.start_object();
  bool send = how == "all";
  for (const auto member : prefetch.members()) {
    if (how == "some") send = !send;
    if (send) w.key(member.name()).value(member.value());
  }
  return w.end_object().take();
}

// The case's request as of now: a fresh hookInstance, this EHR's FHIR server, and as much prefetch as was asked for.
std::string write_request(JsonValue request, const MockEhrOptions& options, unsigned short port) {
  JsonWriter w;
  w.start_object();
  for (const auto member : request.members())
    if (member.name() == "hook" || member.name() == "context" || member.name() == "extension") w.key(member.name()).value(member.value());
  w.member("hookInstance", std::string_view(random_uuid())).member("fhirServer", std::string_view(local_url(port, "/fhir")));
  w.key("fhirAuthorization").start_object().member("access_token", std::string_view(random_uuid())).member("token_type", "Bearer").member("expires_in", kTokenLife);
  w.member("scope", "patient/*.rs").member("subject", "cathgate").member("patient", request["context"]["patientId"].text()).end_object();
  if (options.prefetch != "none") w.key("prefetch").raw(write_prefetch(request["prefetch"], options.prefetch));
  return w.end_object().take();
}

std::string write_token(const SigningKey& key, const MockEhrOptions& options, unsigned short port, const std::string& path) {
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  JsonWriter w;
  w.start_object().member("iss", std::string_view(options.issuer)).member("aud", std::string_view((options.audience.empty() ? options.service : options.audience) + path));
  w.member("iat", now).member("exp", now + kTokenLife).member("jti", std::string_view(random_uuid())).end_object();
  return key.sign(w.view(), local_url(port, "/jwks.json"));
}

template <class Stream>
http::response<http::string_body> exchange(Stream& stream, const http::request<http::string_body>& request) {
  http::write(stream, request);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(stream, buffer, response);
  return response;
}

// Throws what Asio and Beast throw when the service cannot be reached.
http::response<http::string_body> call(const WebAddress& address, const std::string& ca_file, const http::request<http::string_body>& request) {
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto endpoints = resolver.resolve(address.host, address.port);
  if (!address.tls) {
    tcp::socket socket(context);
    asio::connect(socket, endpoints);
    return exchange(socket, request);
  }
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (ca_file.empty()) tls.set_default_verify_paths();
  else tls.load_verify_file(ca_file);
  beast::ssl_stream<tcp::socket> stream(context, tls);
  SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  asio::connect(stream.next_layer(), endpoints);
  stream.handshake(asio::ssl::stream_base::client);
  return exchange(stream, request);
}

http::request<http::string_body> compose(const WebAddress& address, const std::string& token, std::string body) {
  http::request<http::string_body> request(http::verb::post, address.target, 11);
  request.set(http::field::host, address.host + ":" + address.port);
  request.set(http::field::content_type, "application/json");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  request.body() = std::move(body);
  request.prepare_payload();
  return request;
}

}  // namespace

int run_mock_ehr(const MockEhrOptions& options) try {
  const auto text = read_input(options.case_file);
  if (!text) return print_problem(text.error());
  const auto file = JsonDocument::parse(*text);
  if (!file) return print_problem(file.error());
  const auto request = file->root()["hook"].is_missing() ? file->root()["request"] : file->root();
  if (!request.is_object()) return print_problem({ErrorCode::invalid_input, options.case_file, "The file holds no \"request\"."});
  const std::string path = "/cds-services/" + options.service_id;
  const auto address = read_web_address(options.service + path);
  if (!address) return print_problem({ErrorCode::invalid_input, "--service", "This is not an http or https address."});

  const SigningKey key = SigningKey::generate(Algorithm::es384, random_uuid());
  MockServer server(options.port, "{\"keys\":[" + key.public_jwk() + "]}", request["prefetch"], options.fault);
  std::fprintf(stderr, "key set %s\nFHIR    %s\ncalling %s\n", local_url(server.port(), "/jwks.json").c_str(), local_url(server.port(), "/fhir").c_str(), (options.service + path).c_str());
  const std::string token = options.sign ? write_token(key, options, server.port(), path) : std::string();
  const auto response = call(*address, options.ca_file, compose(*address, token, write_request(request, options, server.port())));
  std::fprintf(stderr, "answered %d\n", static_cast<int>(response.result_int()));
  print(response.body() + "\n");
  std::fflush(stdout);
  if (options.serve) server.wait();
  return response.result_int() == 200 ? 0 : 1;
} catch (const boost::system::system_error& problem) {
  return print_problem({ErrorCode::unavailable, options.service, problem.code().message()});
}

}  // namespace cathgate::cds_hooks
