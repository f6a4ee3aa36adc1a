// What a hook call lacks and how to get it: decided from the call alone, before anything is asked. And what came of it, put
// back into the place of the prefetch. Pure; the asking is in read_back.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/cards/messages.h"
#include "cds-hooks/hooks/hook_request.h"
#include "cds-hooks/trust/tenants.h"
#include "core/json.h"
#include "fhir/terms.h"

namespace cathgate::cds_hooks {

// Why a key was not read back; each is said on the card.
enum class ReadBackFailure : std::uint8_t {
  none,
  not_permitted,  // the token's scopes do not cover it, or the FHIR server said 401 or 403
  late,           // not within the time of the answer
  unreachable,    // no connection, an address that must not be called, or the server is left alone after failures
  faulty,         // an error, something that is not FHIR, too large, another patient
};
inline constexpr std::size_t kReadBackFailures = 5;
std::string_view read_back_failure_name(ReadBackFailure failure);

struct KeyQuery {
  std::string key;
  std::string type;
  std::string url;          // absolute, encoded; of the next page when first_page is given
  bool instance = false;    // reads one resource instead of searching
  bool restricted = false;  // the scopes show only a part: the list is never complete
  std::string first_page;   // the page that the client sent; empty: none
};

struct FetchedKey {
  std::string key;
  ReadBackFailure failure = ReadBackFailure::none;
  std::string body;  // a resource or Bundle as JSON, or "null": known not to exist
};

// Holds the access token, for this call only: wiped at the end.
struct ReadBackPlan {
  ReadBackPlan() = default;
  ReadBackPlan(ReadBackPlan&&) = default;
  ReadBackPlan& operator=(ReadBackPlan&&) = default;
  ~ReadBackPlan();

  TenantPtr tenant;
  std::string base;   // fhirServer
  std::string token;
  std::string patient_id;
  std::chrono::seconds token_life{0};
  std::vector<KeyQuery> queries;
  std::vector<FetchedKey> refused;  // keys that are missing and may not be asked for
};

// The keys of the templates that are missing (see kPrefetchRules), when the call names a FHIR server of the tenant and brings
// a token; no queries and no refusals otherwise. `root` is the body of the call.
// `orders`: references of dispatched orders that the prefetch lacks; they are read one by one.
ReadBackPlan plan_read_back(JsonValue root, const std::vector<std::string_view>& orders, const HookRequest& request, const fhir::Terms& terms, const TenantPtr& tenant);

// The prefetch with everything that was fetched in its place, as JSON text.
std::string merge_prefetch(JsonValue prefetch, const std::vector<FetchedKey>& fetched);

// What the card says about a key that could not be read.
DataIssue issue_of(const FetchedKey& key, const Phrases& english);

}  // namespace cathgate::cds_hooks
