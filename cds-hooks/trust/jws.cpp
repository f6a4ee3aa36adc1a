#include "cds-hooks/trust/jws.h"

extern "C" {
#include <cjose/cjose.h>
}

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "core/json.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::array<std::string_view, 4> kNames{"ES256", "ES384", "RS256", "RS384"};
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxKidBytes = 256;
constexpr std::size_t kLeastRsaBits = 2048;
constexpr std::size_t kMostRsaBits = 8192;

const cjose_jwk_t* jwk(const std::shared_ptr<const void>& key) { return static_cast<const cjose_jwk_t*>(key.get()); }

std::shared_ptr<const void> keep(cjose_jwk_t* key) {
  return {key, [](const void* p) { cjose_jwk_release(static_cast<cjose_jwk_t*>(const_cast<void*>(p))); }};
}

Error refuse(std::string message) { return {ErrorCode::invalid_input, "jwks", std::move(message)}; }

}  // namespace

std::optional<Algorithm> read_algorithm(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Algorithm>(found - kNames.begin());
}

std::string_view algorithm_name(Algorithm algorithm) { return kNames[static_cast<std::size_t>(algorithm)]; }

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    held = (held << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xFF);
  }
  if (bits == 6 || (held & ((1u << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::string encode_base64url(std::string_view bytes) {
  std::string text;
  unsigned held = 0, bits = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 6;) {
      bits -= 6;
      text += kAlphabet[held >> bits & 63];
    }
  }
  if (bits > 0) text += kAlphabet[held << (6 - bits) & 63];
  return text;
}

bool VerificationKey::accepts(Algorithm algorithm) const { return std::ranges::find(algorithms_, algorithm) != algorithms_.end(); }

bool VerificationKey::verify(std::string_view compact, std::size_t signature_bytes) const {
  if (signature_bytes != signature_bytes_) return false;
  cjose_err problem{};
  cjose_jws_t* token = cjose_jws_import(compact.data(), compact.size(), &problem);
  if (!token) return false;
  const bool good = cjose_jws_verify(token, jwk(key_), &problem);
  cjose_jws_release(token);
  return good;
}

const VerificationKey* KeySet::find(std::string_view kid) const {
  const auto found = std::ranges::find(keys, kid, &VerificationKey::kid);
  return found == keys.end() ? nullptr : &*found;
}

class KeySetReader {
 public:
  static std::optional<VerificationKey> read(JsonValue json) {
    VerificationKey key;
    key.kid_ = json["kid"].text();
    if (key.kid_.empty() || key.kid_.size() > kMaxKidBytes || !serves(json)) return std::nullopt;
    const auto type = json["kty"].text();
    if (type != "EC" && type != "RSA") return std::nullopt;
    const std::string text = JsonWriter().value(json).take();
    cjose_err problem{};
    cjose_jwk_t* imported = cjose_jwk_import(text.data(), text.size(), &problem);
    if (!imported) return std::nullopt;
    key.key_ = keep(imported);
    const std::size_t bits = cjose_jwk_get_keysize(imported, &problem);
    if (!(type == "EC" ? take_curve(key, json["crv"].text()) : take_rsa(key, bits))) return std::nullopt;
    return narrow(key, json["alg"]) ? std::optional(std::move(key)) : std::nullopt;
  }

 private:
  static bool serves(JsonValue json) {
    if (const auto use = json["use"]; !use.is_missing() && use.text() != "sig") return false;
    const auto operations = json["key_ops"];
    if (operations.is_missing()) return true;
    for (const auto operation : operations.elements())
      if (operation.text() == "verify") return true;
    return false;
  }
  static bool take_curve(VerificationKey& key, std::string_view curve) {
    if (curve == "P-384") key.algorithms_ = {Algorithm::es384}, key.signature_bytes_ = 96;
    if (curve == "P-256") key.algorithms_ = {Algorithm::es256}, key.signature_bytes_ = 64;
    return !key.algorithms_.empty();
  }
  static bool take_rsa(VerificationKey& key, std::size_t bits) {
    if (bits < kLeastRsaBits || bits > kMostRsaBits) return false;
    key.algorithms_ = {Algorithm::rs384, Algorithm::rs256};
    key.signature_bytes_ = (bits + 7) / 8;
    return true;
  }
  // A key that names its algorithm takes no other.
  static bool narrow(VerificationKey& key, JsonValue named) {
    if (named.is_missing()) return true;
    const auto algorithm = read_algorithm(named.text());
    if (!algorithm || !key.accepts(*algorithm)) return false;
    key.algorithms_ = {*algorithm};
    return true;
  }
};

Result<KeySet> read_key_set(std::string text) {
  const auto document = JsonDocument::parse(std::move(text), {.max_depth = 8, .max_members = 100, .max_number_chars = 64});
  if (!document) return refuse("It is not JSON.");
  const auto list = document->root()["keys"];
  if (!list.is_array() || list.size() > kMaxKeys) return refuse("It is not a JWK Set.");
  KeySet set;
  std::vector<std::string> seen;
  for (const auto json : list.elements()) {
    for (const std::string_view secret : {"d", "p", "q", "dp", "dq", "qi"})
      if (!json[secret].is_missing()) return refuse("It holds a private key, which now everybody knows.");
    const std::string kid(json["kid"].text());
    if (std::ranges::find(seen, kid) != seen.end()) {
      std::erase_if(set.keys, [&](const VerificationKey& key) { return key.kid() == kid; });
      continue;
    }
    seen.push_back(kid);
    if (auto key = KeySetReader::read(json)) set.keys.push_back(std::move(*key));
  }
  if (set.keys.empty()) return refuse("It holds no key that can verify a signature here.");
  return set;
}

SigningKey SigningKey::generate(Algorithm algorithm, std::string kid) {
  SigningKey key;
  key.algorithm_ = algorithm;
  cjose_err problem{};
  cjose_jwk_t* made = nullptr;
  if (algorithm == Algorithm::es384) made = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_384, &problem);
  else if (algorithm == Algorithm::es256) made = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &problem);
  else {
    const std::array<std::uint8_t, 3> exponent{1, 0, 1};
    made = cjose_jwk_create_RSA_random(kLeastRsaBits, exponent.data(), exponent.size(), &problem);
  }
  if (!made || !cjose_jwk_set_kid(made, kid.data(), kid.size(), &problem)) throw std::runtime_error("cjose cannot make a key");
  key.kid_ = std::move(kid);
  key.key_ = keep(made);
  return key;
}

