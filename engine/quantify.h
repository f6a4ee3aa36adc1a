// What plain measurements of a study amount to: LV volumes and mass, wall-motion index, strain, CAD-RADS from segments,
// ischaemic myocardium. A figure that the report lacks is filled in; one that differs from the report's own is an issue.
#pragma once

#include <vector>

#include "core/fact_view.h"
#include "engine/knowledge.h"

namespace cathgate {

// Needs the facts of the record in the view; sets derived facts. Only values of one study (equal times) are put together.
void quantify(const PatientSnapshot& snapshot, const Knowledge& knowledge, FactView& view, std::vector<DataIssue>& issues);

}  // namespace cathgate
