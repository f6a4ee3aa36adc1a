// The orders of a hook's context: which of draftOrders ask for invasive coronary angiography, and why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/patient_snapshot.h"
#include "fhir/terms.h"

namespace cathgate::fhir {

struct DraftOrder {
  std::string
      reference;         // "ServiceRequest/x", as draftOrders and selections name it; empty id is refused with an issue
  std::string display;   // code.text or the coding's display, plain text, at most 80 characters; may be empty
  std::string status;    // "draft", "active", ...
  std::string priority;  // "routine" when absent
  JsonValue resource;    // valid as long as the request's document
  std::vector<Measurement> facts;  // order.indication and order.urgent, with the order as source
  std::vector<DataIssue> issues;   // wrong subject, unknown modifierExtension, ...
  bool usable =
      true;  // false: another patient's, entered-in-error, modifierExtension, or revoked/completed; the issue says why
};

// All orders for invasive coronary angiography in draftOrders (a Bundle), in document order. Reasons are read from
// reasonCode and from reasonReference where the referenced Condition is in the prefetch.
std::vector<DraftOrder> read_angiography_orders(const Terms& terms, const FactCatalogue& facts, JsonValue draft_orders,
                                                std::string_view patient_id, JsonValue prefetch);

// The FHIR coding with which a suggestion orders a test ("ccta", "stress_echo", ... as engine/assessment.h names them).
struct OrderCoding {
  std::string system;
  std::string code;
  std::string display;
};
OrderCoding order_coding(const Terms& terms, std::string_view test);

}  // namespace cathgate::fhir
