// FHIR Bundles as a cohort: one patient a Bundle, the outcome read from an earlier invasive angiography. Internal to study/.
#pragma once

#include "study/cohort.h"

namespace cathgate::study {

// `text` is one Bundle, a JSON list of Bundles, or NDJSON with one Bundle a line. The angiogram is the dated fact
// invasive.stenosis_max; the record is read as of its day, and the result itself is taken out. A patient without one is
// skipped and counted.
void read_bundles(const std::string& text, bool lines, const Knowledge& knowledge, const std::string& knowledge_root, const std::string& where, Cohort& cohort, std::vector<Error>& errors);

}  // namespace cathgate::study
