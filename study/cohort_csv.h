// A CSV file as a cohort, by a mapping. Internal to study/.
#pragma once

#include "study/cohort.h"
#include "study/cohort_mapping.h"
#include "study/csv.h"

namespace cathgate::study {

// Fills patients and notes of `cohort`; adds a problem for every code or number that is outside what the mapping or the
// catalogue of facts allows.
void read_patients(const CsvTable& table, const CohortMapping& mapping, const Knowledge& knowledge, const std::string& where, const CohortOptions& options, Cohort& cohort, std::vector<Error>& errors);

}  // namespace cathgate::study
