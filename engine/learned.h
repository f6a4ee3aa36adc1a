// The learned score in an assessment: for patients with chest pain as the main symptom and no known disease. It stands
// beside the guideline's decision, and decides for an angiography order at a tenant that has recalibrated it.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// Fills result.learned, or its reason for silence; does nothing where the score is not asked.
void assess_learned(Deliberation& d);

// Whether the learned score speaks for this order instead of the guideline's table by likelihood: a recalibration that
// fits, an order, an estimate, and no diagnostic anatomical or stress-imaging result.
bool learned_decides(const Deliberation& d);

}  // namespace cathgate
