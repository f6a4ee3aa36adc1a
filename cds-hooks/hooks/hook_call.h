// A hook call in two halves with a pause between them: what the call lacks may be read back from the EHR's FHIR server
// before it is answered. A call that lacks nothing is answered by the first half, as answer_hook() does.
#pragma once

#include <optional>
#include <variant>

#include "cds-hooks/hooks/service.h"
#include "cds-hooks/read-back/read_back_plan.h"

namespace cathgate::cds_hooks {

// A call that waits for `plan`. Everything that it said is kept in `document`.
struct PendingHook {
  std::string service_id;
  std::optional<JsonDocument> document;
  ReadBackPlan plan;
  UnixSeconds now = 0;
  std::string accept_language = {};
};

using HookOutcome = std::variant<Answer, PendingHook>;

// Answers the call, or says what has to be read back first; the latter only when `tenant` has FHIR servers and the call
// brings a token. Errors: as answer_hook().
Result<HookOutcome> begin_hook(const ServiceKnowledge& knowledge, const TenantOptions& options, const TenantPtr& tenant,
                               std::string_view service_id, std::string body, UnixSeconds now, std::string_view accept_language = {});

// Answers with what was fetched, the plan's refused keys included. Errors: as answer_hook(); missing_data also when the
// Patient could not be reached, never because the record lacks one.
Result<Answer> finish_hook(const ServiceKnowledge& knowledge, const TenantOptions& options, const PendingHook& pending,
                           const std::vector<FetchedKey>& fetched);

}  // namespace cathgate::cds_hooks
