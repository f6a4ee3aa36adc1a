#include "cds-hooks/http/http_io_thread.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <ctime>
#include <vector>

#include "cds-hooks/http/session.h"

namespace cathgate::cds_hooks {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::milliseconds kSweepInterval{50};

// RFC 9110 section 5.6.7, independent of the locale.
std::string write_http_date(std::time_t now) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                 kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                                 utc.tm_min, utc.tm_sec);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

IoThread::IoThread() : date_(write_http_date(std::time(nullptr))) {}

IoThread::~IoThread() { join(); }

void IoThread::start() {
  asio::co_spawn(context_, sweep(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

void IoThread::post_drain() {
  asio::post(context_, [this] {
    draining_ = true;
    for (Session* session : sessions_) session->drain();
  });
}

void IoThread::post_close() {
  asio::post(context_, [this] {
    for (Session* session : sessions_) session->close();
  });
}

void IoThread::join() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

asio::awaitable<void> IoThread::sweep() {
  asio::steady_timer timer(context_);
  std::time_t last = 0;
  for (;;) {
    timer.expires_after(kSweepInterval);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const std::time_t wall = std::time(nullptr);
    if (wall != last) date_ = write_http_date(wall);
    last = wall;
    const SteadyTime now = SteadyClock::now();
    for (Session* session : sessions_) session->end_when_late(now);
  }
}

}  // namespace cathgate::cds_hooks
