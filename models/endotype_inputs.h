// What a patient's facts say to the endotype model.
#pragma once

#include "core/fact_view.h"
#include "core/finding.h"
#include "models/endotype_parameters.h"

namespace cathgate::models {

struct EndotypeReading {
  EndotypeInputs inputs;          // `obstruction` and what is inside it are the caller's to fill
  bool sex_known = false;         // without it the model has no answer
  std::vector<Evidence> evidence; // the facts that became inputs
  std::vector<FactId> invalid;    // readings that the record itself makes invalid (caffeine, no response, a stenosis)
};

// Exact values only: "<2.0" and old or undated readings beyond their limit are not used.
EndotypeReading read_endotype_inputs(const EndotypeData& data, const FactView& view);

}  // namespace cathgate::models
