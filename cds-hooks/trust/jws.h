// JSON Web Signatures by cjose: public keys that verify, and keys of our own that sign. The algorithm is a property of the
// key, never of the token: a token only may agree with it. The one place that knows cjose.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cathgate::cds_hooks {

enum class Algorithm : std::uint8_t { es256, es384, rs256, rs384 };
std::optional<Algorithm> read_algorithm(std::string_view name);
std::string_view algorithm_name(Algorithm algorithm);

// base64url without padding, strict (RFC 7515 section 2): nullopt for another alphabet, padding, or bits that are left over.
std::optional<std::string> decode_base64url(std::string_view text);
std::string encode_base64url(std::string_view bytes);

// Immutable; thread-safe.
class VerificationKey {
 public:
  const std::string& kid() const { return kid_; }
  // EC: the one of its curve. RSA: the one that the key names, otherwise RS384 or RS256.
  bool accepts(Algorithm algorithm) const;
  // Verifies a compact token whose header names an algorithm that this key accepts; `signature_bytes` is the length of its
  // signature, which must be the key's.
  bool verify(std::string_view compact, std::size_t signature_bytes) const;

 private:
  friend class KeySetReader;
  std::string kid_;
  std::vector<Algorithm> algorithms_;
  std::size_t signature_bytes_ = 0;
  std::shared_ptr<const void> key_;  // a cjose_jwk_t
};

struct KeySet {
  std::vector<VerificationKey> keys;
  const VerificationKey* find(std::string_view kid) const;
};

// Reads a JWK Set. Keys that cannot verify here (symmetric, another use, another curve, RSA below 2048 bits, no kid, a kid
// that another key has too) are left out. Errors: invalid_input when it is no JWK Set, when a private key is in it, or when
// no key is left.
Result<KeySet> read_key_set(std::string text);

// A private key of our own, for `cathgate mock-ehr` and the tests.
class SigningKey {
 public:
  static SigningKey generate(Algorithm algorithm, std::string kid);
  // A compact token with "alg", "kid" and "typ", and `jku` when it is not empty.
  std::string sign(std::string_view payload, std::string_view jku = {}) const;
  // The public half as a JWK.
  std::string public_jwk() const;
  const std::string& kid() const { return kid_; }

 private:
  Algorithm algorithm_ = Algorithm::es384;
  std::string kid_;
  std::shared_ptr<const void> key_;
};

}  // namespace cathgate::cds_hooks
