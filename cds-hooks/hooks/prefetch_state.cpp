#include "cds-hooks/hooks/prefetch_state.h"

#include <algorithm>

namespace cathgate::cds_hooks {

std::string_view template_type(std::string_view query) { return query.substr(0, query.find_first_of("/?")); }

bool reads_instance(std::string_view query) {
  const auto end = query.find_first_of("/?");
  return end != std::string_view::npos && query[end] == '/';
}

std::string_view next_link(JsonValue bundle) {
  for (const auto link : bundle["link"].elements())
    if (link["relation"].text() == "next") return link["url"].text();
  return {};
}

PrefetchState judge_prefetch(JsonValue value, std::string_view query, std::string_view patient_id) {
  if (value.is_missing()) return PrefetchState::absent;
  if (value.is_null()) return PrefetchState::null;
  const auto type = value["resourceType"].text();
  const auto wanted = template_type(query);
  const auto of_another = [&](JsonValue resource) { return wanted == "Patient" && resource["id"].text() != patient_id; };
  if (type == "OperationOutcome") return PrefetchState::outcome;
  if (type == wanted) return of_another(value) ? PrefetchState::wrong_patient : PrefetchState::satisfied;
  if (type != "Bundle") return PrefetchState::wrong_type;

  bool any = false, right = false, other = false, failed = false;
  for (const auto entry : value["entry"].elements()) {
    const auto resource = entry["resource"];
    any = true;
    failed = failed || resource["resourceType"].text() == "OperationOutcome";
    if (resource["resourceType"].text() != wanted) continue;
    right = true;
    other = other || of_another(resource);
  }
  if (!next_link(value).empty()) return PrefetchState::paged;
  if (!any) return PrefetchState::empty;
  if (right) return other ? PrefetchState::wrong_patient : PrefetchState::satisfied;
  return failed ? PrefetchState::outcome : PrefetchState::wrong_type;
}

}  // namespace cathgate::cds_hooks
