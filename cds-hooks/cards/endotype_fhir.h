// The endotype as FHIR R4: one Observation for each label of each rule set, and a RiskAssessment where the model spoke.
// For `cathgate assess --fhir` and for stores that want the result beside the card. The codes are ours
// (docs/fhir/CodeSystem-endotype.json), since no public one exists.
#pragma once

#include <string_view>

#include "cds-hooks/cards/card_context.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Writes a Bundle of type collection. `assessment.endotype` must be set.
void write_endotype_bundle(JsonWriter& writer, const CardContext& context, const Assessment& assessment, std::string_view patient_id, const Digest& identity);

// What the ledger keeps of the conclusion: labels with rule and version, versions, and the model's numbers.
void write_endotype_record(JsonWriter& writer, const EndotypeAssessment& endotype);

}  // namespace cathgate::cds_hooks
