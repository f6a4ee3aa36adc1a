#include "cds-hooks/http/outbound.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <deque>
#include <unordered_map>

#include "cds-hooks/http/outbound_connection.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kKeepIdle{20};       // shorter than what servers and proxies keep
constexpr std::chrono::seconds kKeepAddresses{30};

bool counts_as_failure(OutboundProblem problem, int status) {
  switch (problem) {
    case OutboundProblem::none: return status >= 500;
    case OutboundProblem::late:
    case OutboundProblem::unreachable:
    case OutboundProblem::untrusted:
    case OutboundProblem::broken: return true;
    default: return false;
  }
}

}  // namespace

std::string_view outbound_problem_name(OutboundProblem problem) {
  static constexpr std::array<std::string_view, 10> kNames{"none",   "late",      "refused_address", "unreachable", "untrusted",
                                                           "broken", "too_large", "encoded",         "busy",        "breaker_open"};
  return kNames[static_cast<std::size_t>(problem)];
}

// What is shared by the calls to one target of one tenant.
struct Pool {
  std::vector<std::unique_ptr<OutboundConnection>> idle;
  std::size_t in_use = 0;
  std::deque<asio::steady_timer*> waiting;
  std::vector<tcp::endpoint> endpoints;  // checked
  SteadyTime resolved{};
  std::size_t failures = 0;  // in a row
  SteadyTime open_until{};   // of the breaker
  bool probing = false;      // one call tries whether the target is back
};

struct Outbound::State {
  explicit State(const OutboundOptions& given) : options(given), tls(asio::ssl::context::tls_client) {}

  OutboundOptions options;
  asio::ssl::context tls;
  std::unordered_map<std::string, std::unique_ptr<Pool>> pools;  // as many as the configuration names targets

  Pool& pool(const OutboundRequest& request) {
    auto& found = pools[request.pool + " " + request.address.origin()];
    if (!found) found = std::make_unique<Pool>();
    return *found;
  }

  // Takes part in the pool's limit; false when the deadline came first.
  asio::awaitable<OutboundProblem> enter(asio::io_context& context, Pool& pool, SteadyTime deadline) {
    if (pool.in_use >= options.max_connections) {
      if (pool.waiting.size() >= options.max_waiting) co_return OutboundProblem::busy;
      asio::steady_timer timer(context, deadline);
      pool.waiting.push_back(&timer);
      const auto [ec] = co_await timer.async_wait(kAwait);
      // Whoever woke this call has taken it off the list and left it a place.
      if (!ec) {
        std::erase(pool.waiting, &timer);
        co_return OutboundProblem::late;
      }
      co_return OutboundProblem::none;
    }
    ++pool.in_use;
    co_return OutboundProblem::none;
  }
  void leave(Pool& pool) {
    if (pool.waiting.empty()) {
      --pool.in_use;
      return;
    }
    asio::steady_timer* next = pool.waiting.front();
    pool.waiting.pop_front();
    next->cancel();
  }

  bool may_try(Pool& pool, SteadyTime now) const {
    if (pool.failures < options.breaker_failures) return true;
    if (now < pool.open_until || pool.probing) return false;
    pool.probing = true;
    return true;
  }
  void settle(Pool& pool, bool failed) const {
    pool.probing = false;
    pool.failures = failed ? pool.failures + 1 : 0;
    if (pool.failures >= options.breaker_failures) pool.open_until = SteadyClock::now() + options.breaker_pause;
  }
};

