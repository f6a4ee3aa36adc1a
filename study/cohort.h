// Patients with a known coronary angiogram, as facts: what models are fitted to, evaluated on and recalibrated with.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/fact_view.h"
#include "core/patient_snapshot.h"
#include "core/result.h"
#include "engine/knowledge.h"

namespace cathgate::study {

struct CohortPatient {
  FactView view;                                     // as of the angiogram, derived facts included
  bool obstructed = false;                           // the reference standard of the cohort's mapping
  std::shared_ptr<const PatientSnapshot> snapshot;   // FHIR only: the view points into it
};

// Something that a reader of a cohort must know before using it: never a patient's data, only counts.
struct CohortNote {
  enum class Kind { contradiction, missing_column, unmapped_column, code_as_missing, implausible, skipped_patient } kind;
  std::string what;        // "symptom.chest_pain_points against its items", "column oldpeak"
  std::size_t count = 0;   // patients
  std::size_t of = 0;      // patients in which it could happen
};
std::string_view note_name(CohortNote::Kind kind);

struct Cohort {
  std::string name;        // the file's name without its extension: one hospital
  std::string digest;      // SHA-256 of the file, hexadecimal
  std::string reference_standard;
  std::vector<CohortPatient> patients;
  std::vector<CohortNote> notes;

  std::size_t obstructed() const;
};

struct CohortOptions {
  std::string mapping;      // a mapping file; empty: MAPPING beside the cohort, else the shipped one that knows the columns
  bool codes_as_missing = false;  // a code outside its domain counts as missing instead of being an error
};

// Reads one file: .csv by a mapping, .ndjson (one Bundle a line) or .json (one Bundle, or a list of them) as FHIR. Reports
// every problem of the file.
Loaded<Cohort> load_cohort(const std::string& path, const Knowledge& knowledge, const std::string& knowledge_root, const CohortOptions& options);
// All cohort files of a folder in the order of their names.
Loaded<std::vector<Cohort>> load_cohorts(const std::string& folder, const Knowledge& knowledge, const std::string& knowledge_root, const CohortOptions& options);

}  // namespace cathgate::study
