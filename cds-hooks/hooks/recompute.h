// What the ledger keeps of an answered request so that the same knowledge gives the same bytes again: the canonical
// snapshot, the echoed fields of the orders, and the tenant's options.
#pragma once

#include <string>

#include "cds-hooks/hooks/answer_case.h"
#include "core/json.h"

namespace cathgate::cds_hooks {

// The canonical text of an order's own facts and issues; part of a card's identity.
std::string order_facts_text(const fhir::DraftOrder& order, const FactCatalogue& facts);

// LedgerEntry::facts. `endotype_record` is what was concluded about the endotype, as a JSON object; empty: nothing.
std::string write_ledger_facts(const AnswerCase& input, const TenantOptions& tenant, const FactCatalogue& facts, std::string_view endotype_record);

// The case that LedgerEntry::facts hold; its orders point into the document of `root`.
Result<AnswerCase> read_ledger_case(JsonValue root, const FactCatalogue& facts);

}  // namespace cathgate::cds_hooks
