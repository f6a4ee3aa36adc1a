#include "cds-hooks/http/session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>

#include "cds-hooks/http/outcome.h"
#include "cds-hooks/http/server_tls.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kLingerBytes = 1024 * 1024;

// What a browser needs to let an allowed page call and read: the page itself, never a pattern, and never with cookies.
void write_cors(std::string& out, const Reply& reply, std::string_view origin) {
  out.append("Access-Control-Allow-Origin: ").append(origin).append("\r\nVary: Origin\r\n");
  if (reply.status != 204 || reply.allow.empty()) return;
  out.append("Access-Control-Allow-Methods: ").append(reply.allow);
  out.append("\r\nAccess-Control-Allow-Headers: Authorization, Content-Type, Accept\r\nAccess-Control-Max-Age: 600\r\n");
}

// A page loads nothing but its own files, is shown in nobody's frame and tells no other site where it was.
void write_page_fields(std::string& out, const Reply& reply) {
  out.append("Content-Security-Policy: ").append(reply.page_policy);
  out.append("\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n");
}

void write_reply_head(std::string& out, const Reply& reply, std::string_view date, std::string_view origin, bool keep_alive) {
  out.assign("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ").append(status_phrase(reply.status));
  out.append("\r\nDate: ").append(date).append("\r\nX-Content-Type-Options: nosniff\r\n");
  if (reply.etag.empty()) out.append("Cache-Control: no-store\r\n");
  else out.append("Cache-Control: no-cache\r\nETag: ").append(reply.etag).append("\r\n");
  if (!reply.page_policy.empty()) write_page_fields(out, reply);
  if (reply.status != 204 && reply.status != 304) {
    out.append("Content-Type: ").append(reply.content_type);
    out.append("\r\nContent-Length: ").append(std::to_string(reply.body.size())).append("\r\n");
  }
  if (!reply.language.empty()) out.append("Content-Language: ").append(reply.language).append("\r\nVary: Accept-Language\r\n");
  if (!reply.allow.empty()) out.append("Allow: ").append(reply.allow).append("\r\n");
  if (reply.retry_after_s > 0) out.append("Retry-After: ").append(std::to_string(reply.retry_after_s)).append("\r\n");
  if (!origin.empty()) write_cors(out, reply, origin);
  if (reply.authenticate) out.append("WWW-Authenticate: Bearer\r\n");
  out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, IoThread& thread, SessionShared& shared)
    : socket_(std::move(socket)), thread_(thread), shared_(shared), buffer_(kConnectionBuffer + shared.limits.max_header_bytes) {
  // Without this reserve Beast's buffer starts at 512 bytes, and a body of 50 KB takes a hundred reads.
  buffer_.reserve(kConnectionBuffer);
  reply_head_.reserve(512);
  thread_.enter(*this);
}

Session::~Session() {
  thread_.leave(*this);
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
}

void Session::end_when_late(SteadyTime now) {
  if (now < late_at_) return;
  late_ = true;
  late_at_ = SteadyTime::max();
  beast::error_code ignored;
  socket_.cancel(ignored);
}

void Session::drain() {
  if (idle_) close();
}

void Session::close() {
  beast::error_code ignored;
  socket_.close(ignored);
}

std::string_view Session::received() const {
  const auto data = buffer_.data();
  return {static_cast<const char*>(data.data()), data.size()};
}

Session::Next Session::refuse_with(int status, std::string_view where, std::string_view message) {
  reply_ = refuse(status, where, message);
  return Next::refuse;
}

// A connection that breaks is gone; a client that is late is told so.
Session::Next Session::after_failed_read(std::string_view where) {
  return late_ && !idle_ ? refuse_with(408, where, "The request did not arrive in time.") : Next::close;
}

asio::awaitable<void> Session::run() {
  // GCC 12 miscompiles co_await inside && and ||: each has a statement of its own in this file.
  bool open = !thread_.draining();
  if (open && shared_.tls) {
    open = co_await shake_hands();
  }
  while (open) {
    open = co_await serve_one();
    // The draining may have begun while the answer was being written: then nobody else ends this connection.
    if (thread_.draining() && buffer_.size() == 0) open = false;
  }
  close();
}

