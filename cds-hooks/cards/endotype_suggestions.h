// What the second card offers with one tap: an order for invasive function testing, and proposals for drugs. All are
// drafts; agent and dose are the prescriber's.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/cards/card_context.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Writes `suggestions` and `selectionBehavior` into the open card, or nothing. A drug that is contraindicated, needs
// caution or is taken already is not offered.
void write_endotype_suggestions(JsonWriter& writer, const CardContext& context, const EndotypeAssessment& endotype, const fhir::DraftOrder* order, std::string_view patient_id, const Digest& identity, std::vector<std::string>& ids);

}  // namespace cathgate::cds_hooks
