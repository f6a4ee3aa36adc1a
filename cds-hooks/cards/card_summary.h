// The one sentence of a card: the advice and the two facts that drove it, safe to be read alone, below 140 characters.
#pragma once

#include <string>

#include "cds-hooks/cards/card_context.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Counted in Unicode code points. Facts that do not fit are left out, never cut.
std::string write_summary(const CardContext& context, const Assessment& assessment);

}  // namespace cathgate::cds_hooks
