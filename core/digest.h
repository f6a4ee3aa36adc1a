// SHA-256, HMAC-SHA-256 and name-based identifiers, by OpenSSL. For identity and integrity; encryption lives in quality/.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cathgate {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view data);
std::string to_hex(std::string_view bytes);
std::string to_hex(const Digest& digest);

// An RFC 9562 version 8 UUID made of the first 128 bits of a digest: same input, same identifier.
std::string uuid_from(const Digest& digest);
// A random version 4 UUID from OpenSSL's generator.
std::string random_uuid();
// 8-4-4-4-12 hexadecimal digits, any version, either case.
bool is_uuid(std::string_view text);

}  // namespace cathgate
