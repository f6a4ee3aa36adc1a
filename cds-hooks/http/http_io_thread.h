// One I/O thread: an io_context that only this thread runs, the connections it serves, and the sweep that ends those that
// took too long. One sweep for all replaces a timer for each read and write.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>
#include <thread>
#include <unordered_set>

#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

class Session;

// Everything but the constructor, start(), post_drain(), post_close() and join() belongs to the thread itself.
class IoThread {
 public:
  IoThread();
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  // Ends idle connections now and the others after the answer that they are working on.
  void post_drain();
  // Ends all connections now.
  void post_close();
  // Ends the thread; its connections must have ended or are dropped.
  void join();

  boost::asio::io_context& context() { return context_; }
  bool draining() const { return draining_; }
  // The Date header's value, at most a sweep old.
  const std::string& date() const { return date_; }
  void enter(Session& session) { sessions_.insert(&session); }
  void leave(Session& session) { sessions_.erase(&session); }

 private:
  boost::asio::awaitable<void> sweep();

  std::unordered_set<Session*> sessions_;  // outlives the context, whose end may destroy sessions
  bool draining_ = false;
  std::string date_;
  boost::asio::io_context context_{1};
  std::thread thread_;
};

}  // namespace cathgate::cds_hooks
