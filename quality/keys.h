// The keys of a ledger: one random master in a file outside the database, everything else derived from it by
// HKDF-SHA-256 (RFC 5869), a key for each purpose and for each tenant.
//
// The file is text, mode 0600, three lines:
//   cathgate-key 1
//   id 0123456789abcdef        derived from the master too, so that a damaged or exchanged file is noticed
//   master <64 hexadecimal digits>
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"

namespace cathgate::quality {

// 256 bits that are wiped when they go.
class Key {
 public:
  Key() = default;
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  static constexpr std::size_t size() { return 32; }

 private:
  std::array<std::uint8_t, 32> bytes_{};
};

struct TenantKeys {
  Key identifiers;  // HMAC of patients and orders: equal identifiers of two tenants cannot be linked
  Key wrapping;     // wraps the data key of each payload
};

// Thread-safe.
class KeyRing {
 public:
  // Errors (unavailable, naming the file): unreadable, readable by group or others, malformed, id and master disagree.
  static Result<std::unique_ptr<KeyRing>> load(const std::string& path);
  // Makes a new file, on disk before it returns; an existing one is never overwritten.
  static Result<std::unique_ptr<KeyRing>> create(const std::string& path);

  const std::string& id() const { return id_; }
  const Key& head() const { return head_; }    // authenticates the head record of the chain
  const Key& spill() const { return spill_; }  // authenticates the records of the spill file
  // Derived once for each tenant and kept; valid as long as the ring.
  const TenantKeys& tenant(const std::string& name) const;

 private:
  explicit KeyRing(const Key& master);
  Key master_;
  std::string id_;
  Key head_;
  Key spill_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::unique_ptr<const TenantKeys>> tenants_;
};

}  // namespace cathgate::quality
