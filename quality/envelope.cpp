#include "quality/envelope.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace cathgate::quality {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// Fetching a cipher and making a context cost more than encrypting a small row: both are kept.
EVP_CIPHER_CTX* context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> kept(EVP_CIPHER_CTX_new());
  return kept.get();
}
const EVP_CIPHER* cipher() {
  static EVP_CIPHER* const kept = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return kept;
}

void require(int succeeded) {
  if (succeeded != 1) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text, std::size_t offset) {
  return reinterpret_cast<unsigned char*>(text.data()) + offset;
}

std::string encrypt(const unsigned char* key, const unsigned char* nonce, std::string_view identity,
                    std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  std::string out(kNonce + size + kTag, '\0');
  std::memcpy(out.data(), nonce, kNonce);
  EVP_CIPHER_CTX* const c = context();
  int length = 0;
  require(EVP_EncryptInit_ex2(c, cipher(), key, nonce, nullptr));
  require(EVP_EncryptUpdate(c, nullptr, &length, bytes(identity), static_cast<int>(identity.size())));
  std::size_t at = kNonce;
  for (const auto part : parts) {
    if (part.empty()) continue;
    require(EVP_EncryptUpdate(c, bytes(out, at), &length, bytes(part), static_cast<int>(part.size())));
    at += static_cast<std::size_t>(length);
  }
  require(EVP_EncryptFinal_ex(c, bytes(out, at), &length));
  require(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, kTag, bytes(out, kNonce + size)));
  return out;
}

bool decrypt(const unsigned char* key, std::string_view identity, std::string_view sealed, unsigned char* out) {
  EVP_CIPHER_CTX* const c = context();
  const std::string_view text = sealed.substr(kNonce, sealed.size() - kNonce - kTag);
  std::string tag(sealed.substr(sealed.size() - kTag));
  int length = 0;
  require(EVP_DecryptInit_ex2(c, cipher(), key, bytes(sealed), nullptr));
  require(EVP_DecryptUpdate(c, nullptr, &length, bytes(identity), static_cast<int>(identity.size())));
  if (!text.empty()) require(EVP_DecryptUpdate(c, out, &length, bytes(text), static_cast<int>(text.size())));
  require(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()));
  unsigned char rest[kTag];
  return EVP_DecryptFinal_ex(c, rest, &length) == 1;
}

}  // namespace

Envelope seal(const Key& wrapping_key, std::string_view identity, std::initializer_list<std::string_view> parts) {
  // One request for all of it: the generator costs more than the wrapping.
  unsigned char random[2 * kNonce + 32];
  static_assert(sizeof random == 2 * kNonce + Key::size());
  require(RAND_bytes(random, sizeof random));
  const unsigned char* const data_key = random + 2 * kNonce;
  Envelope sealed{
      encrypt(wrapping_key.data(), random, identity, {{reinterpret_cast<const char*>(data_key), Key::size()}}),
      encrypt(data_key, random + kNonce, identity, parts)};
  OPENSSL_cleanse(random, sizeof random);
  return sealed;
}

Result<std::string> open_envelope(const Key& wrapping_key, std::string_view identity, std::string_view key,
                                  std::string_view body) {
  if (key.size() != kNonce + Key::size() + kTag || body.size() < kNonce + kTag)
    return Error{ErrorCode::internal, "payload", "The payload or its key is cut or was erased."};
  Key data_key;
  if (!decrypt(wrapping_key.data(), identity, key, data_key.data()))
    return Error{ErrorCode::internal, "payload",
                 "The key of the payload does not open: wrong key file, or the row was changed."};
  std::string text(body.size() - kNonce - kTag, '\0');
  if (!decrypt(data_key.data(), identity, body, bytes(text, 0)))
    return Error{ErrorCode::internal, "payload", "The payload's tag is wrong: it was changed."};
  return text;
}

}  // namespace cathgate::quality
