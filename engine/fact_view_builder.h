// PatientSnapshot -> FactView: one value for each fact, as core/facts.json says how to choose it, then the derived facts
// that need no rule (age, troponin of this episode, symptom score, risk factors, Duke score).
#pragma once

#include <vector>

#include "core/fact_view.h"
#include "engine/knowledge.h"

namespace cathgate {

// Two different values of one fact at the same instant leave it unknown (conflicting) and add an issue. For facts that
// are true or false, "present" wins unless "absent" is later.
FactView build_fact_view(const PatientSnapshot& snapshot, const Knowledge& knowledge, std::vector<DataIssue>& issues);

}  // namespace cathgate
