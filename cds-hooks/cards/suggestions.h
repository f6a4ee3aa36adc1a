// What a card offers to do with one tap: order the alternative instead of the draft, or beside it. A suggestion never
// touches an order that is signed, that cannot wait, or that belongs to an acute encounter.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/cards/card_context.h"
#include "core/digest.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Whether the draft may be replaced: status draft, an id, an elective priority, no acute encounter, and a test that
// comes first.
bool may_replace(const Assessment& assessment, const fhir::DraftOrder& order, bool acute_encounter);

// Writes the members `suggestions` and `selectionBehavior` into the card that is open in `writer`, or nothing when
// there is nothing to offer. Appends the uuids to `ids`.
void write_suggestions(JsonWriter& writer, const CardContext& context, const Assessment& assessment,
                       const fhir::DraftOrder& order, bool acute_encounter, const Digest& identity,
                       std::vector<std::string>& ids);

// The members of a draft order that a suggestion repeats.
inline constexpr std::string_view kEchoedMembers[] = {"subject", "encounter", "requester", "reasonCode",
                                                      "reasonReference"};

// Writes the echoed members of a draft into the object that is open in `writer`, without anything that CDS Hooks
// forbids (null, "", [], {}). A member that is longer than any honest indication is left out.
void write_echo(JsonWriter& writer, JsonValue draft);

}  // namespace cathgate::cds_hooks
