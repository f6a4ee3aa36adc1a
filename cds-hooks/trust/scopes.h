// What an access token may be used for: SMART scopes, as version 1 (patient/Observation.read) and version 2
// (patient/Observation.rs?category=...) write them.
#pragma once

#include <cstdint>
#include <string_view>

namespace cathgate::cds_hooks {

enum class ScopeCover : std::uint8_t {
  none,
  restricted,  // only a part of the resources: version 2 with a query
  full,
};

// Whether the scopes (separated by spaces) allow to read one instance of `type`, or to search for it.
ScopeCover scope_cover(std::string_view scopes, std::string_view type, bool search);

}  // namespace cathgate::cds_hooks
