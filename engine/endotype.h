// The endotype of angina without obstruction: the rule sets' labels, the model's certainty, treatment and tests by axis.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// Needs every earlier stage run and, for the certainty, the likelihood. Leaves `result.endotype` empty when there is
// nothing to say: no open artery and no function test on record, obstructive disease, no symptom, or an acute setting.
void assess_endotype(Deliberation& d);

}  // namespace cathgate