// The certificate of this moment; the connection keeps it. A client that does not finish is cut off like a slow head.
asio::awaitable<bool> Session::shake_hands() {
  const auto context = shared_.tls->current();
  if (!context) co_return false;
  tls_ = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket&>>(socket_, *context);
  late_ = false;
  allow(shared_.limits.header_timeout);
  const auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  late_at_ = SteadyTime::max();
  co_return !ec;
}

asio::awaitable<bool> Session::read_more() {
  const std::size_t free = buffer_.capacity() - buffer_.size();
  const std::size_t room = std::min(std::max<std::size_t>(free, 4096), buffer_.max_size() - buffer_.size());
  if (tls_) {
    const auto [ec, size] = co_await tls_->async_read_some(buffer_.prepare(room), kAwait);
    buffer_.commit(size);
    co_return !ec && size > 0;
  }
  const auto [ec, size] = co_await socket_.async_read_some(buffer_.prepare(room), kAwait);
  buffer_.commit(size);
  co_return !ec && size > 0;
}

asio::awaitable<Session::Next> Session::read_head(std::size_t& size) {
  idle_ = buffer_.size() == 0;
  late_ = false;
  allow(idle_ ? shared_.limits.idle_timeout : shared_.limits.header_timeout);
  for (std::size_t scanned = 0;;) {
    const HeadScan scan = scan_head(received(), scanned);
    scanned = received().size();
    size = scan.size;
    if (scan.state == HeadScan::State::malformed) co_return refuse_with(400, "http.request-line", "This is not an HTTP/1.1 request.");
    if (std::max(size, scan.state == HeadScan::State::complete ? 0 : scanned) > shared_.limits.max_header_bytes) {
      co_return refuse_with(431, "http.fields", "The head of the request is too large.");
    }
    if (scan.state == HeadScan::State::complete) co_return Next::request;
    const bool more = co_await read_more();
    if (!more) co_return after_failed_read("http.fields");
    if (idle_) allow(shared_.limits.header_timeout);
    idle_ = false;
  }
}

asio::awaitable<Session::Next> Session::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  beast::error_code failed;
  if (tls_) {
    const auto [ec, size] = co_await asio::async_write(*tls_, asio::buffer(kContinue), kAwait);
    failed = ec;
  } else {
    const auto [ec, size] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
    failed = ec;
  }
  co_return failed ? Next::close : Next::request;
}

asio::awaitable<Session::Next> Session::read_body(Request& request, std::size_t head_size) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(shared_.limits.max_header_bytes));
  parser.body_limit(shared_.limits.max_body_bytes);
  std::size_t extensions = 0;
  auto count_extensions = [&](std::uint64_t, std::string_view text, beast::error_code& ec) {
    extensions += text.size();
    if (extensions > shared_.limits.max_chunk_extension_bytes) ec = http::error::bad_chunk_extension;
  };
  parser.on_chunk_header(count_extensions);
  allow(shared_.limits.body_timeout);
  bool may_continue = head_.expects_continue && buffer_.size() == head_size;
  for (parser.eager(true);;) {
    beast::error_code ec;
    if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.data(), ec));
    if (ec == http::error::body_limit) co_return refuse_with(413, "http.body", "The body is larger than this server takes.");
    if (ec && ec != http::error::need_more) co_return refuse_with(400, "http.body", "The framing of the request is broken.");
    if (parser.is_done()) break;
    if (buffer_.size() == buffer_.max_size()) co_return refuse_with(400, "http.body", "A chunk header or trailer is too large.");
    if (std::exchange(may_continue, false)) {
      const Next invited = co_await send_continue();
      if (invited == Next::close) co_return Next::close;
    }
    const bool more = co_await read_more();
    if (!more) co_return after_failed_read("http.body");
  }
  request.body = std::move(parser.get().body());
  co_return Next::request;
}

// False: reply_ refuses. An exception here is a bug and lets nobody in.
asio::awaitable<bool> Session::authorize(const Route& route, Request& request) {
  late_at_ = SteadyTime::max();
  try {
    std::optional<Reply> refused = co_await route.authorize(head_, request);
    if (!refused) co_return true;
    reply_ = std::move(*refused);
  } catch (...) {
    reply_ = refuse(Error{ErrorCode::internal, "", ""});
  }
  co_return false;
}

