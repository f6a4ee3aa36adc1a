// One outgoing connection, plain or TLS: opened to addresses that were checked, then used for one exchange at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <memory>
#include <optional>
#include <vector>

#include "cds-hooks/http/outbound.h"

namespace cathgate::cds_hooks {

// Belongs to the outbound thread. Every step ends at the request's deadline.
class OutboundConnection {
 public:
  OutboundConnection(boost::asio::io_context& context, boost::asio::ssl::context* tls);

  // Connects to the first endpoint that takes it, then shakes hands.
  boost::asio::awaitable<OutboundProblem> open(const OutboundRequest& request, const std::vector<boost::asio::ip::tcp::endpoint>& endpoints);
  // Sends the request and reads the response. `reusable()` says whether the connection may serve another.
  boost::asio::awaitable<OutboundProblem> exchange(const OutboundRequest& request, OutboundResponse& response);
  bool reusable() const { return reusable_; }
  // Whether anything of a response had arrived when exchange() failed: then the server had begun to work on it.
  bool answered() const { return answered_; }

  SteadyTime idle_since{};

 private:
  boost::beast::tcp_stream& lowest() { return tls_ ? tls_->next_layer() : *plain_; }

  std::optional<boost::beast::tcp_stream> plain_;
  std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream>> tls_;
  boost::beast::flat_buffer buffer_;
  bool reusable_ = false;
  bool answered_ = false;
};

}  // namespace cathgate::cds_hooks
