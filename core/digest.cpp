#include "core/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace cathgate {
namespace {

constexpr char kHex[] = "0123456789abcdef";

std::string uuid_text(const std::uint8_t* bytes, unsigned version) {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    unsigned b = bytes[i];
    if (i == 6) b = (b & 0x0Fu) | (version << 4);
    if (i == 8) b = (b & 0x3Fu) | 0x80u;
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[b >> 4];
    text += kHex[b & 0x0Fu];
  }
  return text;
}

}  // namespace

Digest sha256(std::string_view data) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data());
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
  Digest digest;
  unsigned length = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &length))
    throw std::runtime_error("OpenSSL refused an HMAC");
  return digest;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    text += kHex[b >> 4];
    text += kHex[b & 0x0F];
  }
  return text;
}
std::string to_hex(const Digest& digest) { return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

std::string uuid_from(const Digest& digest) { return uuid_text(digest.data(), 8); }

std::string random_uuid() {
  std::uint8_t bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL has no randomness");
  return uuid_text(bytes, 4);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      return false;
    }
  }
  return true;
}

}  // namespace cathgate
