// The last look at an answer before it leaves: every rule of CDS Hooks for cards, suggestions, actions and links, and
// the rules of our own about what a suggestion may touch. It shares no code with the writers and reads only the JSON.
#pragma once

#include <optional>

#include "core/json.h"

namespace cathgate::cds_hooks {

// The first rule that is broken (code internal, the path in the response), or empty. `draft_orders` is the Bundle of
// the request, missing when there was none: a delete may only name one of its resources with status draft.
std::optional<Error> validate_response(JsonValue response, JsonValue draft_orders);

}  // namespace cathgate::cds_hooks
