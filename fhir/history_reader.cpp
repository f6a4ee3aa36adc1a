// Condition, Procedure, FamilyMemberHistory and AllergyIntolerance -> Diagnosis.
#include <algorithm>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

constexpr UnixSeconds kOneDayOfAnyZone = 3 * kSecondsPerDay;  // a date without zone is at most this wide

// The code of a CodeableConcept with a required binding; older releases send the bare code.
std::string_view status_code(JsonValue status) {
  return status.is_string() ? status.text() : status["coding"][0]["code"].text();
}

Provenance history_of(const ResourceEntry& e, std::optional<TimeRange> at) {
  Provenance p;
  p.at = at;
  p.source = e.name();
  return p;
}

// Whether an acute condition belongs to now: its day lies in the acute window or in the current encounter.
// Empty: it is undated, or dated too roughly to say.
std::optional<bool> is_recent(Reading& r, const ResourceEntry& e, const std::optional<TimeRange>& at) {
  UnixSeconds since = r.out.as_of - r.terms.acute_window_s;
  if (r.encounter_start) since = std::min(since, *r.encounter_start);
  if (at && at->latest < since) return false;
  if (at && at->latest - at->earliest <= kOneDayOfAnyZone) return true;
  return r.is_current_encounter(e.resource["encounter"]) ? std::optional(true) : std::nullopt;
}

struct ConditionState {
  Polarity polarity = Polarity::present;
  bool resolved = false;
  bool confirmed = true;
};

std::optional<ConditionState> condition_state(Reading& r, const ResourceEntry& e) {
  ConditionState s;
  const auto verification = status_code(e.resource["verificationStatus"]);
  if (verification == "entered-in-error") {
    r.ignored(e, "entered_in_error", "The entry is marked entered-in-error; not used.");
    return std::nullopt;
  }
  if (verification == "refuted") s.polarity = Polarity::absent;
  s.confirmed = verification != "unconfirmed" && verification != "provisional" && verification != "differential";
  const auto clinical = status_code(e.resource["clinicalStatus"]);
  s.resolved = clinical == "inactive" || clinical == "remission" || clinical == "resolved";
  if (clinical.empty())
    for (const char* end : {"abatementDateTime", "abatementAge", "abatementPeriod", "abatementString"})
      s.resolved = s.resolved || !e.resource[end].is_missing();
  return s;
}

// One meaning of a Condition's code. What is not used is said.
void read_meaning(Reading& r, const ResourceEntry& e, const Match& m, const ConditionState& s, const Provenance& p) {
  const Term& term = *m.term;
  if (s.polarity == Polarity::absent) {
    for (const Effect& effect : term.says) r.state(effect, Polarity::absent, p);
    return;
  }
  if (!s.confirmed && !term.recent)
    return r.ignored(e, "not_confirmed", "The diagnosis is not confirmed in the record; not used.");
  const std::vector<Effect>* effects = &term.says;
  if (term.recent) {
    const auto recent = s.resolved ? std::optional(false) : is_recent(r, e, p.at);
    if (!recent.value_or(term.undated_is_recent)) effects = &term.otherwise;
    if (!recent)
      r.assumed(e, term.undated_is_recent ? "undated_acute" : "undated_acute_as_history",
                term.undated_is_recent ? "The acute diagnosis has no exact date; it counts as of now."
                                       : "The acute diagnosis has no exact date; it counts as history.");
    if (effects->empty())
      return r.ignored(e, "acute_in_the_past", "An acute diagnosis from before this encounter; not used.");
  } else if (s.resolved && !term.lasting) {
    return r.count(e.type, "resolved");
  }
  r.note_flag(e, m);
  for (const Effect& effect : *effects) r.state(effect, Polarity::present, p);
}

// Age at onset in years: a number, a bound, or nothing.
std::optional<bool> onset_before(const Reading& r, JsonValue condition, double limit_years) {
  const auto years = [&](JsonValue age) -> std::optional<double> {
    const auto unit = age["code"].text().empty() ? age["unit"].text() : age["code"].text();
    const auto& units = r.terms.age_units;
    return std::find(units.begin(), units.end(), unit) == units.end() ? std::nullopt : age["value"].number();
  };
  if (const auto age = years(condition["onsetAge"])) {
    const auto comparator = condition["onsetAge"]["comparator"].text();
    if (comparator.empty()) return *age < limit_years;
    if (comparator.starts_with('<')) return *age <= limit_years ? std::optional(true) : std::nullopt;
    return *age >= limit_years ? std::optional(false) : std::nullopt;
  }
  const auto low = years(condition["onsetRange"]["low"]), high = years(condition["onsetRange"]["high"]);
  if (high && *high < limit_years) return true;
  if (low && *low >= limit_years) return false;
  return std::nullopt;
}

// Male 1, female 0, unknown -1: from the relationship's own word, otherwise from `sex`.
double relative_sex(JsonValue history, const Match& relation) {
  if (relation.term->number >= 0) return relation.term->number;
  const auto sex = status_code(history["sex"]);
  return sex == "male" ? 1 : sex == "female" ? 0 : -1;
}

bool is_severe(JsonValue allergy) {
  if (allergy["criticality"].text() == "high") return true;
  for (JsonValue reaction : allergy["reaction"].elements())
    if (reaction["severity"].text() == "severe") return true;
  return false;
}

