// One Assessment as one card of a CDS Hooks response.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/cards/card_context.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

struct CardIds {
  std::string card;
  std::vector<std::string> suggestions;
};

// Writes one object into `writer`. `order` is null for a card without an order.
CardIds write_card(JsonWriter& writer, const CardContext& context, const Assessment& assessment,
                   const fhir::DraftOrder* order, bool acute_encounter, const Digest& identity);

// The card for an order that cannot be assessed; it advises nothing and says why.
CardIds write_unusable_card(JsonWriter& writer, const CardContext& context, const fhir::DraftOrder& order,
                            UnixSeconds as_of, const Digest& identity);

}  // namespace cathgate::cds_hooks
