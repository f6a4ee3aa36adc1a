// FHIR R4 -> PatientSnapshot. Imperfect data never stops the reading: what cannot be used becomes a DataIssue.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/patient_snapshot.h"
#include "fhir/terms.h"

namespace cathgate::fhir {

// How often each outcome happened, by "Observation: unknown_unit": for reports about whole populations. Resources that
// say nothing about a fact are counted too ("Claim: unrelated"); they leave no DataIssue.
using Tally = std::map<std::string, std::size_t, std::less<>>;

struct SnapshotInput {
  JsonValue
      prefetch;  // the request's prefetch object: key -> resource, Bundle, null or OperationOutcome; may be missing
  std::string_view patient_id;  // context.patientId without "Patient/"
  UnixSeconds as_of = 0;
  std::string_view encounter_id;  // context.encounterId; may be empty
  Tally* tally = nullptr;         // added to when given
  bool patient_may_lack = false;  // the sender looked and has no Patient resource: age and sex are then unknown
};

// Reads everything that the prefetch holds, in whatever key it lies (keys only tell which lists are complete).
// Errors: missing_data when no Patient resource was sent, invalid_input when it is another patient's.
// Encounter-wide facts (encounter.acute) are included; order facts are not (see order_reader.h).
Result<PatientSnapshot> read_snapshot(const Terms& terms, const FactCatalogue& facts, const SnapshotInput& input);

// Reads a searchset, collection or transaction Bundle of one patient's record as if it were a complete prefetch (for
// `cathgate assess` and the population tool). The patient is the only Patient resource of the Bundle.
Result<PatientSnapshot> read_bundle(const Terms& terms, const FactCatalogue& facts, JsonValue bundle, UnixSeconds as_of,
                                    Tally* tally = nullptr);

}  // namespace cathgate::fhir
