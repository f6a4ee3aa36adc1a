// QuestionnaireResponse of Cathgate's own Questionnaire, of exactly the version that terms.json knows.
#include <algorithm>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

constexpr double kSecondsPerDayReal = static_cast<double>(kSecondsPerDay);

// Days between the onset and the answer. A rough date ("2026-10") gives the fewest days that it can mean, as a bound.
void read_onset(Reading& r, const ResourceEntry& e, std::string_view date, FactId fact, const Provenance& p) {
  const auto onset = read_fhir_time(date);
  if (!onset) return r.ignored(e, "unreadable_onset", "The date of onset cannot be read.", {fact});
  const UnixSeconds answered = p.at ? p.at->latest : r.out.as_of;
  const double fewest = static_cast<double>(answered - onset->latest) / kSecondsPerDayReal;
  const double most = static_cast<double>(answered - onset->earliest) / kSecondsPerDayReal;
  if (most < 0) return r.ignored(e, "onset_after_answer", "The date of onset lies after the answer; not used.", {fact});
  const bool exact_day = most - fewest < 3;
  measure_checked(r, e, fact, exact_day ? most : std::max(0.0, fewest),
                  exact_day ? Comparator::exact : Comparator::greater_or_equal, p);
}

// Hours between the onset of the present pain and the answer; an onset without a time of day is too rough to be used.
void read_onset_hours(Reading& r, const ResourceEntry& e, std::string_view time, FactId fact, const Provenance& p) {
  const auto onset = read_fhir_time(time);
  constexpr UnixSeconds kMinute = 60;
  if (!onset || onset->latest - onset->earliest > kMinute)
    return r.ignored(e, "unreadable_onset", "The time of onset cannot be read.", {fact});
  const UnixSeconds answered = p.at ? p.at->latest : r.out.as_of;
  if (onset->earliest > answered) return r.ignored(e, "onset_after_answer", "The time of onset lies after the answer; not used.", {fact});
  constexpr double kSecondsPerHour = 3600;
  measure_checked(r, e, fact, static_cast<double>(answered - onset->earliest) / kSecondsPerHour, Comparator::exact, p);
}

void read_answer(Reading& r, const ResourceEntry& e, JsonValue answer, const Term& term, const Provenance& p) {
  const FactDefinition& fact = r.facts[term.fact];
  const bool numeric = fact.kind == FactKind::quantity;
  if (const auto yes = answer["valueBoolean"].boolean(); yes && fact.kind == FactKind::boolean)
    return r.measure(term.fact, *yes ? 1 : 0, Comparator::exact, p);
  for (const char* name : {"valueInteger", "valueDecimal"})
    if (const auto number = answer[name].number(); number && numeric)
      return void(measure_checked(r, e, term.fact, *number, Comparator::exact, p));
  if (answer["valueQuantity"].is_object() && numeric) return read_quantity(r, e, answer["valueQuantity"], term.fact, p);
  if (const auto date = answer["valueDate"].text(); !date.empty() && term.fact == r.terms.onset_days)
    return read_onset(r, e, date, term.fact, p);
  if (const auto time = answer["valueDateTime"].text(); !time.empty() && term.fact == r.terms.onset_hours)
    return read_onset_hours(r, e, time, term.fact, p);
  if (const JsonValue coding = answer["valueCoding"]; coding.is_object()) {
    if (const auto m = r.find({Role::value, term.fact}, coding))
      return r.measure(term.fact, m->index, Comparator::exact, p);
    if (const auto m = r.find(Role::answer, coding); m && fact.kind == FactKind::boolean)
      return r.measure(term.fact, m->term->number, Comparator::exact, p);
  }
  r.ignored(e, "unknown_value", "The answer for " + fact.label + " is not one that the questionnaire offers.", {term.fact});
}

void read_items(Reading& r, const ResourceEntry& e, JsonValue parent, Provenance& p) {
  for (JsonValue item : parent["item"].elements()) {
    if (r.modified(e, item)) continue;
    const auto known = r.terms.questionnaire_items.find(std::string(item["linkId"].text()));
    if (known != r.terms.questionnaire_items.end() && item["answer"].size() > 0) {
      const Term& term = r.terms.term(known->second);
      p.origin = term.author_required ? Origin::clinician : Origin::coded;
      p.method = term.author_required ? plain_text(e.resource["author"]["reference"].text(), 80) : std::string();
      if (item["answer"].size() > 1)
        r.issue(DataIssue::Kind::conflicting, e.name(), "several_answers",
                "More than one answer for " + r.facts[term.fact].label + "; not used.", {term.fact});
      else if (term.author_required && p.method.empty())
        r.ignored(e, "no_author", r.facts[term.fact].label + " is given without saying whose it is; not used.",
                  {term.fact});
      else
        read_answer(r, e, item["answer"][std::size_t{0}], term, p);
    }
    read_items(r, e, item, p);
  }
}

}  // namespace

void read_questionnaire_response(Reading& r, const ResourceEntry& e) {
  const auto canonical = e.resource["questionnaire"].text();
  const auto bar = canonical.find('|');
  if (canonical.substr(0, bar) != r.terms.questionnaire_url) return r.unrelated(e);
  if (!r.accept(e, e.resource["subject"])) return;
  if (bar == std::string_view::npos || canonical.substr(bar + 1) != r.terms.questionnaire_version)
    return r.ignored(e, "unknown_questionnaire_version",
                     "The answers are of a version of the questionnaire that Cathgate does not know; not used.");
  const auto preliminary = usable_status(r, e);
  if (!preliminary) return;
  const auto at = r.time(e, {"authored"});
  if (!at) return;
  Provenance p;
  p.at = *at;
  p.preliminary = *preliminary;
  p.source = p.session = e.name();
  read_items(r, e, e.resource, p);
  r.count(e.type, "read");
}

}  // namespace cathgate::fhir
