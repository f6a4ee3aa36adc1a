// One pass over one patient's resources: what the readers of single resource types share. Not thread-safe; lives for
// one call of read_snapshot. Views point into the request's document.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/patient_snapshot.h"
#include "fhir/snapshot_reader.h"
#include "fhir/terms_data.h"

namespace cathgate::fhir {

// One resource and where it was found.
struct ResourceEntry {
  JsonValue resource;
  std::string_view type;
  std::string_view id;        // may be empty
  std::string_view full_url;  // Bundle.entry.fullUrl; may be empty
  std::string_view key;       // of the prefetch; "bundle" for read_bundle
  std::size_t index = 0;      // in the Bundle
  bool bundled = false;

  // "Observation/123", or its path where it has no id.
  std::string name() const;
  std::string path() const;
};

// A code's meaning together with the coding that carried it.
struct Match {
  const Term* term = nullptr;
  std::uint32_t index = 0;
  CodeFlag flag = CodeFlag::verified;
  std::string_view code;
};

// What all values of one resource share.
struct Provenance {
  std::optional<TimeRange> at;
  Origin origin = Origin::coded;
  bool preliminary = false;
  std::string source;
  std::string method;
  std::string session;
  std::string site;  // for facts that have one value for each site
};

// What an issue is about, beside its resource: the fact, and a code, unit or number that belongs into the sentence.
struct IssueSubject {
  FactId fact = kNoFact;
  std::string detail = {};
};

class Reading {
 public:
  Reading(const Terms::Impl& use_terms, const FactCatalogue& use_facts, PatientSnapshot& into,
          std::string_view of_patient)
      : terms(use_terms), facts(use_facts), out(into), patient_id(of_patient) {}

  const Terms::Impl& terms;
  const FactCatalogue& facts;
  PatientSnapshot& out;
  std::string_view patient_id;
  std::string_view encounter_id;  // of the current encounter; empty when there is none
  std::optional<UnixSeconds> encounter_start;
  std::vector<ResourceEntry> entries;
  std::vector<std::string_view> patient_urls;  // fullUrls of the patient, for urn:uuid references
  // Sessions of members of a panel or report: "Observation/1" belongs to "Observation/2".
  std::vector<std::pair<std::string_view, std::string>> memberships;
  Tally* tally = nullptr;
  bool patient_may_lack = false;  // see SnapshotInput

  // The resource says nothing that a fact is about; not an issue, only counted.
  void unrelated(const ResourceEntry& e) { count(e.type, "unrelated"); }
  void count(std::string_view type, std::string_view outcome);
  void issue(DataIssue::Kind kind, std::string where, std::string_view code, std::string message, IssueSubject subject = {});
  void ignored(const ResourceEntry& e, std::string_view code, std::string message, IssueSubject subject = {});
  void assumed(const ResourceEntry& e, std::string_view code, std::string message, IssueSubject subject = {});

  // Whether the resource is about the patient and holds nothing that changes its meaning. False: refused with an issue.
  bool accept(const ResourceEntry& e, JsonValue subject);
  // Whether this element carries a modifierExtension; none is known, so the element must not be used.
  bool modified(const ResourceEntry& e, JsonValue element);

  // Meanings of a CodeableConcept. `first` warns when two codings mean different things in the same role.
  std::optional<Match> find(RoleKey role, JsonValue coding) const;
  std::optional<Match> first(RoleKey role, JsonValue concept_) const;
  template <class F>
  bool each(RoleKey role, JsonValue concept_, F use) const {
    bool any = false;
    for (JsonValue coding : concept_["coding"].elements())
      if (auto m = find(role, coding)) any = true, use(*m);
    return any;
  }
  // Says so when a code's meaning is not confirmed.
  void note_flag(const ResourceEntry& e, const Match& match);

  // The instant or period under the first of the names that is there: "effectiveDateTime", "issued", ...
  // Outer empty: refused with an issue (in the future). Inner empty: undated or unreadable.
  std::optional<std::optional<TimeRange>> time(const ResourceEntry& e, std::initializer_list<std::string_view> names);

  // The entry that a Reference means, among those sent; contained resources included. Null where it was not sent.
  JsonValue resolve(const ResourceEntry& e, JsonValue reference);
  // The id behind "Type/id", an absolute URL or a urn:uuid of an entry; empty when it is of another type.
  std::string_view reference_id(std::string_view type, std::string_view reference);
  bool is_current_encounter(JsonValue reference);
  // "Encounter/7", or empty.
  std::string encounter_session(JsonValue reference);

  void measure(FactId fact, double value, Comparator comparator, const Provenance& p, std::string as_reported = {});
  void state(const Effect& effect, Polarity polarity,
             const Provenance& p);  // a Diagnosis, or a Measurement of other kinds

 private:
  const ResourceEntry* by_url(std::string_view url);
  bool is_patient(JsonValue reference);
  std::unordered_map<std::string_view, const ResourceEntry*> urls_;
  bool urls_built_ = false;
};

// The last part "Type/id" of a reference without its version; empty id when it is of another form.
struct ReferenceParts {
  std::string_view type;
  std::string_view id;
};
ReferenceParts reference_parts(std::string_view reference);

// Text of the record for a card: control characters become blanks, at most `limit` bytes, never cut inside a character.
std::string plain_text(std::string_view text, std::size_t limit);
std::string lower_case(std::string_view text);
// Whether the words of `phrase` stand in `text` as whole words; both lower case.
bool has_phrase(std::string_view text, std::string_view phrase);

}  // namespace cathgate::fhir
