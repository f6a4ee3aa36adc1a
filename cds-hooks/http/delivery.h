// How a coroutine waits for a value that another thread delivers: it goes on when the value is there or when the time is
// up, whichever is first. A value that comes later is dropped.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

namespace asio = boost::asio;

// Delivers once, from any thread. Copies deliver to the same coroutine; the io_context of that coroutine must outlive them.
template <class T>
class Delivery {
 public:
  struct State {
    State(const asio::any_io_executor& executor, SteadyTime until) : timer(executor, until) {}
    asio::steady_timer timer;  // touched only by the thread of the coroutine
    std::optional<T> value;
  };

  explicit Delivery(std::shared_ptr<State> state) : state_(std::move(state)) {}

  void operator()(T value) const {
    asio::post(state_->timer.get_executor(), [state = state_, delivered = std::move(value)]() mutable {
      state->value.emplace(std::move(delivered));
      state->timer.cancel();
    });
  }

 private:
  std::shared_ptr<State> state_;
};

// Calls `start` with a Delivery<T> and waits. When nothing was delivered before `until`, `later` says until when to wait
// on, or nothing to give up; it runs on the coroutine's thread. Empty: given up.
// The coroutine must run on an io_context that one thread runs.
template <class T, class Start, class Later>
asio::awaitable<std::optional<T>> await_delivery(SteadyTime until, Start start, Later later) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto state = std::make_shared<typename Delivery<T>::State>(executor, until);
  start(Delivery<T>(state));
  for (;;) {
    co_await state->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (state->value) break;
    const std::optional<SteadyTime> next = later();
    if (!next) break;
    state->timer.expires_at(*next);
  }
  co_return std::move(state->value);
}

// The same with one time limit.
template <class T, class Start>
asio::awaitable<std::optional<T>> await_delivery(SteadyTime until, Start start) {
  return await_delivery<T>(until, std::move(start), []() -> std::optional<SteadyTime> { return std::nullopt; });
}

}  // namespace cathgate::cds_hooks
