#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

// What the code of an Observation or of a component says about how to read it.
struct Reads {
  std::optional<Match> measured, carrier, statement;
  bool any() const { return measured || carrier || statement; }
};

Reads reads_of(const Reading& r, JsonValue code) {
  Reads reads;
  reads.measured = r.first(Role::measurement, code);
  if (!reads.measured) reads.carrier = r.first(Role::carrier, code);
  if (!reads.measured && !reads.carrier) reads.statement = r.first(Role::statement, code);
  return reads;
}

// Two codings that are measurements of different facts: nobody can say which one is meant.
bool contradicts(const Reading& r, JsonValue code) {
  FactId fact = kNoFact;
  bool two = false;
  r.each(Role::measurement, code, [&](const Match& m) {
    two = two || (fact != kNoFact && m.term->fact != fact);
    fact = m.term->fact;
  });
  return two;
}

bool is_sited(const Reading& r, const Reads& reads) {
  return reads.measured && !r.facts[reads.measured->term->fact].sites.empty();
}

bool has_waveform(const Reading& r, JsonValue o, const Reads& own) {
  if (is_sited(r, own)) return false;
  if (!o["valueSampledData"].is_missing()) return true;
  for (JsonValue c : o["component"].elements())
    if (!c["valueSampledData"].is_missing()) return true;
  return false;
}

// A finding asserted by its own code, unless a value denies it.
void read_statement(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, const Provenance& p) {
  bool holds = true;
  if (const auto yes = element["valueBoolean"].boolean())
    holds = *yes;
  else if (const auto m = r.first(Role::answer, element["valueCodeableConcept"]))
    holds = m->term->number != 0;
  else if (!element["dataAbsentReason"].is_missing())
    return r.ignored(e, "data_absent", "The record says that there is no value.");
  r.note_flag(e, match);
  measure_effects(r, match.term->says, holds, p);
}

// A study whose value lists findings, such as an ECG impression.
void read_carrier(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, const Provenance& p) {
  r.note_flag(e, match);
  measure_effects(r, match.term->says, true, p);
  for (JsonValue i : element["interpretation"].elements())
    if (const auto m = r.first(Role::interpretation, i); m && m->term->number == 0)
      measure_effects(r, r.terms.normal_study, true, p);
  const JsonValue value = element["valueCodeableConcept"];
  const bool known = r.each(Role::statement, value, [&](const Match& m) {
    r.note_flag(e, m);
    measure_effects(r, m.term->says, true, p);
  });
  if (!known && value.is_object()) r.ignored(e, "unknown_finding", "The finding is not one that Cathgate knows.");
  if (!element["valueString"].is_missing())
    r.ignored(e, "text_not_read", "Findings of this study in free text are not read.");
}

void read_element(Reading& r, const ResourceEntry& e, JsonValue element, const Reads& reads, const Provenance& p) {
  if (contradicts(r, element["code"]))
    return r.ignored(e, "conflicting_codes", "The codes name two different measurements; not used.");
  if (is_sited(r, reads))
    read_sited_value(r, e, element, *reads.measured, p);
  else if (reads.measured)
    read_value(r, e, element, *reads.measured, p);
  else if (reads.carrier)
    read_carrier(r, e, element, *reads.carrier, p);
  else if (reads.statement)
    read_statement(r, e, element, *reads.statement, p);
}

Provenance provenance(Reading& r, const ResourceEntry& e, const Reads& own, std::optional<TimeRange> at,
                      bool preliminary) {
  Provenance p;
  p.at = at;
  p.preliminary = preliminary;
  p.source = e.name();
  const JsonValue method = e.resource["method"];
  auto text = method["text"].text();
  if (text.empty()) text = method["coding"][0]["display"].text();
  if (text.empty()) text = e.resource["device"]["display"].text();
  p.method = plain_text(text, 80);
  const JsonValue site = e.resource["bodySite"];
  auto vessel = site["coding"][0]["code"].text();
  if (vessel.empty()) vessel = site["text"].text();
  p.site = plain_text(vessel, 80);
  if (own.measured && own.measured->term->encounter_session)
    p.session = r.encounter_session(e.resource["encounter"]);
  else if (e.resource["component"].size() > 0 || e.resource["hasMember"].size() > 0)
    p.session = p.source;
  return p;
}

}  // namespace

std::optional<bool> usable_status(Reading& r, const ResourceEntry& e) {
  const auto status = e.resource["status"].text();
  for (const char* s : {"final", "amended", "corrected", "appended", "completed"})
    if (status == s) return false;
  for (const char* s : {"preliminary", "partial", "registered", "in-progress"})
    if (status == s) return true;
  for (const char* s : {"entered-in-error", "cancelled", "stopped"})
    if (status == s)
      return r.ignored(e, status == std::string_view("entered-in-error") ? "entered_in_error" : "cancelled",
                       "The entry is marked " + std::string(status) + "; not used.", {kNoFact, std::string(status)}),
             std::nullopt;
  r.ignored(e, "unknown_status", "The status is missing or unknown; not used.");
  return std::nullopt;
}

void read_observation(Reading& r, const ResourceEntry& e) {
  const JsonValue o = e.resource;
  const Reads own = reads_of(r, o["code"]);
  bool related = own.any();
  std::vector<std::pair<JsonValue, Reads>> parts;
  for (JsonValue c : o["component"].elements())
    if (Reads reads = reads_of(r, c["code"]); reads.any()) parts.emplace_back(c, reads);
  const bool waveform = has_waveform(r, o, own);
  if (!related && parts.empty() && !waveform) return r.unrelated(e);
  if (!r.accept(e, o["subject"])) return;
  const auto preliminary = usable_status(r, e);
  if (!preliminary) return;
  const auto at = r.time(e, {"effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued"});
  if (!at) return;
  const Provenance p = provenance(r, e, own, *at, *preliminary);
  if (waveform) r.ignored(e, "waveform", "Waveforms are not read.");
  if (related && (is_sited(r, own) || o["valueSampledData"].is_missing())) read_element(r, e, o, own, p);
  for (const auto& [component, reads] : parts)
    if (component["valueSampledData"].is_missing() && !r.modified(e, component))
      read_element(r, e, component, reads, p);
  for (JsonValue member : o["hasMember"].elements())
    if (const auto id = r.reference_id("Observation", member["reference"].text()); !id.empty())
      r.memberships.emplace_back(id, p.source);
  r.count(e.type, "read");
}

}  // namespace cathgate::fhir
