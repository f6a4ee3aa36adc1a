#include "engine/function_facts.h"

namespace cathgate {

FunctionFacts::FunctionFacts(const FactCatalogue& facts) {
  const auto id = [&](std::string_view name) { return facts.require(name); };
  cfr = id("invasive.cfr"), cfr_doppler = id("invasive.cfr_doppler"), cfr_bolus = id("invasive.cfr_bolus"), cfr_continuous = id("invasive.cfr_continuous");
  imr = id("invasive.imr"), hmr = id("invasive.hmr"), mrr = id("invasive.mrr"), ffr = id("invasive.ffr");
  transit_rest = id("invasive.transit_time_rest"), transit_hyperaemia = id("invasive.transit_time_hyperaemia");
  velocity_rest = id("invasive.velocity_rest"), velocity_hyperaemia = id("invasive.velocity_hyperaemia");
  flow_rest = id("invasive.flow_rest"), flow_hyperaemia = id("invasive.flow_hyperaemia");
  pd_hyperaemia = id("invasive.pd_hyperaemia"), pa_hyperaemia = id("invasive.pa_hyperaemia"), pa_rest = id("invasive.pa_rest");
  of_vessel = {cfr, cfr_doppler, cfr_bolus, cfr_continuous, imr, hmr, mrr, ffr, transit_rest, transit_hyperaemia, velocity_rest, velocity_hyperaemia, flow_rest, flow_hyperaemia, pd_hyperaemia, pa_hyperaemia, pa_rest};
  ach_symptoms = id("invasive.ach_symptoms"), ach_ecg = id("invasive.ach_ecg"), ach_constriction = id("invasive.ach_constriction");
  acetylcholine = {ach_symptoms, ach_ecg, ach_constriction};
  pet_mfr = id("pet.mfr"), pet_rest = id("pet.mbf_rest"), pet_stress = id("pet.mbf_stress"), pet_heart_rate = id("pet.heart_rate_rest"), pet_systolic = id("pet.systolic_rest");
  derived_cfr = id("derived.cfr"), derived_cfr_method = id("derived.cfr_method"), derived_doppler = id("derived.cfr_doppler"), derived_bolus = id("derived.cfr_bolus"), derived_continuous = id("derived.cfr_continuous");
  derived_imr = id("derived.imr"), derived_imr_corrected = id("derived.imr_corrected"), derived_hmr = id("derived.hmr"), derived_mrr = id("derived.mrr");
  derived_pet_mfr = id("derived.pet_mfr"), derived_rest_corrected = id("derived.pet_mbf_rest_corrected");
}

}  // namespace cathgate
