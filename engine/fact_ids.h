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
  FactId cad_rads, allergy_contrast, ecg_recorded;
  std::array<FactId, 3> angina_items;
  std::array<FactId, 5> risk_factors;
  std::array<FactId, 4> coronary_history;
};

}  // namespace cathgate
