// The facts that the engine itself reads or computes, resolved once at load. A name that facts.json lacks is a bug.
#pragma once

#include <array>

#include "core/fact_catalogue.h"

namespace cathgate {

struct FactIds {
  explicit FactIds(const FactCatalogue& facts);

  FactId age, male, encounter_acute, order_urgent;
  FactId troponin_above, troponin_measured, lab_troponin_above, lab_troponin_i, lab_troponin_t;
  FactId duke_reported, duke, duke_minutes, duke_st, duke_angina;
  FactId onset_days, days_since_onset, clinician_likelihood;
  FactId chest_pain_points, dyspnoea, symptom_score, risk_factor_count, calcium_score;
  FactId symptomatic, known_disease, not_applicable, gate_acute;
  FactId pretest, percent, likelihood_class;
  FactId anatomical_diagnostic, anatomical_inconclusive, anatomical_stenosis, functional_positive, high_event_risk;
  FactId symptom_main, chest_pain, functional_diagnostic, learned_percent;
  FactId cad_rads, allergy_contrast, ecg_recorded;
  FactId lab_troponin_limit, troponin_times_limit, troponin_esc, troponin_aha, troponin_pathway, troponin_unknown_assay, pain_onset_hours;
  std::array<FactId, 3> angina_items;
  std::array<FactId, 5> risk_factors;
  std::array<FactId, 4> coronary_history;

  // What engine/quantify reads and computes.
  struct Measured {
    struct Phase { FactId area_4c, area_2c, length_4c, length_2c, discs_4c, discs_2c; };
    struct Perfusion { FactId stress, rest, summed_stress, summed_rest, summed_difference, ischaemic; };
    Phase diastole, systole;
    FactId lv_edv, lv_esv, lv_ejection_fraction;
    FactId septum, lv_diameter, posterior_wall, lv_mass, relative_wall;
    FactId wall_motion, wall_motion_index, strain, global_strain;
    FactId segment_stenosis, segment_plaque, calculated_cad_rads, segments_involved, calculated_plaque, calcium, stent, lad_proximal_stenosis;
    std::size_t lad_proximal_site = 0;          // among the sites of segment_stenosis
    std::array<FactId, 4> vessel_stenosis;      // by models::Vessel
    std::array<Perfusion, 2> perfusion;         // SPECT, PET
  } measured;
};

}  // namespace cathgate
