// The second card: angina with open arteries. Beside the angiography card, or alone for a patient without an order.
#pragma once

#include <string>

#include "cds-hooks/cards/card_context.h"
#include "cds-hooks/cards/card_writer.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Writes one object. `assessment.endotype` must be set; `order` is null for a card without an order, which is then about
// `patient_id`.
CardIds write_endotype_card(JsonWriter& writer, const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order, std::string_view patient_id, const Digest& identity);

// What the card says of the patient in one line, below 140 characters.
std::string write_endotype_summary(const CardContext& context, const EndotypeAssessment& endotype);
// The flow reserves that were read without a catheter: "Doppler echo flow reserve 1.7"; empty when there is none.
std::string write_reserve_readings(const CardContext& context, const EndotypeAssessment& endotype);
// GitHub-Flavored Markdown: both axes, what was measured, the rule sets, how sure, treatment, what would settle it.
std::string write_endotype_detail(const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order);

// The labels of the default rule set; what it could not test goes last.
std::vector<const EndotypeLabel*> default_labels(const CardContext& context, const EndotypeAssessment& endotype);

}  // namespace cathgate::cds_hooks
