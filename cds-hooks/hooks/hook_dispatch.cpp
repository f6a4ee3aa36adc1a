#include "cds-hooks/hooks/hook_dispatch.h"

namespace cathgate::cds_hooks {
namespace {

bool is_named(JsonValue resource, std::string_view reference) {
  const auto slash = reference.find('/');
  return resource["resourceType"].text() == reference.substr(0, slash) && resource["id"].text() == reference.substr(slash + 1);
}

// The resource that a reference names, wherever it lies in the prefetch.
JsonValue find(JsonValue prefetch, std::string_view reference) {
  for (const auto member : prefetch.members()) {
    if (is_named(member.value(), reference)) return member.value();
    for (const auto entry : member.value()["entry"].elements())
      if (is_named(entry["resource"], reference)) return entry["resource"];
  }
  return {};
}

}  // namespace

std::vector<std::string_view> resolve_dispatched(HookRequest& request) {
  std::vector<std::string_view> missing;
  if (request.hook != Hook::order_dispatch) return missing;
  JsonWriter w;
  w.start_object().member("resourceType", "Bundle").key("entry").start_array();
  for (const auto reference : request.dispatched) {
    const auto order = find(request.prefetch, reference);
    if (order.is_missing()) missing.push_back(reference);
    else w.start_object().key("resource").value(order).end_object();
  }
  w.end_array().end_object();
  auto document = JsonDocument::parse(w.take());
  request.dispatched_orders = std::make_shared<const JsonDocument>(std::move(document).value());
  request.draft_orders = request.dispatched_orders->root();
  return missing;
}

}  // namespace cathgate::cds_hooks