// Terms of an allergy: by code of the substance, otherwise by its listed names.
std::vector<const Term*> allergens(Reading& r, const ResourceEntry& e) {
  std::vector<const Term*> terms;
  const JsonValue code = e.resource["code"];
  r.each(Role::allergen, code, [&](const Match& m) {
    if (std::find(terms.begin(), terms.end(), m.term) == terms.end()) terms.push_back(m.term);
  });
  if (!terms.empty()) return terms;
  std::string text = lower_case(code["text"].text());
  for (JsonValue c : code["coding"].elements()) text += " | " + lower_case(c["display"].text());
  for (const auto& [name, index] : r.terms.allergen_names)
    if (has_phrase(text, name)) return {&r.terms.term(index)};
  return terms;
}

}  // namespace

void read_condition(Reading& r, const ResourceEntry& e) {
  std::vector<Match> matches;
  r.each(Role::statement, e.resource["code"], [&](const Match& m) { matches.push_back(m); });
  if (matches.empty()) return r.unrelated(e);
  if (!r.accept(e, e.resource["subject"])) return;
  const auto state = condition_state(r, e);
  if (!state) return;
  const auto at = r.time(e, {"onsetDateTime", "onsetPeriod", "recordedDate"});
  if (!at) return;
  const Provenance p = history_of(e, *at);
  for (std::size_t i = 0; i < matches.size(); ++i)
    if (std::none_of(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(i),
                     [&](const Match& m) { return m.index == matches[i].index; }))
      read_meaning(r, e, matches[i], *state, p);
  r.count(e.type, "read");
}

void read_procedure(Reading& r, const ResourceEntry& e) {
  std::vector<Match> matches;
  r.each(Role::procedure, e.resource["code"], [&](const Match& m) { matches.push_back(m); });
  if (matches.empty()) return r.unrelated(e);
  if (!r.accept(e, e.resource["subject"])) return;
  if (const auto status = e.resource["status"].text(); status != "completed") {
    if (status == "entered-in-error")
      return r.ignored(e, "entered_in_error", "The entry is marked entered-in-error; not used.");
    return r.ignored(e, "not_completed", "The procedure is not recorded as completed; not used.");
  }
  const auto at = r.time(e, {"performedDateTime", "performedPeriod"});
  if (!at) return;
  for (const Match& m : matches) {
    r.note_flag(e, m);
    for (const Effect& effect : m.term->says) r.state(effect, Polarity::present, history_of(e, *at));
  }
  r.count(e.type, "read");
}

void read_family_history(Reading& r, const ResourceEntry& e) {
  const auto relation = r.first(Role::relationship, e.resource["relationship"]);
  std::vector<std::pair<JsonValue, Match>> diseases;
  for (JsonValue c : e.resource["condition"].elements())
    if (const auto m = r.first(Role::family, c["code"])) diseases.emplace_back(c, *m);
  if (!relation || diseases.empty()) return r.unrelated(e);
  if (!r.accept(e, e.resource["patient"])) return;
  if (e.resource["status"].text() == "entered-in-error")
    return r.ignored(e, "entered_in_error", "The entry is marked entered-in-error; not used.");
  const auto at = r.time(e, {"date"});
  if (!at) return;
  const double sex = relative_sex(e.resource, *relation);
  const double limits[] = {r.terms.premature_female_years, r.terms.premature_male_years};
  for (const auto& [disease, match] : diseases) {
    if (r.modified(e, disease)) continue;
    // Of a relative whose sex is not known, only an age on one side of both limits says something.
    const auto low = onset_before(r, disease, sex >= 0 ? limits[sex > 0] : std::min(limits[0], limits[1]));
    const auto high = onset_before(r, disease, sex >= 0 ? limits[sex > 0] : std::max(limits[0], limits[1]));
    if (low.value_or(false)) {
      r.note_flag(e, match);
      for (const Effect& effect : match.term->says) r.state(effect, Polarity::present, history_of(e, *at));
    } else if (high.value_or(true)) {
      r.out.list_complete[static_cast<std::size_t>(RecordList::family_history)] = false;
      r.ignored(e, "family_onset_unknown",
                "A first-degree relative has coronary disease, but whether it was premature is not recorded.");
    }
  }
  r.count(e.type, "read");
}

void read_allergy(Reading& r, const ResourceEntry& e) {
  const auto terms = allergens(r, e);
  if (terms.empty()) return r.unrelated(e);
  if (!r.accept(e, e.resource["patient"])) return;
  const auto verification = status_code(e.resource["verificationStatus"]);
  if (verification == "entered-in-error")
    return r.ignored(e, "entered_in_error", "The entry is marked entered-in-error; not used.");
  const auto clinical = status_code(e.resource["clinicalStatus"]);
  if (clinical == "inactive" || clinical == "resolved") return r.count(e.type, "resolved");
  const auto at = r.time(e, {"onsetDateTime", "recordedDate"});
  if (!at) return;
  const auto polarity = verification == "refuted" ? Polarity::absent : Polarity::present;
  for (const Term* term : terms) {
    for (const Effect& effect : term->says) r.state(effect, polarity, history_of(e, *at));
    if (is_severe(e.resource) || polarity == Polarity::absent)
      for (const Effect& effect : term->otherwise) r.state(effect, polarity, history_of(e, *at));
  }
  r.count(e.type, "read");
}

}  // namespace cathgate::fhir
