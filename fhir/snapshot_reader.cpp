#include "fhir/snapshot_reader.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

#include "fhir/collect.h"
#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

struct TypeReader {
  std::string_view type;
  void (*read)(Reading&, const ResourceEntry&);
};
constexpr std::array kReaders = {
    TypeReader{"Observation", read_observation},
    TypeReader{"Condition", read_condition},
    TypeReader{"MedicationRequest", read_medication},
    TypeReader{"MedicationStatement", read_medication},
    TypeReader{"Procedure", read_procedure},
    TypeReader{"DiagnosticReport", read_report},
    TypeReader{"FamilyMemberHistory", read_family_history},
    TypeReader{"AllergyIntolerance", read_allergy},
    TypeReader{"QuestionnaireResponse", read_questionnaire_response},
};

void read_entries(Reading& r) {
  for (const ResourceEntry& e : r.entries) {
    if (e.type == "Patient" || e.type == "Encounter") continue;
    const auto reader =
        std::find_if(kReaders.begin(), kReaders.end(), [&](const TypeReader& t) { return t.type == e.type; });
    if (reader != kReaders.end())
      reader->read(r, e);
    else
      r.unrelated(e);
  }
}

// Members of a panel or report share its session.
void join_sessions(Reading& r) {
  if (r.memberships.empty()) return;
  std::unordered_map<std::string, const std::string*> sessions;
  for (const auto& [id, session] : r.memberships) {
    const auto [at, added] = sessions.emplace("Observation/" + std::string(id), &session);
    if (!added && session < *at->second) at->second = &session;
  }
  for (Measurement& m : r.out.measurements)
    if (const auto found = sessions.find(m.source);
        found != sessions.end() && (m.session.empty() || m.session == m.source))
      m.session = *found->second;
}

// A CAD-RADS category without N is, by the notation, an assessment of a diagnostic study.
void imply_quality(Reading& r) {
  const FactId category = r.terms.cad_rads, quality = r.terms.cad_rads_non_diagnostic;
  auto& all = r.out.measurements;
  const std::size_t count = all.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i].fact != category) continue;
    const Measurement m = all[i];
    // Only by the record itself: what is implied here must not depend on the order of the entries.
    const bool stated = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), [&](const Measurement& other) {
      return other.fact == quality &&
             (other.at == m.at || (!m.session.empty() && other.session == m.session) || other.source == m.source);
    });
    if (stated) continue;
    Measurement implied = m;
    implied.fact = quality;
    implied.value = 0;
    implied.comparator = Comparator::exact;
    implied.as_reported.clear();
    all.push_back(std::move(implied));
  }
}

auto key_of(const Measurement& m) {
  const auto at = m.at.value_or(TimeRange{INT64_MIN, INT64_MIN});
  return std::tuple(m.fact, at.earliest, at.latest, m.value, m.comparator, std::string_view(m.site),
                    std::string_view(m.method), m.preliminary);
}
auto order_of(const Measurement& m) {
  return std::tuple(m.origin, std::string_view(m.source), std::string_view(m.session));
}

// Canonical order, so that the order of the entries changes nothing; the same value sent twice is kept once.
void settle_measurements(std::vector<Measurement>& all) {
  std::vector<Measurement*> order;
  order.reserve(all.size());
  for (Measurement& m : all) order.push_back(&m);
  std::sort(order.begin(), order.end(), [](const Measurement* a, const Measurement* b) {
    const auto ka = key_of(*a), kb = key_of(*b);
    return ka != kb ? ka < kb : order_of(*a) < order_of(*b);
  });
  std::vector<Measurement> settled;
  settled.reserve(all.size());
  for (Measurement* m : order)
    if (settled.empty() || key_of(settled.back()) != key_of(*m)) settled.push_back(std::move(*m));
  all = std::move(settled);
}

