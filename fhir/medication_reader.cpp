// MedicationRequest and MedicationStatement -> Treatment, by class of drug.
#include <algorithm>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

// Taken now, taken once, or nothing that the patient takes (a draft, a proposal, an error).
std::optional<bool> is_taken(std::string_view type, JsonValue resource) {
  const auto status = resource["status"].text();
  if (type == "MedicationRequest") {
    const auto intent = resource["intent"].text();
    if (intent == "proposal" || intent == "plan" || intent == "option") return std::nullopt;
  }
  if (status == "active") return true;
  if (status == "completed" || status == "stopped" || status == "on-hold") return false;
  return std::nullopt;
}

// The drug classes of a medication: by code, otherwise by an ingredient's name in its text. `by_name` says which.
std::vector<Match> classes(const Reading& r, JsonValue medication, bool& by_name) {
  std::vector<Match> found;
  const auto add = [&](const Match& m) {
    if (std::none_of(found.begin(), found.end(), [&](const Match& f) { return f.index == m.index; }))
      found.push_back(m);
  };
  r.each(Role::medication, medication, add);
  if (!found.empty()) return found;
  by_name = true;
  std::string text = lower_case(medication["text"].text());
  for (JsonValue c : medication["coding"].elements()) text.append(" | ").append(lower_case(c["display"].text()));
  if (text.empty()) return found;
  for (const auto& [name, index] : r.terms.drug_names)
    if (has_phrase(text, name)) add({&r.terms.term(index), index, CodeFlag::verified, name});
  return found;
}

// medicationCodeableConcept, or the code of the Medication that is referred to.
JsonValue medication_code(Reading& r, const ResourceEntry& e) {
  const JsonValue direct = e.resource["medicationCodeableConcept"];
  if (!direct.is_missing()) return direct;
  const JsonValue reference = e.resource["medicationReference"];
  if (reference.is_missing()) return {};
  const JsonValue medication = r.resolve(e, reference);
  return medication["resourceType"].text() == "Medication" ? medication["code"] : JsonValue();
}

}  // namespace

void read_medication(Reading& r, const ResourceEntry& e) {
  bool by_name = false;
  const JsonValue code = medication_code(r, e);
  const auto found = classes(r, code, by_name);
  if (found.empty()) {
    if (code.is_missing() && !e.resource["medicationReference"].is_missing() && r.accept(e, e.resource["subject"])) {
      r.out.list_complete[static_cast<std::size_t>(RecordList::medications)] = false;
      return r.ignored(e, "medication_not_sent",
                       "The Medication that is referred to was not sent; the list of drugs is not complete.");
    }
    return r.unrelated(e);
  }
  if (!r.accept(e, e.resource["subject"])) return;
  if (e.resource["status"].text() == "entered-in-error")
    return r.ignored(e, "entered_in_error", "The entry is marked entered-in-error; not used.");
  if (e.resource["doNotPerform"].boolean().value_or(false))
    return r.ignored(e, "drug_not_to_be_given", "The request asks not to give the drug; not used.");
  const auto taken = is_taken(e.type, e.resource);
  if (!taken) return r.count(e.type, "not taken");
  if (by_name && *taken)
    r.assumed(e, "read_by_name", "The drug has no code that Cathgate knows; it was recognised by its name.");
  for (const Match& m : found) {
    r.note_flag(e, m);
    for (const Effect& effect : m.term->says) r.out.treatments.push_back({effect.fact, *taken, e.name()});
  }
  r.count(e.type, "read");
}

}  // namespace cathgate::fhir
