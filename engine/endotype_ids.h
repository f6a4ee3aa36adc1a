// The facts of the stage endotype that the engine itself reads, resolved once at load.
#pragma once

#include "core/fact_catalogue.h"

namespace cathgate {

struct EndotypeIds {
  explicit EndotypeIds(const FactCatalogue& facts)
      : obstructive(facts.require("endotype.obstructive")), arteries_open(facts.require("endotype.arteries_open")), persistent_symptoms(facts.require("endotype.persistent_symptoms")),
        out_of_range(facts.require("endotype.out_of_range")), ach_complete(facts.require("endotype.ach_complete")), spasm_equivocal(facts.require("endotype.spasm_equivocal")),
        resistance_measured(facts.require("endotype.resistance_measured")), cfr(facts.require("derived.cfr")), stenosis_max(facts.require("invasive.stenosis_max")), ffr(facts.require("invasive.ffr")),
        vasospasm_by_ecg(facts.require("endotype.vasospasm_by_ecg")), model_reserve_reduced(facts.require("endotype.model_reserve_reduced")), model_epicardial_spasm(facts.require("endotype.model_epicardial_spasm")) {}
  FactId obstructive, arteries_open, persistent_symptoms, out_of_range, ach_complete, spasm_equivocal, resistance_measured, cfr, stenosis_max, ffr, vasospasm_by_ecg, model_reserve_reduced, model_epicardial_spasm;
};

}  // namespace cathgate
