// The facts of coronary function that the engine reads or computes, resolved once at load.
#pragma once

#include <array>

#include "core/fact_catalogue.h"

namespace cathgate {

struct FunctionFacts {
  explicit FunctionFacts(const FactCatalogue& facts);

  // Of one vessel in one session.
  FactId cfr, cfr_doppler, cfr_bolus, cfr_continuous, imr, hmr, mrr, ffr;
  FactId transit_rest, transit_hyperaemia, velocity_rest, velocity_hyperaemia, flow_rest, flow_hyperaemia, pd_hyperaemia, pa_hyperaemia, pa_rest;
  std::array<FactId, 17> of_vessel;
  // The acetylcholine test: its parts count together or not at all.
  FactId ach_symptoms, ach_ecg, ach_constriction;
  std::array<FactId, 3> acetylcholine;
  // Myocardial blood flow.
  FactId pet_mfr, pet_rest, pet_stress, pet_heart_rate, pet_systolic;
  // Derived.
  FactId derived_cfr, derived_cfr_method, derived_doppler, derived_bolus, derived_continuous, derived_imr, derived_imr_corrected, derived_hmr, derived_mrr, derived_pet_mfr, derived_rest_corrected;
};

}  // namespace cathgate
