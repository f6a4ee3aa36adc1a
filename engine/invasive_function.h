// Facts of coronary function that need no rule: which vessel of which session counts, and what follows from parts (CFR
// from transit times, velocities or flows; IMR, HMR, MRR; myocardial flow reserve from flows). A reported value goes
// before a computed one, and none is used twice.
#pragma once

#include <vector>

#include "core/fact_view.h"
#include "engine/function_facts.h"

namespace cathgate {

// The numbers of engine/endotype.json that the computations need.
struct FunctionSettings {
  double max_age_days = 0;            // older and undated readings are not used
  double disagreement = 0;            // a computed value this far (a proportion) from the reported one is remarked
  double yong_slope = 0;              // IMR corrected for a stenosis = Pa x Tmn x (slope x Pd/Pa - offset)
  double yong_offset = 0;
  double reference_product = 0;       // mmHg/min; the resting flow is scaled to this rate-pressure product
};

// `snapshot` is where the facts' vessels and sessions stand; `view` must hold its facts already.
void derive_coronary_function(const PatientSnapshot& snapshot, const FunctionFacts& facts, const FunctionSettings& settings, FactView& view, std::vector<DataIssue>& issues);

}  // namespace cathgate
