// What the fuzz targets share: knowledge from the source tree, loaded once, and a way to stop on a broken property.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cds-hooks/hooks/service.h"
#include "core/json.h"

namespace cathgate::fuzz {

// All inputs are assessed as of this instant, so that a crash can be repeated.
inline constexpr UnixSeconds kNow = 1'795'507'200;  // 2026-11-24T08:00:00Z

// Ends the process, which libFuzzer reports together with the input.
[[noreturn]] void fail(std::string_view property, std::string_view detail);
inline void require(bool holds, std::string_view property, std::string_view detail = {}) {
  if (!holds) fail(property, detail);
}

const cds_hooks::ServiceKnowledge& knowledge();

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// The member "request" of a case file as JSON text, or the input itself.
std::string request_of(std::string_view input);

}  // namespace cathgate::fuzz
