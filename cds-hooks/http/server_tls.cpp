#include "cds-hooks/http/server_tls.h"

namespace cathgate::cds_hooks {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

Error cannot_read(std::string where, const std::string& file, const boost::system::error_code& ec) {
  return {ErrorCode::unavailable, std::move(where), "\"" + file + "\" cannot be used: " + ec.message() + "."};
}

}  // namespace

std::optional<Error> ServerTls::load(const TlsConfig& config) {
  if (config.certificate.empty()) return std::nullopt;
  auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code ec;
  SSL_CTX* const native = made->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (SSL_CTX_set_cipher_list(native, kTls12Ciphers) != 1) return Error{ErrorCode::internal, "server.tls", "OpenSSL knows none of the ciphers."};
  made->use_certificate_chain_file(config.certificate, ec);
  if (ec) return cannot_read("server.tls_certificate", config.certificate, ec);
  made->use_private_key_file(config.key, ssl::context::pem, ec);
  if (ec) return cannot_read("server.tls_key", config.key, ec);
  if (SSL_CTX_check_private_key(native) != 1)
    return Error{ErrorCode::unavailable, "server.tls_key", "The key does not belong to the certificate."};
  if (!config.client_ca.empty()) {
    made->load_verify_file(config.client_ca, ec);
    if (ec) return cannot_read("server.tls_client_ca", config.client_ca, ec);
    made->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  const std::lock_guard lock(mutex_);
  current_ = std::move(made);
  return std::nullopt;
}

std::shared_ptr<ssl::context> ServerTls::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace cathgate::cds_hooks
