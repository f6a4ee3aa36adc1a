// The orders of an order-dispatch call: its context only names them, so they are found in the prefetch, under whatever key.
#pragma once

#include <string_view>
#include <vector>

#include "cds-hooks/hooks/hook_request.h"

namespace cathgate::cds_hooks {

// What discovery offers the client to send for this hook, beside the templates of the record.
inline constexpr std::string_view kDispatchedKey = "dispatched-orders";
inline constexpr std::string_view kDispatchedTemplate = "ServiceRequest?patient={{context.patientId}}&_sort=-authored&_count=50";

// Collects the dispatched ServiceRequests of the prefetch into `request.draft_orders`; the references that are not there. For
// other hooks it does nothing.
std::vector<std::string_view> resolve_dispatched(HookRequest& request);

}  // namespace cathgate::cds_hooks
