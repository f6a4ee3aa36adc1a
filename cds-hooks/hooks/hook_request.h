// The body of a hook call, checked: CDS Hooks 2.0.1 with the tolerances that 3.0 asks for. Unknown elements are
// ignored. The access token is checked for its shape and is not kept here (read_back_plan.h takes it).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/hooks/services.h"
#include "core/json.h"
#include "core/patient_snapshot.h"

namespace cathgate::cds_hooks {

// Views point into the request's document.
struct HookRequest {
  ServiceKind service = ServiceKind::angiography;
  Hook hook = Hook::order_sign;
  std::string_view hook_name;
  std::string_view hook_instance;
  std::string_view patient_id;               // without "Patient/"
  std::string_view encounter_id;             // without "Encounter/"; may be empty
  JsonValue draft_orders;                    // a Bundle; missing for hooks without orders
  std::vector<std::string_view> dispatched;  // "ServiceRequest/x"; order-dispatch only
  std::shared_ptr<const JsonDocument> dispatched_orders;  // holds draft_orders for order-dispatch: resolve_dispatched()
  std::vector<std::string_view> selections;  // "ServiceRequest/x"; order-select only
  JsonValue prefetch;                        // an object, or missing
  bool patient_may_lack = false;             // the client, or its FHIR server, has looked: there is no Patient resource
  std::string_view language;                 // the clinician's, as the call's extension asks for it; may be empty
  std::vector<DataIssue> issues;             // what was tolerated
};

// Errors: not_found for an unknown service, invalid_input with the path of the first element that is wrong.
Result<HookRequest> read_hook_request(JsonValue root, std::string_view service_id);

// "Type/id" as the CDS Hooks library writes references in a context.
bool is_reference(std::string_view text);

}  // namespace cathgate::cds_hooks
