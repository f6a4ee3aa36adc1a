#include "cds-hooks/hooks/hook_context.h"

#include <algorithm>

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxIdLength = 64;  // FHIR R4 `id`
constexpr std::size_t kMaxSelections = 1'000;

Error invalid(std::string where, std::string message) {
  return {ErrorCode::invalid_input, std::move(where), std::move(message)};
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

// Reads a bare id; a leading "Type/" is tolerated and reported.
std::optional<Error> read_id(JsonValue value, const std::string& where, std::string_view type, std::string_view& id,
                             std::vector<DataIssue>& issues) {
  const auto text = value.string();
  if (!text) return invalid(where, "a string is required here");
  id = *text;
  if (id.size() > type.size() + 1 && id.starts_with(type) && id[type.size()] == '/') {
    id.remove_prefix(type.size() + 1);
    issues.push_back({DataIssue::Kind::assumed, where, "typed_id", "A bare id belongs here; the resource type in front of it was ignored.", kNoFact, {}, 1});
  }
  if (!is_id(id)) return invalid(where, "this is not a FHIR id");
  return std::nullopt;
}

bool holds_draft(JsonValue bundle, std::string_view reference) {
  const auto slash = reference.find('/');
  for (const auto entry : bundle["entry"].elements()) {
    const auto resource = entry["resource"];
    if (resource["resourceType"].text() == reference.substr(0, slash) &&
        resource["id"].text() == reference.substr(slash + 1))
      return true;
  }
  return false;
}

std::optional<Error> read_draft_orders(JsonValue context, HookRequest& request) {
  const auto bundle = context["draftOrders"];
  if (!bundle.is_object()) return invalid("context.draftOrders", "a Bundle is required here");
  if (bundle["resourceType"].text() != "Bundle")
    return invalid("context.draftOrders.resourceType", "the draft orders are a Bundle");
  const auto entries = bundle["entry"];
  if (!entries.is_missing() && !entries.is_array())
    return invalid("context.draftOrders.entry", "an array is required here");
  std::size_t i = 0;
  for (const auto entry : entries.elements()) {
    if (!entry["resource"].is_object())
      return invalid("context.draftOrders.entry[" + std::to_string(i) + "].resource", "a draft order is a resource");
    ++i;
  }
  request.draft_orders = bundle;
  return std::nullopt;
}

// Nothing is read from tasks; what is no resource is still an error of the client, and is said.
std::optional<Error> check_tasks(JsonValue tasks) {
  if (!tasks.is_missing() && !tasks.is_array()) return invalid("context.fulfillmentTasks", "an array is required here");
  std::size_t i = 0;
  for (const auto task : tasks.elements()) {
    if (task["resourceType"].text().empty()) return invalid("context.fulfillmentTasks[" + std::to_string(i) + "]", "a resource is required here");
    ++i;
  }
  return std::nullopt;
}

// The context of order-dispatch 1.1: references only. Orders of other types are not Cathgate's.
std::optional<Error> read_dispatched(JsonValue context, HookRequest& request) {
  const auto orders = context["dispatchedOrders"];
  if (!orders.is_array() || orders.size() == 0) return invalid("context.dispatchedOrders", "an array that is not empty is required here");
  if (orders.size() > kMaxSelections) return invalid("context.dispatchedOrders", "too many orders");
  std::size_t i = 0;
  for (const auto order : orders.elements()) {
    const auto where = "context.dispatchedOrders[" + std::to_string(i++) + "]";
    if (!is_reference(order.text())) return invalid(where, "a reference of the form Type/id is required here");
    if (order.text().starts_with("ServiceRequest/")) request.dispatched.push_back(order.text());
  }
  if (!is_reference(context["performer"].text())) return invalid("context.performer", "a reference of the form Type/id is required here");
  return check_tasks(context["fulfillmentTasks"]);
}

std::optional<Error> read_selections(JsonValue context, HookRequest& request) {
  const auto selections = context["selections"];
  if (!selections.is_array()) return invalid("context.selections", "an array is required here");
  if (selections.size() > kMaxSelections) return invalid("context.selections", "too many selections");
  std::size_t i = 0;
  for (const auto selection : selections.elements()) {
    const auto where = "context.selections[" + std::to_string(i++) + "]";
    if (!is_reference(selection.text())) return invalid(where, "a reference of the form Type/id is required here");
    if (!holds_draft(request.draft_orders, selection.text()))
      return invalid(where, "the selected order is not among the draft orders");
    request.selections.push_back(selection.text());
  }
  return std::nullopt;
}

}  // namespace

bool is_reference(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && is_id(text.substr(0, slash)) && is_id(text.substr(slash + 1));
}

std::optional<Error> read_hook_context(JsonValue context, HookRequest& request) {
  if (!context.is_object()) return invalid("context", "an object is required here");
  // order-dispatch has no user: it may be a machine's decision.
  if (request.hook != Hook::order_dispatch && !is_reference(context["userId"].text()))
    return invalid("context.userId", "a reference of the form Type/id is required here");
  if (auto error = read_id(context["patientId"], "context.patientId", "Patient", request.patient_id, request.issues))
    return error;
  if (const auto encounter = context["encounterId"]; !encounter.is_missing() || request.hook == Hook::encounter_start)
    if (auto error = read_id(encounter, "context.encounterId", "Encounter", request.encounter_id, request.issues))
      return error;
  if (request.service != ServiceKind::angiography) return std::nullopt;
  if (request.hook == Hook::order_dispatch) return read_dispatched(context, request);
  if (auto error = read_draft_orders(context, request)) return error;
  return request.hook == Hook::order_select ? read_selections(context, request) : std::nullopt;
}

}  // namespace cathgate::cds_hooks
