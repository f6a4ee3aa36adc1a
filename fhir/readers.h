// One reader for each resource type. Each adds what it finds to Reading::out and says what it could not use.
#pragma once

#include "fhir/reading.h"

namespace cathgate::fhir {

Result<bool> read_patient(Reading& r);  // must come first; false: there is none, and the input allows it
void read_encounters(Reading& r);       // all at once: which one is the current one depends on all

void read_observation(Reading& r, const ResourceEntry& e);
void read_condition(Reading& r, const ResourceEntry& e);
void read_procedure(Reading& r, const ResourceEntry& e);
void read_report(Reading& r, const ResourceEntry& e);
void read_family_history(Reading& r, const ResourceEntry& e);
void read_medication(Reading& r, const ResourceEntry& e);
void read_allergy(Reading& r, const ResourceEntry& e);
void read_questionnaire_response(Reading& r, const ResourceEntry& e);

// Shared by Observation, DiagnosticReport and QuestionnaireResponse.

// Whether the status lets the resource be used, and whether it is preliminary. Empty: refused with an issue.
std::optional<bool> usable_status(Reading& r, const ResourceEntry& e);
// The value[x] of an Observation or of a component as the fact of `match`.
void read_value(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, const Provenance& p);
// A coded value of `fact`: its category, its number, or yes and no. False: the coding is not known for this fact.
bool read_coded_value(Reading& r, const ResourceEntry& e, JsonValue concept_, FactId fact, const Provenance& p);
// The values of a fact that has one for each site: one with Observation.bodySite, or all of them as SampledData.
void read_sited_value(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, Provenance p);
void read_quantity(Reading& r, const ResourceEntry& e, JsonValue quantity, FactId fact, const Provenance& p);
// Adds the value unless it lies outside the fact's plausible range.
bool measure_checked(Reading& r, const ResourceEntry& e, FactId fact, double value, Comparator comparator,
                     const Provenance& p, std::string as_reported = {});
// CAD-RADS assessments in a text. False: the text holds none.
bool read_cad_rads_report(Reading& r, const ResourceEntry& e, std::string_view text, Provenance p);
// What a finding says, measured at the time of the resource. `holds` false: the finding was denied.
void measure_effects(Reading& r, const std::vector<Effect>& effects, bool holds, const Provenance& p);

}  // namespace cathgate::fhir
