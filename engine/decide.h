// From what the rules said to one decision. The order of caution decides between two that are possible; a deferral has to
// earn its place against everything that could forbid it.
#pragma once

#include "engine/deliberation.h"

namespace cathgate {

// Needs all stages run. Sets decision, severity, decision_reason, next_test and the front of `missing`; returns the
// outcomes that decided, most important first.
std::vector<const rules::RuleOutcome*> decide(Deliberation& d);

// The decision of the acute gate, with the outcomes that opened it.
std::vector<const rules::RuleOutcome*> decide_emergency(Deliberation& d);

}  // namespace cathgate
