// The detail of a card: GitHub-Flavored Markdown without HTML, the most important first. Everything that the advice
// rests on, what is missing, what would change it, and for whom it was not made.
#pragma once

#include <string>

#include "cds-hooks/cards/card_context.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// `order` is null for a card without an order.
std::string write_detail(const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order);

// The detail for an order that cannot be assessed (another patient's, entered in error, an unknown modifier).
std::string write_unusable_detail(const CardContext& context, const fhir::DraftOrder& order, UnixSeconds as_of);

}  // namespace cathgate::cds_hooks
