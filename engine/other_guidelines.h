// What the guidelines that the site does not follow would advise for this patient, where it is something else.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// Needs the decision. Fills result.other_advice; leaves the rest of the result as it is.
void compare_guidelines(Deliberation& d);

}  // namespace cathgate
