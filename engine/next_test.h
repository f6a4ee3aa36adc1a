// Which test comes next for this patient at this site, and what it could change.
#pragma once

#include <optional>

#include "engine/deliberation.h"

namespace cathgate {

// The best candidate for the action that the guideline asks for: available at the site, not done, not forbidden by the
// record. The guideline's groups come one after the other; within a group, what rightly settles the question in most patients
// like this one. A test that the record speaks against (caution) comes after all others, and one no result of which would settle
// anything last. Empty when none is left. Needs the outcomes of the stage `tests`.
std::optional<NextTest> choose_next_test(const Deliberation& d, rules::Action action);

}  // namespace cathgate
