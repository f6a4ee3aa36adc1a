// The context of each hook, field by field as the CDS Hooks library requires it.
#pragma once

#include <optional>

#include "cds-hooks/hooks/hook_request.h"

namespace cathgate::cds_hooks {

// Fills the context fields of `request`, whose hook is already known; the first error, or empty.
std::optional<Error> read_hook_context(JsonValue context, HookRequest& request);

}  // namespace cathgate::cds_hooks
