#include "engine/fact_ids.h"

namespace cathgate {

FactIds::FactIds(const FactCatalogue& facts) {
  const auto id = [&](std::string_view name) { return facts.require(name); };
  age = id("patient.age_years"), male = id("patient.male");
  encounter_acute = id("encounter.acute"), order_urgent = id("order.urgent");
  troponin_above = id("troponin.above_limit"), troponin_measured = id("troponin.measured");
  lab_troponin_above = id("lab.troponin_above_limit"), lab_troponin_i = id("lab.troponin_i"), lab_troponin_t = id("lab.troponin_t");
  duke_reported = id("exercise_ecg.duke_score"), duke = id("derived.duke_score");
  duke_minutes = id("exercise_ecg.minutes"), duke_st = id("exercise_ecg.st_deviation_mm"), duke_angina = id("exercise_ecg.angina_index");
  onset_days = id("symptom.onset_days"), days_since_onset = id("derived.days_since_symptom_onset"), clinician_likelihood = id("clinician.likelihood");
  chest_pain_points = id("symptom.chest_pain_points"), dyspnoea = id("symptom.dyspnoea_exertional");
  symptom_score = id("derived.symptom_score"), risk_factor_count = id("derived.risk_factor_count"), calcium_score = id("ct.calcium_score");
  symptomatic = id("scope.symptomatic"), known_disease = id("scope.known_coronary_disease"), not_applicable = id("scope.not_applicable");
  gate_acute = id("gate.acute");
  pretest = id("likelihood.pretest"), percent = id("likelihood.percent"), likelihood_class = id("likelihood.class");
  anatomical_diagnostic = id("result.anatomical_diagnostic"), anatomical_inconclusive = id("result.anatomical_inconclusive");
  anatomical_stenosis = id("result.anatomical_stenosis"), functional_positive = id("result.functional_positive"), high_event_risk = id("result.high_event_risk");
  cad_rads = id("ccta.cad_rads"), allergy_contrast = id("allergy.contrast"), ecg_recorded = id("ecg.recorded");
  angina_items = {id("symptom.pain_location"), id("symptom.pain_exertional"), id("symptom.pain_relieved")};
  risk_factors = {id("risk.family_history"), id("risk.smoking"), id("risk.dyslipidaemia"), id("risk.hypertension"), id("risk.diabetes")};
  coronary_history = {id("history.myocardial_infarction"), id("history.pci"), id("history.cabg"), id("history.coronary_disease")};
}

}  // namespace cathgate
