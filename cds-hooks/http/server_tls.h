// The server's own certificate: read at start and again when the operator says so, without a restart. TLS 1.2 and 1.3 with
// forward secrecy only, no renegotiation, no compression.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cds-hooks/config.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

// Thread-safe.
class ServerTls {
 public:
  // Reads certificate and key, and the clients' CA where one is named; a connection that is open keeps what it began with.
  // After an error the certificate in use stays.
  std::optional<Error> load(const TlsConfig& config);
  // Null when the server speaks plain HTTP.
  std::shared_ptr<boost::asio::ssl::context> current() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> current_;
};

}  // namespace cathgate::cds_hooks
