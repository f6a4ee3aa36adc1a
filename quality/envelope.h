// Encryption of one payload by AES-256-GCM with a key of its own, itself wrapped by the tenant's key: destroying the
// wrapped key erases that payload and no other.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.h"
#include "quality/keys.h"

namespace cathgate::quality {

struct Envelope {
  std::string key;   // nonce (12 bytes), wrapped data key (32), tag (16); empty only when there is no payload
  std::string body;  // nonce, cipher text, tag
};

// Encrypts the concatenation of the parts. `identity` is not stored here, but must be the same to open it again: a
// payload that is moved to another row does not open. Random nonces: at most 2^32 payloads for each tenant's key (NIST
// SP 800-38D 8.3).
Envelope seal(const Key& wrapping_key, std::string_view identity, std::initializer_list<std::string_view> parts);
// Error (internal) when key, identity or bytes are not those that were sealed.
Result<std::string> open_envelope(const Key& wrapping_key, std::string_view identity, std::string_view key,
                                  std::string_view body);

}  // namespace cathgate::quality
