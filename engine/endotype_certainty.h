// How sure the endotype model is, where it may speak at all.
#pragma once

#include "engine/deliberation.h"
#include "engine/endotype_assessment.h"

namespace cathgate {

// Fills `out.certainty`, or `out.silence` with the reason why there is none. P(obstruction) comes from the likelihood, an
// open angiogram or FFR; a functional test that the likelihood already holds acts on the axes only.
void assess_certainty(const Deliberation& d, EndotypeAssessment& out);

}  // namespace cathgate
