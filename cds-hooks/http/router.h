// The endpoints as a table: method and path pattern -> handler. Paths are compared byte by byte as sent; nothing is decoded
// or normalised, so "%2e%2e", "//" and encoded slashes match nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cds-hooks/http/framing_gate.h"
#include "cds-hooks/http/http_message.h"

namespace cathgate::cds_hooks {

// Runs on the connection's I/O thread; whatever takes longer than microseconds hops to a WorkerPool. The request outlives
// the handler's coroutine.
using Handler = std::function<boost::asio::awaitable<Reply>(Request&)>;

// Asked before the body of a request is read: sets request.tenant or says why the call is refused. The head is valid while
// the coroutine runs.
using Authorize = std::function<boost::asio::awaitable<std::optional<Reply>>(const RequestHead&, Request&)>;

struct Route {
  Endpoint endpoint = Endpoint::none;
  Method method = Method::get;  // get (serves HEAD too) or post (takes JSON)
  std::string pattern;          // "/cds-services/{id}/feedback"; at most one {id}
  Handler handler;
  Authorize authorize{};  // empty: anybody may call
};

// Immutable once the server runs, and then thread-safe.
class Router {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }

  struct Match {
    const Route* route = nullptr;
    std::string_view service_id;  // into the path
  };
  // The route of a head, or the reply that refuses it before its body is read: 404, 405 with Allow, 415, 400 for a body
  // where none belongs, and 204 with Allow for OPTIONS.
  std::variant<Match, Reply> match(const RequestHead& head) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace cathgate::cds_hooks