std::string SigningKey::sign(std::string_view payload, std::string_view jku) const {
  cjose_err problem{};
  cjose_header_t* header = cjose_header_new(&problem);
  bool good = header != nullptr;
  const auto set = [&](const char* name, const std::string& value) { good = good && cjose_header_set(header, name, value.c_str(), &problem); };
  set("alg", std::string(algorithm_name(algorithm_)));
  set("kid", kid_);
  set("typ", "JWT");
  if (!jku.empty()) set("jku", std::string(jku));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(payload.data());
  cjose_jws_t* token = good ? cjose_jws_sign(jwk(key_), header, bytes, payload.size(), &problem) : nullptr;
  const char* text = nullptr;
  good = token && cjose_jws_export(token, &text, &problem);
  std::string compact = good ? text : "";
  if (token) cjose_jws_release(token);
  if (header) cjose_header_release(header);
  if (!good) throw std::runtime_error("cjose cannot sign");
  return compact;
}

std::string SigningKey::public_jwk() const {
  cjose_err problem{};
  char* text = cjose_jwk_to_json(jwk(key_), false, &problem);
  if (!text) throw std::runtime_error("cjose cannot write a key");
  const auto document = JsonDocument::parse(text);
  cjose_get_dealloc()(text);
  JsonWriter w;
  w.start_object();
  for (const auto member : document->root().members()) w.key(member.name()).value(member.value());
  w.member("use", "sig").member("alg", algorithm_name(algorithm_)).end_object();
  return w.take();
}

}  // namespace cathgate::cds_hooks
