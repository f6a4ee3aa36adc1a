#include "tests/bench/load.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>

namespace cathgate::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

class Connection {
 public:
  explicit Connection(const Target& target) : target_(target) {}

  // True when an answer with status 200 has arrived whole. A broken connection is opened again by the next call.
  asio::awaitable<bool> exchange(asio::io_context& context, std::size_t number) {
    const bool connected = co_await connect(context);
    if (!connected) co_return false;
    const std::string& request = target_.requests[number % target_.requests.size()];
    const auto [write_error, sent] = co_await asio::async_write(*socket_, asio::buffer(request), kAwait);
    std::size_t expected = 0, received = 0;
    bool ok = false;
    while (!write_error && (expected == 0 || received < expected)) {
      const auto [error, size] = co_await socket_->async_read_some(asio::buffer(buffer_.data() + (expected ? 0 : received),
                                                                   buffer_.size() - (expected ? 0 : received)), kAwait);
      if (error) break;
      received += size;
      if (expected != 0) continue;
      const std::string_view head(buffer_.data(), received);
      expected = answer_size(head);
      ok = head.starts_with("HTTP/1.1 200");
    }
    if (expected == 0 || received < expected) socket_.reset();
    co_return expected != 0 && received == expected && ok;
  }

 private:
  asio::awaitable<bool> connect(asio::io_context& context) {
    if (socket_) co_return true;
    tcp::socket socket(context);
    const auto [error] = co_await socket.async_connect({asio::ip::address_v4::loopback(), target_.port}, kAwait);
    if (error) co_return false;
    socket.set_option(tcp::no_delay(true));
    socket_.emplace(std::move(socket));
    co_return true;
  }
  // Of head and body; 0 while the head has not ended.
  static std::size_t answer_size(std::string_view text) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const auto end = text.find("\r\n\r\n");
    const auto at = text.find(kLength);
    if (end == std::string_view::npos || at == std::string_view::npos) return 0;
    std::size_t size = 0;
    std::from_chars(text.data() + at + kLength.size(), text.data() + end, size);
    return end + 4 + size;
  }

  const Target& target_;
  std::optional<tcp::socket> socket_;
  std::array<char, 32768> buffer_;
};

// What the connections of one run share; one thread.
struct Run {
  asio::io_context context{1};
  Clock::time_point start, stop;
  std::vector<double> latencies;
  std::size_t failures = 0;
  std::size_t next = 0;   // requests begun
  std::size_t count = 0;  // open loop: how many are due
  double per_second = 0;

  void note(bool ok, Clock::time_point due) {
    if (ok) latencies.push_back(milliseconds(Clock::now() - due));
    else ++failures;
  }
  Load finish() {
    Load load;
    load.seconds = milliseconds(Clock::now() - start) / 1000;
    load.latencies_ms = std::move(latencies);
    std::sort(load.latencies_ms.begin(), load.latencies_ms.end());
    load.failures = failures;
    return load;
  }
};

asio::awaitable<void> loop(Run& run, const Target& target) {
  Connection connection(target);
  while (Clock::now() < run.stop) {
    const auto sent = Clock::now();
    const bool ok = co_await connection.exchange(run.context, run.next++);
    run.note(ok, sent);
  }
}

asio::awaitable<void> keep_schedule(Run& run, const Target& target) {
  Connection connection(target);
  asio::steady_timer timer(run.context);
  while (run.next < run.count) {
    const std::size_t number = run.next++;
    const auto offset = std::chrono::duration<double>(static_cast<double>(number) / run.per_second);
    const auto due = run.start + std::chrono::duration_cast<Clock::duration>(offset);
    timer.expires_at(due);
    co_await timer.async_wait(kAwait);
    const bool ok = co_await connection.exchange(run.context, number);
    run.note(ok, due);
  }
}

}  // namespace

Target make_target(unsigned short port, const std::string& path, const std::vector<std::string>& bodies) {
  Target target{port, {}};
  for (const std::string& body : bodies) {
    target.requests.push_back("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  return target;
}

double Load::percentile(double p) const {
  if (latencies_ms.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(latencies_ms.size())));
  return latencies_ms[std::clamp<std::size_t>(rank, 1, latencies_ms.size()) - 1];
}

Load run_closed_loop(const Target& target, std::size_t connections, double seconds) {
  Run run;
  run.latencies.reserve(1 << 20);
  run.start = Clock::now();
  run.stop = run.start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (std::size_t i = 0; i < connections; ++i) asio::co_spawn(run.context, loop(run, target), asio::detached);
  run.context.run();
  return run.finish();
}

Load run_open_loop(const Target& target, double per_second, double seconds, std::size_t connections) {
  Run run;
  run.per_second = per_second;
  run.count = static_cast<std::size_t>(per_second * seconds);
  run.latencies.reserve(run.count);
  run.start = Clock::now();
  for (std::size_t i = 0; i < connections; ++i) asio::co_spawn(run.context, keep_schedule(run, target), asio::detached);
  run.context.run();
  return run.finish();
}

}  // namespace cathgate::bench
