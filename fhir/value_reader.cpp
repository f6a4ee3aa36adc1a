// value[x] of an Observation -> one value of a fact, in the fact's unit or as its category.
#include <algorithm>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

Comparator read_comparator(std::string_view text) {
  if (text == "<") return Comparator::less;
  if (text == "<=") return Comparator::less_or_equal;
  if (text == ">") return Comparator::greater;
  if (text == ">=") return Comparator::greater_or_equal;
  return Comparator::exact;
}

// The name of the value[x] that is there; empty when there is none.
std::string_view value_member(JsonValue element) {
  for (auto m : element.members())
    if (m.key.starts_with("value") && !m.value().is_null()) return m.key;
  return {};
}

void read_string(Reading& r, const ResourceEntry& e, std::string_view text, const Term& term, Provenance p) {
  p.origin = Origin::text;
  if (term.fact == r.terms.cad_rads && read_cad_rads_report(r, e, text, p)) return;
  std::string folded = lower_case(text);
  const auto known =
      std::find_if(term.strings.begin(), term.strings.end(), [&](const auto& s) { return s.first == folded; });
  if (known != term.strings.end()) return r.measure(term.fact, known->second, Comparator::exact, p);
  r.ignored(e, "unknown_value", "The text given for " + r.facts[term.fact].label + " is not one that Cathgate knows.",
            {term.fact});
}

void read_concept(Reading& r, const ResourceEntry& e, JsonValue value, const Term& term, const Provenance& p) {
  if (read_coded_value(r, e, value, term.fact, p)) return;
  if (!value["text"].text().empty()) return read_string(r, e, value["text"].text(), term, p);
  r.ignored(e, "unknown_value", "The code given for " + r.facts[term.fact].label + " is not one that Cathgate knows.",
            {term.fact});
}

std::string_view trouble_code(UnitTrouble trouble, bool has_unit) {
  switch (trouble) {
    case UnitTrouble::no_value:
      return "no_value";
    case UnitTrouble::bad_comparator:
      return "bad_comparator";
    default:
      return has_unit ? "unknown_unit" : "no_unit";
  }
}

// The lowest upper limit among the ranges, in the fact's unit: several ranges (by sex, by assay) count cautiously.
std::optional<double> upper_limit(Reading& r, JsonValue element, FactId fact) {
  std::optional<double> lowest;
  for (JsonValue range : element["referenceRange"].elements()) {
    const auto high = convert_quantity(r.terms.units, fact, range["high"]);
    if (high.trouble == UnitTrouble::none && (!lowest || high.value < *lowest)) lowest = high.value;
  }
  return lowest;
}

// Whether the laboratory itself flagged the value: 1 above, 0 normal, -1 below; empty when it did not say.
std::optional<double> interpretation(const Reading& r, JsonValue element) {
  std::optional<double> flagged;
  const auto use = [&](const Match& m) { flagged = std::max(flagged.value_or(-1), m.term->number); };
  const JsonValue list = element["interpretation"];
  if (list.is_object()) r.each(Role::interpretation, list, use);
  for (JsonValue i : list.elements()) r.each(Role::interpretation, i, use);
  return flagged;
}

std::optional<bool> above(double value, Comparator comparator, double limit) {
  switch (comparator) {
    case Comparator::exact:
      return value > limit;
    case Comparator::less:
    case Comparator::less_or_equal:
      return value <= limit ? std::optional(false) : std::nullopt;
    case Comparator::greater:
      return value >= limit ? std::optional(true) : std::nullopt;
    case Comparator::greater_or_equal:
      return value > limit ? std::optional(true) : std::nullopt;
  }
  return std::nullopt;
}

// "Above its own reference range", by the laboratory's flag or its range; where they disagree the cautious one counts.
void judge_limit(Reading& r, const ResourceEntry& e, JsonValue element, const Term& term, const Provenance& p) {
  std::optional<bool> by_range;
  const auto converted = convert_quantity(r.terms.units, term.fact, element["valueQuantity"]);
  const auto limit = upper_limit(r, element, term.fact);
  if (limit && term.limit_value_fact != kNoFact)
    measure_checked(r, e, term.limit_value_fact, *limit, Comparator::exact, p);
  if (limit && converted.trouble == UnitTrouble::none)
    by_range = above(converted.value, read_comparator(converted.comparator), *limit);
  const auto flagged = interpretation(r, element);
  if (!by_range && !flagged) return;
  const bool by_flag = flagged && *flagged > 0;
  if (by_range && flagged && *by_range != by_flag)
    r.issue(DataIssue::Kind::conflicting, e.name(), "range_and_flag_disagree",
            r.facts[term.fact].label +
                ": the laboratory's flag and its reference range disagree; the higher reading counts.",
            {term.fact});
  r.measure(term.limit_fact, by_flag || by_range.value_or(false) ? 1 : 0, Comparator::exact, p);
}

}  // namespace

