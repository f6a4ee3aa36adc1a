// Everything beside the decision that a reader needs to check it: the statements, the two facts that drove it, the
// evidence, what is missing, assumed or too old, and what would reverse it.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// `deciding`: the outcomes that decided, most important first. Fills the rest of d.result.
void explain(Deliberation& d, const std::vector<const rules::RuleOutcome*>& deciding);

}  // namespace cathgate
