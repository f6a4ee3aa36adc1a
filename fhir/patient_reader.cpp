#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

// The date of birth, or the standard extension for its instant where only that is sent.
std::optional<TimeRange> birth_date(JsonValue patient) {
  if (const auto date = read_fhir_time(patient["birthDate"].text())) return date;
  for (JsonValue e : patient["_birthDate"]["extension"].elements())
    if (e["url"].text().ends_with("/patient-birthTime")) return read_fhir_time(e["valueDateTime"].text());
  return std::nullopt;
}

// The patient of the request. Other patients in the prefetch become issues.
const ResourceEntry* find_patient(Reading& r, const ResourceEntry*& other) {
  const ResourceEntry* patient = nullptr;
  for (const ResourceEntry& e : r.entries) {
    if (e.type != "Patient") continue;
    if (e.id == r.patient_id && !e.id.empty())
      patient = &e;
    else
      other = &e;
  }
  return patient;
}

void read_death(Reading& r, JsonValue patient) {
  if (const auto dead = patient["deceasedBoolean"].boolean())
    r.out.deceased = *dead;
  else if (!patient["deceasedDateTime"].text().empty())
    r.out.deceased = true;
}

}  // namespace

Result<bool> read_patient(Reading& r) {
  const ResourceEntry* other = nullptr;
  const ResourceEntry* e = find_patient(r, other);
  if (!e && other)
    return Error{ErrorCode::invalid_input, other->path() + ".id", "The Patient is not the patient of the request."};
  if (!e && r.patient_may_lack) {
    r.issue(DataIssue::Kind::ignored, "prefetch.patient", "no_patient", "The record holds no Patient resource; age and sex are unknown.");
    return false;
  }
  if (!e) return Error{ErrorCode::missing_data, "prefetch.patient", "The Patient resource was not sent."};
  if (other) r.ignored(*other, "wrong_patient", "A second Patient was sent; not used.");
  const JsonValue patient = e->resource;
  if (!patient["modifierExtension"].is_missing() || !patient["implicitRules"].is_missing())
    return Error{ErrorCode::invalid_input, e->path(),
                 "The Patient carries a modifierExtension or implicit rules that Cathgate does not know."};
  for (const ResourceEntry& p : r.entries)
    if (p.type == "Patient" && p.id == r.patient_id && !p.full_url.empty()) r.patient_urls.push_back(p.full_url);

  auto birth = birth_date(patient);
  if (birth && birth->earliest > r.out.as_of) {
    r.ignored(*e, "birth_in_future", "The date of birth lies in the future; not used.");
    birth.reset();
  } else if (!birth && !patient["birthDate"].is_missing()) {
    r.ignored(*e, "unreadable_birth_date", "The date of birth cannot be read.");
  }
  r.out.birth_date = birth;
  const auto gender = patient["gender"].text();
  if (gender == "male" || gender == "female") r.out.male = gender == "male";
  read_death(r, patient);
  r.count(e->type, "read");
  return true;
}

}  // namespace cathgate::fhir