bool measure_checked(Reading& r, const ResourceEntry& e, FactId fact, double value, Comparator comparator,
                     const Provenance& p, std::string as_reported) {
  const FactDefinition& d = r.facts[fact];
  if (d.kind == FactKind::quantity && (value < d.plausible_min || value > d.plausible_max)) {
    r.ignored(e, "implausible_value", d.label + " lies outside the plausible range; not used.", {fact});
    return false;
  }
  r.measure(fact, value, comparator, p, std::move(as_reported));
  return true;
}

void measure_effects(Reading& r, const std::vector<Effect>& effects, bool holds, const Provenance& p) {
  for (const Effect& effect : effects) {
    if (holds)
      r.measure(effect.fact, effect.value, effect.comparator, p);
    else if (r.facts[effect.fact].kind == FactKind::boolean)
      r.measure(effect.fact, 1 - effect.value, Comparator::exact, p);
  }
}

void read_quantity(Reading& r, const ResourceEntry& e, JsonValue quantity, FactId fact, const Provenance& p) {
  auto converted = convert_quantity(r.terms.units, fact, quantity);
  if (converted.trouble == UnitTrouble::none) {
    measure_checked(r, e, fact, converted.value, read_comparator(converted.comparator), p,
                    std::move(converted.as_reported));
    return;
  }
  const auto unit = quantity["code"].text().empty() ? quantity["unit"].text() : quantity["code"].text();
  std::string message = r.facts[fact].label;
  if (converted.trouble == UnitTrouble::no_value)
    message += " has no numeric value.";
  else if (converted.trouble == UnitTrouble::bad_comparator)
    message += " has an unknown comparator.";
  else
    message +=
        unit.empty() ? " has no unit." : " in the unit \"" + plain_text(unit, 24) + "\", which is not listed for it.";
  r.ignored(e, trouble_code(converted.trouble, !unit.empty()), std::move(message), {fact, plain_text(unit, 24)});
}

bool read_coded_value(Reading& r, const ResourceEntry& e, JsonValue concept_, FactId fact, const Provenance& p) {
  const FactDefinition& d = r.facts[fact];
  if (const auto m = r.first({Role::value, fact}, concept_)) {
    r.note_flag(e, *m);
    r.measure(fact, static_cast<double>(m->index), Comparator::exact, p);
    return true;
  }
  if (d.kind == FactKind::boolean)
    if (const auto m = r.first(Role::answer, concept_))
      return r.measure(fact, m->term->number, Comparator::exact, p), true;
  // A code that states a fact by itself: CAD-RADS N as the value of a CAD-RADS observation.
  return r.each(Role::statement, concept_, [&](const Match& m) {
    r.note_flag(e, m);
    measure_effects(r, m.term->says, true, p);
  });
}

void read_value(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, const Provenance& p) {
  const Term& term = *match.term;
  const FactDefinition& fact = r.facts[term.fact];
  const auto name = value_member(element);
  if (name.empty()) {
    if (element["component"].size() > 0 || element["hasMember"].size() > 0) return;
    const bool absent = !element["dataAbsentReason"].is_missing();
    return r.ignored(e, absent ? "data_absent" : "no_value",
                     fact.label + (absent ? ": the record says that there is no value." : " has no value."),
                     {term.fact});
  }
  r.note_flag(e, match);
  const JsonValue value = element[name];
  const bool numeric = fact.kind == FactKind::quantity;
  if (name == "valueQuantity" && numeric && value.is_object()) {
    read_quantity(r, e, value, term.fact, p);
    if (term.limit_fact != kNoFact) judge_limit(r, e, element, term, p);
  } else if (name == "valueInteger" && numeric && value.number() && r.terms.units.no_unit_allowed(term.fact)) {
    measure_checked(r, e, term.fact, *value.number(), Comparator::exact, p);
  } else if (name == "valueBoolean" && fact.kind == FactKind::boolean && value.is_bool()) {
    r.measure(term.fact, *value.boolean() ? 1 : 0, Comparator::exact, p);
  } else if (name == "valueCodeableConcept" && value.is_object()) {
    read_concept(r, e, value, term, p);
  } else if (name == "valueString" && value.is_string()) {
    read_string(r, e, value.text(), term, p);
  } else if (name == "valueSampledData") {
    r.ignored(e, "waveform", "Waveforms are not read.");
  } else {
    r.ignored(e, "unsupported_value",
              fact.label + " is given as " + plain_text(name, 40) + ", which cannot be read for it.",
              {term.fact, plain_text(name, 40)});
  }
}

}  // namespace cathgate::fhir
