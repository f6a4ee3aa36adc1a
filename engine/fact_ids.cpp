#include "engine/fact_ids.h"

#include <algorithm>

namespace cathgate {
namespace {

FactIds::Measured measured_ids(const FactCatalogue& facts) {
  const auto id = [&](const std::string& name) { return facts.require(name); };
  const auto phase = [&](const std::string& name) {
    return FactIds::Measured::Phase{id("echo.lv_area_4c_" + name), id("echo.lv_area_2c_" + name), id("echo.lv_length_4c_" + name), id("echo.lv_length_2c_" + name), id("echo.lv_discs_4c_" + name), id("echo.lv_discs_2c_" + name)};
  };
  const auto perfusion = [&](const std::string& name) {
    const std::string derived = "derived." + name;
    return FactIds::Measured::Perfusion{id(name + ".stress_score"), id(name + ".rest_score"), id(derived + "_summed_stress"), id(derived + "_summed_rest"), id(derived + "_summed_difference"), id(derived + "_ischaemic_myocardium")};
  };
  FactIds::Measured m{};
  m.diastole = phase("diastole"), m.systole = phase("systole");
  m.lv_edv = id("derived.lv_edv"), m.lv_esv = id("derived.lv_esv"), m.lv_ejection_fraction = id("derived.lv_ejection_fraction");
  m.septum = id("echo.septum"), m.lv_diameter = id("echo.lv_diameter"), m.posterior_wall = id("echo.posterior_wall");
  m.lv_mass = id("derived.lv_mass"), m.relative_wall = id("derived.relative_wall_thickness");
  m.wall_motion = id("echo.wall_motion"), m.wall_motion_index = id("derived.wall_motion_score_index");
  m.strain = id("echo.strain"), m.global_strain = id("derived.global_longitudinal_strain");
  m.segment_stenosis = id("ccta.segment_stenosis"), m.segment_plaque = id("ccta.segment_plaque");
  m.calculated_cad_rads = id("derived.cad_rads"), m.segments_involved = id("derived.segment_involvement_score"), m.calculated_plaque = id("derived.plaque_burden");
  m.calcium = id("ct.calcium_score"), m.stent = id("ccta.stent"), m.lad_proximal_stenosis = id("ccta.stenosis_lad_proximal");
  const auto& sites = facts[m.segment_stenosis].sites;
  m.lad_proximal_site = static_cast<std::size_t>(std::find(sites.begin(), sites.end(), "LAD.proximal") - sites.begin());
  m.vessel_stenosis = {id("ccta.stenosis_left_main"), id("ccta.stenosis_lad"), id("ccta.stenosis_lcx"), id("ccta.stenosis_rca")};
  m.perfusion = {perfusion("spect"), perfusion("pet")};
  return m;
}

}  // namespace

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
  symptom_main = id("symptom.main"), chest_pain = id("symptom.chest_pain");
  functional_diagnostic = id("result.functional_diagnostic"), learned_percent = id("likelihood.learned_percent");
  pretest = id("likelihood.pretest"), percent = id("likelihood.percent"), likelihood_class = id("likelihood.class");
  anatomical_diagnostic = id("result.anatomical_diagnostic"), anatomical_inconclusive = id("result.anatomical_inconclusive");
  anatomical_stenosis = id("result.anatomical_stenosis"), functional_positive = id("result.functional_positive"), high_event_risk = id("result.high_event_risk");
  cad_rads = id("ccta.cad_rads"), allergy_contrast = id("allergy.contrast"), ecg_recorded = id("ecg.recorded");
  lab_troponin_limit = id("lab.troponin_limit"), troponin_times_limit = id("troponin.times_limit"), troponin_esc = id("troponin.esc_result"), troponin_aha = id("troponin.aha_result");
  troponin_pathway = id("troponin.pathway"), troponin_unknown_assay = id("troponin.unknown_assay"), pain_onset_hours = id("acute.pain_onset_hours");
  measured = measured_ids(facts);
  angina_items = {id("symptom.pain_location"), id("symptom.pain_exertional"), id("symptom.pain_relieved")};
  risk_factors = {id("risk.family_history"), id("risk.smoking"), id("risk.dyslipidaemia"), id("risk.hypertension"), id("risk.diabetes")};
  coronary_history = {id("history.myocardial_infarction"), id("history.pci"), id("history.cabg"), id("history.coronary_disease")};
}

}  // namespace cathgate