// The last safety net: whatever a handler throws costs its own request a 500 and nothing else.
asio::awaitable<void> Session::handle(const Route& route, Request& request) {
  try {
    reply_ = co_await route.handler(request);
  } catch (...) {
    reply_ = refuse(Error{ErrorCode::internal, "", ""});
  }
}

asio::awaitable<bool> Session::write(bool head_only, bool keep_alive) {
  late_ = false;
  allow(shared_.limits.write_timeout);
  write_reply_head(reply_head_, reply_, thread_.date(), allowed_origin_, keep_alive);
  const std::array buffers{asio::buffer(reply_head_), asio::buffer(reply_.body.data(), head_only ? 0 : reply_.body.size())};
  beast::error_code failed;
  if (tls_) {
    const auto [ec, size] = co_await asio::async_write(*tls_, buffers, kAwait);
    failed = ec;
  } else {
    const auto [ec, size] = co_await asio::async_write(socket_, buffers, kAwait);
    failed = ec;
  }
  late_at_ = SteadyTime::max();
  co_return !failed;
}

// After a refusal the client may still be sending; closing at once would reset the connection and lose the answer.
asio::awaitable<void> Session::linger() {
  late_ = false;
  allow(shared_.limits.linger_timeout);
  if (tls_) {
    co_await tls_->async_shutdown(kAwait);
    co_return;
  }
  beast::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  bool more = true;
  for (std::size_t discarded = 0; more && discarded < kLingerBytes;) {
    discarded += buffer_.size();
    buffer_.consume(buffer_.size());
    more = co_await read_more();
  }
}

asio::awaitable<bool> Session::finish_refused(const RequestRecord& refused) {
  RequestRecord record = refused;
  record.status = reply_.status;
  record.bytes_out = reply_.body.size();
  shared_.record(record);
  const bool written = co_await write(head_.method == Method::head, false);
  if (written) co_await linger();
  co_return false;
}

asio::awaitable<bool> Session::serve_one() {
  RequestRecord record;
  Request request;
  head_ = {};
  allowed_origin_ = {};
  Next next = co_await read_head(record.bytes_in);
  if (next == Next::close) co_return false;
  if (next == Next::refuse) co_return co_await finish_refused(record);
  if (const auto refusal = inspect_head(received().substr(0, record.bytes_in), shared_.gate, head_)) {
    refuse_with(refusal->status, refusal->where, refusal->message);
    co_return co_await finish_refused(record);
  }
  if (!head_.origin.empty()) {
    const auto allowed = std::ranges::find(shared_.cors_origins, head_.origin);
    if (allowed != shared_.cors_origins.end()) allowed_origin_ = *allowed;
  }
  auto matched = shared_.router.match(head_);
  auto* match = std::get_if<Router::Match>(&matched);
  if (match && head_.content_length > shared_.limits.max_body_bytes) {
    refuse_with(413, "http.Content-Length", "The body is larger than this server takes.");
    co_return co_await finish_refused(record);
  }
  if (!match) reply_ = std::get<Reply>(std::move(matched));
  if (!match && head_.has_body()) co_return co_await finish_refused(record);
  if (match) request.service_id = match->service_id;
  request.accept_language = head_.accept_language;
  request.if_none_match = head_.if_none_match;
  if (match && match->route->authorize) {
    record.endpoint = match->route->endpoint;
    const bool authorised = co_await authorize(*match->route, request);
    if (!authorised) co_return co_await finish_refused(record);
  }
  const bool head_only = head_.method == Method::head;
  bool keep_alive = head_.keep_alive;
  next = co_await read_body(request, record.bytes_in);
  if (next == Next::close) co_return false;
  if (next == Next::refuse) co_return co_await finish_refused(record);

  late_at_ = SteadyTime::max();
  const SteadyTime arrived = SteadyClock::now();
  request.arrived = arrived;
  request.deadline = arrived + shared_.limits.request_deadline;
  record.bytes_in += request.body.size();
  if (match) {
    record.endpoint = match->route->endpoint;
    record.service = request.service_id;
    co_await handle(*match->route, request);
  }
  keep_alive = keep_alive && !thread_.draining();
  record.status = reply_.status;
  record.bytes_out = reply_.body.size();
  record.latency = SteadyClock::now() - arrived;
  record.decision = reply_.decision;
  shared_.record(record);
  const bool written = co_await write(head_only, keep_alive);
  co_return written && keep_alive;
}

}  // namespace cathgate::cds_hooks