namespace {

// Fills pool.endpoints with the addresses that may be called.
asio::awaitable<OutboundProblem> resolve(asio::io_context& context, Pool& pool, const OutboundRequest& request) {
  const SteadyTime now = SteadyClock::now();
  if (!pool.endpoints.empty() && now - pool.resolved < kKeepAddresses) co_return OutboundProblem::none;
  pool.endpoints.clear();
  auto resolver = std::make_shared<tcp::resolver>(context);
  asio::steady_timer limit(context, request.deadline);
  limit.async_wait([resolver](boost::system::error_code ec) {
    if (!ec) resolver->cancel();
  });
  const auto flags = asio::ip::resolver_base::numeric_service;
  const auto [ec, found] = co_await resolver->async_resolve(request.address.host, request.address.port, flags, kAwait);
  limit.cancel();
  if (ec == asio::error::operation_aborted) co_return OutboundProblem::late;
  if (ec) co_return OutboundProblem::unreachable;
  for (const auto& entry : found) {
    if (may_connect(entry.endpoint().address(), request.allowed_networks)) pool.endpoints.push_back(entry.endpoint());
  }
  pool.resolved = now;
  co_return pool.endpoints.empty() ? OutboundProblem::refused_address : OutboundProblem::none;
}

std::unique_ptr<OutboundConnection> take_idle(Pool& pool) {
  const SteadyTime now = SteadyClock::now();
  std::erase_if(pool.idle, [&](const auto& connection) { return now - connection->idle_since > kKeepIdle; });
  if (pool.idle.empty()) return nullptr;
  auto taken = std::move(pool.idle.back());
  pool.idle.pop_back();
  return taken;
}

// One exchange, on a kept connection where there is one. A kept connection that the server has closed meanwhile is no
// failure: a new one is opened at once.
asio::awaitable<OutboundResult> exchange(asio::io_context& context, asio::ssl::context& tls, Pool& pool, const OutboundRequest& request) {
  OutboundResult result;
  std::unique_ptr<OutboundConnection> connection = take_idle(pool);
  bool kept = connection != nullptr;
  for (;;) {
    if (!connection) {
      result.problem = co_await resolve(context, pool, request);
      if (result.problem != OutboundProblem::none) co_return result;
      connection = std::make_unique<OutboundConnection>(context, request.address.tls ? &tls : nullptr);
      const std::vector<tcp::endpoint> endpoints = pool.endpoints;
      result.problem = co_await connection->open(request, endpoints);
      if (result.problem == OutboundProblem::unreachable) pool.endpoints.clear();
      if (result.problem != OutboundProblem::none) co_return result;
    }
    result.problem = co_await connection->exchange(request, result.response);
    if (!kept || result.problem != OutboundProblem::broken || connection->answered()) break;
    connection.reset();
    kept = false;
  }
  if (connection->reusable()) {
    connection->idle_since = SteadyClock::now();
    pool.idle.push_back(std::move(connection));
  }
  co_return result;
}

}  // namespace

Result<std::unique_ptr<Outbound>> Outbound::start(const OutboundOptions& options) {
  auto state = std::make_unique<State>(options);
  boost::system::error_code ec;
  auto& tls = state->tls;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 |
                  asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (options.ca_file.empty()) tls.set_default_verify_paths(ec);
  else tls.load_verify_file(options.ca_file, ec);
  if (ec) return Error{ErrorCode::unavailable, "read_back.ca_file", "The certificates of \"" + options.ca_file + "\" cannot be read."};
  return std::unique_ptr<Outbound>(new Outbound(std::move(state)));
}

Outbound::Outbound(std::unique_ptr<State> state)
    : state_(std::move(state)), work_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}

Outbound::~Outbound() {
  stop();
  for (auto& [name, pool] : state_->pools) pool->idle.clear();  // their sockets must go before the context
}

void Outbound::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

asio::awaitable<OutboundResult> Outbound::get(OutboundRequest request) {
  Pool& pool = state_->pool(request);
  if (!state_->may_try(pool, SteadyClock::now())) co_return OutboundResult{OutboundProblem::open};
  OutboundResult result;
  result.problem = co_await state_->enter(context_, pool, request.deadline);
  if (result.problem == OutboundProblem::none) {
    result = co_await exchange(context_, state_->tls, pool, request);
    state_->leave(pool);
  }
  state_->settle(pool, counts_as_failure(result.problem, result.response.status));
  co_return result;
}

}  // namespace cathgate::cds_hooks
