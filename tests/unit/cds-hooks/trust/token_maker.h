// Tokens for tests, good and forged: whatever header and payload say, signed by whatever key, or not at all.
#pragma once

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <string_view>

#include "cds-hooks/trust/jws.h"

namespace cathgate::test {

using Pkey = std::shared_ptr<EVP_PKEY>;
inline Pkey make_ec(const char* curve) { return {EVP_EC_gen(curve), EVP_PKEY_free}; }
inline Pkey make_rsa(unsigned bits) { return {EVP_RSA_gen(bits), EVP_PKEY_free}; }

inline std::string number_of(EVP_PKEY* key, const char* name, int size) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<std::size_t>(size ? size : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  BN_free(number);
  return cds_hooks::encode_base64url(bytes);
}
// The public key as a JWK; `more` is added as it is (",\"alg\":\"ES384\"").
inline std::string ec_jwk(const Pkey& key, std::string_view curve, std::string_view kid, std::string_view more = "") {
  const int size = curve == "P-384" ? 48 : curve == "P-521" ? 66 : 32;
  return R"({"kty":"EC","crv":")" + std::string(curve) + R"(","kid":")" + std::string(kid) + R"(","x":")" + number_of(key.get(), "qx", size) +
         R"(","y":")" + number_of(key.get(), "qy", size) + "\"" + std::string(more) + "}";
}
inline std::string rsa_jwk(const Pkey& key, std::string_view kid, std::string_view more = "") {
  return R"({"kty":"RSA","kid":")" + std::string(kid) + R"(","n":")" + number_of(key.get(), "n", 0) + R"(","e":")" + number_of(key.get(), "e", 0) +
         "\"" + std::string(more) + "}";
}
inline std::string jwk_set(std::initializer_list<std::string> keys) {
  std::string all;
  for (const std::string& key : keys) all += (all.empty() ? "" : ",") + key;
  return R"({"keys":[)" + all + "]}";
}

// The signature as OpenSSL gives it: DER for EC, raw for RSA (PKCS #1 1.5, or PSS).
inline std::string sign_bytes(const Pkey& key, const EVP_MD* digest, std::string_view text, bool pss = false) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestSignInit(context, &options, digest, nullptr, key.get());
  if (pss) EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSign(context, nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
  signature.resize(size);
  EVP_MD_CTX_free(context);
  return signature;
}
// r and s of a DER signature, each padded to `half` bytes.
inline std::string raw_signature(const std::string& der, int half) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw(static_cast<std::size_t>(2 * half), '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), reinterpret_cast<unsigned char*>(raw.data()), half);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), reinterpret_cast<unsigned char*>(raw.data()) + half, half);
  ECDSA_SIG_free(parts);
  return raw;
}
inline std::string hmac_bytes(std::string_view key, const EVP_MD* digest, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return {reinterpret_cast<char*>(out), size};
}

inline std::string signing_input(std::string_view header, std::string_view payload) {
  return cds_hooks::encode_base64url(header) + "." + cds_hooks::encode_base64url(payload);
}
inline std::string with_signature(const std::string& input, std::string_view signature) {
  return input + "." + cds_hooks::encode_base64url(signature);
}
inline std::string es384_token(const Pkey& key, std::string_view header, std::string_view payload) {
  const std::string input = signing_input(header, payload);
  return with_signature(input, raw_signature(sign_bytes(key, EVP_sha384(), input), 48));
}
inline std::string es256_token(const Pkey& key, std::string_view header, std::string_view payload) {
  const std::string input = signing_input(header, payload);
  return with_signature(input, raw_signature(sign_bytes(key, EVP_sha256(), input), 32));
}
inline std::string rsa_token(const Pkey& key, const EVP_MD* digest, std::string_view header, std::string_view payload, bool pss = false) {
  const std::string input = signing_input(header, payload);
  return with_signature(input, sign_bytes(key, digest, input, pss));
}

}  // namespace cathgate::test
