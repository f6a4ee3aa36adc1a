#include <tuple>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

struct Candidate {
  const ResourceEntry* entry = nullptr;
  std::optional<double> acute;
  std::optional<TimeRange> period;
};

// Encounter.class is one Coding in R4.
std::optional<double> encounter_class(Reading& r, const ResourceEntry& e) {
  const JsonValue value = e.resource["class"];
  if (!value.is_object()) {
    if (!value.is_missing()) r.ignored(e, "encounter_class_form", "Encounter.class is not a Coding, as R4 has it; not used.");
    return std::nullopt;
  }
  const auto m = r.find(Role::encounter_class, value);
  if (!m) r.ignored(e, "encounter_class_unknown", "The class of the encounter is not one that Cathgate knows.");
  return m ? std::optional(m->term->number) : std::nullopt;
}

std::optional<TimeRange> period_of(JsonValue encounter) {
  auto period = read_fhir_time(encounter["period"]["start"].text());
  const auto end = read_fhir_time(encounter["period"]["end"].text());
  if (period && end && end->latest > period->latest) period->latest = end->latest;
  return period;
}

// Without a context, the encounter that is going on counts; of several the acute one, then the latest.
bool going_on(JsonValue encounter, UnixSeconds as_of) {
  const auto status = encounter["status"].text();
  if (status != "arrived" && status != "triaged" && status != "in-progress" && status != "onleave") return false;
  const auto end = read_fhir_time(encounter["period"]["end"].text());
  return !end || end->latest >= as_of;
}

bool better(const Candidate& a, const Candidate& b) {
  if (!b.entry) return true;
  const auto key = [](const Candidate& c) {
    return std::tuple(c.acute.value_or(-1), c.period ? c.period->earliest : INT64_MIN, c.entry->id);
  };
  return key(a) > key(b);
}

}  // namespace

void read_encounters(Reading& r) {
  Candidate chosen;
  bool named = false;
  for (const ResourceEntry& e : r.entries) {
    if (e.type != "Encounter") continue;
    const bool is_named = !r.encounter_id.empty() && e.id == r.encounter_id;
    if (!is_named && (!r.encounter_id.empty() || !going_on(e.resource, r.out.as_of))) {
      r.unrelated(e);
      continue;
    }
    if (!r.accept(e, e.resource["subject"])) continue;
    const auto status = e.resource["status"].text();
    if (status == "entered-in-error" || status == "cancelled") {
      r.ignored(e, status == "cancelled" ? "cancelled" : "entered_in_error",
                "The encounter does not take place; not used.");
      continue;
    }
    named |= is_named;
    const Candidate c{&e, encounter_class(r, e), period_of(e.resource)};
    if (better(c, chosen)) chosen = c;
    r.count(e.type, "read");
  }
  if (!chosen.entry) return;
  if (!named) r.encounter_id = chosen.entry->id;
  if (chosen.period) r.encounter_start = chosen.period->earliest;
  if (!chosen.acute) return;
  Provenance p;
  p.at = chosen.period;
  p.source = p.session = chosen.entry->name();
  r.measure(r.terms.encounter_acute, *chosen.acute, Comparator::exact, p);
}

}  // namespace cathgate::fhir
