// Facts with one value for each site of the heart: coronary segments, segments of the left ventricle, discs of a tracing.
#include <algorithm>
#include <charconv>

#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

// The site that bodySite names, by code or by text; empty when the fact has no such site.
std::string_view site_of(const FactDefinition& fact, JsonValue body_site) {
  const auto known = [&](std::string_view name) {
    const auto at = std::find(fact.sites.begin(), fact.sites.end(), name);
    return at == fact.sites.end() ? std::string_view() : std::string_view(*at);
  };
  for (JsonValue coding : body_site["coding"].elements())
    if (const auto site = known(coding["code"].text()); !site.empty()) return site;
  return known(body_site["text"].text());
}

// The factor from the unit of a SampledData's origin to the fact's unit; empty: a unit that is not listed.
std::optional<double> factor_of(const Reading& r, FactId fact, JsonValue origin) {
  const auto code = origin["code"].text(), unit = origin["unit"].text();
  if (code.empty() && unit.empty()) {
    if (r.facts[fact].kind == FactKind::boolean || r.terms.units.no_unit_allowed(fact)) return 1;
    return std::nullopt;
  }
  const auto* conversion = code.empty() ? r.terms.units.find(fact, unit, false) : r.terms.units.find(fact, code, true);
  if (!conversion || conversion->offset != 0) return std::nullopt;
  return conversion->factor;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto start = text.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const auto length = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

// A list of values in the order of the fact's sites; "E" is a site without a value.
void read_list(Reading& r, const ResourceEntry& e, JsonValue data, FactId id, Provenance p) {
  const FactDefinition& fact = r.facts[id];
  const auto words = words_of(data["data"].text());
  const auto unit = factor_of(r, id, data["origin"]);
  if (words.size() != fact.sites.size())
    return r.ignored(e, "wrong_number_of_sites", fact.label + ": the list has another number of sites; not used.", {id});
  if (!unit) {
    const JsonValue given = data["origin"];
    const std::string name = plain_text(given["code"].text().empty() ? given["unit"].text() : given["code"].text(), 24);
    return r.ignored(e, name.empty() ? "no_unit" : "unknown_unit", fact.label + " in a unit which is not listed for it.", {id, name});
  }
  const double origin = data["origin"]["value"].number().value_or(0), factor = data["factor"].number().value_or(1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    double value = 0;
    const auto* end = words[i].data() + words[i].size();
    const auto parsed = std::from_chars(words[i].data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) continue;
    p.site = fact.sites[i];
    value = (origin + value * factor) * *unit;
    if (fact.kind != FactKind::boolean || value == 0 || value == 1)
      measure_checked(r, e, id, value, Comparator::exact, p);
  }
}

}  // namespace

void read_sited_value(Reading& r, const ResourceEntry& e, JsonValue element, const Match& match, Provenance p) {
  const FactId id = match.term->fact;
  const FactDefinition& fact = r.facts[id];
  if (const JsonValue list = element["valueSampledData"]; list.is_object()) return read_list(r, e, list, id, p);
  const auto site = site_of(fact, element["bodySite"]);
  if (site.empty()) return r.ignored(e, "unknown_site", fact.label + ": the site is missing or unknown; not used.", {id});
  p.site = site;
  read_value(r, e, element, match, p);
}

}  // namespace cathgate::fhir