template <class T, class Key>
void sort_unique(std::vector<T>& all, Key key) {
  std::sort(all.begin(), all.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
  all.erase(std::unique(all.begin(), all.end(), [&](const T& a, const T& b) { return key(a) == key(b); }), all.end());
}

// Canonical order. Many issues of one kind are told as one with their number, so that a bad feed does not hide the
// rest.
void settle_issues(Reading& r) {
  auto& issues = r.out.issues;
  sort_unique(issues, [](const DataIssue& i) {
    return std::tuple(std::string_view(i.code), std::string_view(i.message), std::string_view(i.where), i.kind);
  });
  std::vector<DataIssue> settled;
  for (std::size_t first = 0, end = 0; first < issues.size(); first = end) {
    while (end < issues.size() && issues[end].code == issues[first].code &&
           issues[end].message == issues[first].message)
      ++end;
    const std::size_t alike = end - first;
    if (alike > r.terms.max_alike) issues[first].entries = static_cast<std::uint32_t>(alike);
    if (alike > r.terms.max_alike) issues[first].message += " (" + std::to_string(alike) + " entries)";
    for (std::size_t i = first; i < (alike > r.terms.max_alike ? first + 1 : end); ++i)
      settled.push_back(std::move(issues[i]));
  }
  issues = std::move(settled);
  if (issues.size() <= r.terms.max_issues) return;
  const std::size_t more = issues.size() - r.terms.max_issues;
  issues.resize(r.terms.max_issues);
  r.issue(DataIssue::Kind::ignored, "prefetch", "more_issues",
          std::to_string(more) + " further issues of this record are not listed.", {kNoFact, std::to_string(more)});
}

void settle(Reading& r) {
  settle_measurements(r.out.measurements);
  sort_unique(r.out.diagnoses, [](const Diagnosis& d) {
    const auto since = d.since.value_or(TimeRange{INT64_MIN, INT64_MIN});
    return std::tuple(d.fact, since.earliest, since.latest, std::string_view(d.source), d.polarity, d.origin);
  });
  sort_unique(r.out.treatments,
              [](const Treatment& t) { return std::tuple(t.fact, std::string_view(t.source), t.active); });
  settle_issues(r);
}

Result<PatientSnapshot> read_collected(Reading& r, PatientSnapshot& snapshot) {
  if (const auto patient = read_patient(r); !patient.ok()) return patient.error();
  snapshot.measurements.reserve(r.entries.size());
  read_encounters(r);
  read_entries(r);
  join_sessions(r);
  imply_quality(r);
  settle(r);
  return std::move(snapshot);
}

}  // namespace

Result<PatientSnapshot> read_snapshot(const Terms& terms, const FactCatalogue& facts, const SnapshotInput& input) {
  PatientSnapshot snapshot;
  snapshot.as_of = input.as_of;
  Reading r(terms.impl(), facts, snapshot, input.patient_id);
  r.encounter_id = input.encounter_id;
  r.tally = input.tally;
  r.patient_may_lack = input.patient_may_lack;
  collect_prefetch(r, input.prefetch);
  return read_collected(r, snapshot);
}

Result<PatientSnapshot> read_bundle(const Terms& terms, const FactCatalogue& facts, JsonValue bundle, UnixSeconds as_of,
                                    Tally* tally) {
  PatientSnapshot snapshot;
  snapshot.as_of = as_of;
  Reading r(terms.impl(), facts, snapshot, {});
  r.tally = tally;
  if (!collect_bundle(r, bundle))
    return Error{ErrorCode::invalid_input, "Bundle.resourceType", "The input is not a FHIR Bundle."};
  for (const ResourceEntry& e : r.entries) {
    if (e.type != "Patient") continue;
    if (e.id.empty()) return Error{ErrorCode::invalid_input, e.path() + ".resource.id", "The Patient has no id."};
    if (!r.patient_id.empty() && r.patient_id != e.id)
      return Error{ErrorCode::invalid_input, "Bundle", "The Bundle holds more than one Patient."};
    r.patient_id = e.id;
  }
  return read_collected(r, snapshot);
}

}  // namespace cathgate::fhir
