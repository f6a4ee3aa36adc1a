#include "fhir/code_table.h"

#include <algorithm>
#include <array>
#include <functional>

namespace cathgate::fhir {
namespace {

constexpr std::uint32_t kPrefixBit = 1u << 30;  // the entry is a prefix
constexpr std::uint32_t kSystemBit = 1u << 31;  // the entry says that the system has prefixes in this role
constexpr std::size_t kLongestPrefix = 16;
constexpr std::uint64_t kPrime = 1099511628211u;

std::uint64_t seed(std::uint32_t role, std::string_view system) {
  return (std::hash<std::string_view>{}(system) ^ (role * 0x9E3779B97F4A7C15u)) * kPrime;
}
std::uint64_t step(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * kPrime;
}
std::uint64_t hash_of(std::uint32_t role, std::string_view system, std::string_view code) {
  std::uint64_t h = seed(role, system);
  for (char c : code) h = step(h, c);
  return h;
}
std::size_t slot_of(std::uint64_t hash) {
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}

std::string_view trimmed(std::string_view code) {
  while (!code.empty() && code.front() == ' ') code.remove_prefix(1);
  while (!code.empty() && code.back() == ' ') code.remove_suffix(1);
  return code;
}

}  // namespace

bool CodeTable::add(RoleKey role, std::string_view system, std::string_view code, Hit hit) {
  std::uint32_t bits = role.bits;
  if (code.ends_with('*')) {
    code.remove_suffix(1);
    const std::uint32_t marker = bits | kSystemBit;
    if (!probe(hash_of(marker, system, {}), marker, system, {})) {
      entries_.push_back({hash_of(marker, system, {}), marker, std::string(system), {}, {}});
      grow();
    }
    bits |= kPrefixBit;
  }
  const std::uint64_t hash = hash_of(bits, system, code);
  if (probe(hash, bits, system, code)) return false;
  entries_.push_back({hash, bits, std::string(system), std::string(code), hit});
  grow();
  return true;
}

std::optional<CodeTable::Hit> CodeTable::find(RoleKey role, std::string_view system, std::string_view code) const {
  code = trimmed(code);
  if (code.empty()) return std::nullopt;
  if (const Entry* exact = probe(hash_of(role.bits, system, code), role.bits, system, code)) return exact->hit;
  const std::uint32_t marker = role.bits | kSystemBit;
  if (!probe(hash_of(marker, system, {}), marker, system, {})) return std::nullopt;
  const std::uint32_t prefix = role.bits | kPrefixBit;
  std::array<std::uint64_t, kLongestPrefix + 1> hashes;
  const std::size_t longest = std::min(code.size(), kLongestPrefix);
  hashes[0] = seed(prefix, system);
  for (std::size_t i = 0; i < longest; ++i) hashes[i + 1] = step(hashes[i], code[i]);
  for (std::size_t n = longest; n > 0; --n)
    if (const Entry* e = probe(hashes[n], prefix, system, code.substr(0, n))) return e->hit;
  return std::nullopt;
}

const CodeTable::Entry* CodeTable::probe(std::uint64_t hash, std::uint32_t role, std::string_view system,
                                         std::string_view code) const {
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = slot_of(hash) & mask; slots_[i] != 0; i = (i + 1) & mask) {
    const Entry& e = entries_[slots_[i] - 1];
    if (e.hash == hash && e.role == role && e.code == code && e.system == system) return &e;
  }
  return nullptr;
}

// Called after each push_back: keeps the table at most half full.
void CodeTable::grow() {
  const auto place = [this](std::uint32_t index) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = slot_of(entries_[index].hash) & mask;
    while (slots_[i] != 0) i = (i + 1) & mask;
    slots_[i] = index + 1;
  };
  if (entries_.size() * 2 <= slots_.size()) return place(static_cast<std::uint32_t>(entries_.size() - 1));
  slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), 0);
  for (std::uint32_t i = 0; i < entries_.size(); ++i) place(i);
}

}  // namespace cathgate::fhir
