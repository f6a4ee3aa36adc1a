// Where two JSON texts differ, as paths; for `cathgate replay --recompute`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/json.h"

namespace cathgate::cds_hooks {

// The paths ("cards[0].detail") at which the values differ, at most `limit`, in the order of `before`. Empty: they are equal
// but for white space and the order of members.
std::vector<std::string> differing_paths(JsonValue before, JsonValue after, std::size_t limit);

}  // namespace cathgate::cds_hooks
