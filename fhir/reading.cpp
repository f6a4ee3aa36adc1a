#include "fhir/reading.h"

#include <algorithm>

namespace cathgate::fhir {

std::string ResourceEntry::path() const {
  std::string path = key == "bundle" ? "Bundle" : "prefetch." + std::string(key);
  if (bundled) path += ".entry[" + std::to_string(index) + "]";
  return path;
}

std::string ResourceEntry::name() const {
  if (id.empty()) return path();
  std::string text;
  text.reserve(type.size() + id.size() + 1);
  return text.append(type).append("/").append(id);
}

void Reading::count(std::string_view type, std::string_view outcome) {
  if (tally) ++(*tally)[std::string(type) + ": " + std::string(outcome)];
}

void Reading::issue(DataIssue::Kind kind, std::string where, std::string_view code, std::string message,
                    IssueSubject subject) {
  out.issues.push_back(
      {kind, std::move(where), std::string(code), std::move(message), subject.fact, std::move(subject.detail), 1});
}

void Reading::ignored(const ResourceEntry& e, std::string_view code, std::string message, IssueSubject subject) {
  count(e.type, code);
  issue(DataIssue::Kind::ignored, e.name(), code, std::move(message), std::move(subject));
}

void Reading::assumed(const ResourceEntry& e, std::string_view code, std::string message, IssueSubject subject) {
  issue(DataIssue::Kind::assumed, e.name(), code, std::move(message), std::move(subject));
}

bool Reading::modified(const ResourceEntry& e, JsonValue element) {
  const JsonValue extension = element["modifierExtension"];
  if (extension.is_missing() || (extension.is_array() && extension.size() == 0)) return false;
  ignored(e, "modifier_extension", "A modifierExtension that Cathgate does not know may change the meaning; not used.");
  return true;
}

bool Reading::accept(const ResourceEntry& e, JsonValue subject) {
  if (!is_patient(subject)) {
    const bool named = !subject["reference"].text().empty();
    ignored(e, named ? "wrong_patient" : "no_subject",
            named ? "The resource belongs to another patient; not used." : "The resource names no patient; not used.");
    return false;
  }
  for (JsonValue tag : e.resource["meta"]["tag"].elements()) {
    const std::string own = std::string(tag["system"].text()) + "|" + std::string(tag["code"].text());
    if (std::find(terms.own_tags.begin(), terms.own_tags.end(), own) == terms.own_tags.end()) continue;
    ignored(e, "own_resource", "Cathgate wrote this resource itself; its own output is never an input.");
    return false;
  }
  if (!e.resource["implicitRules"].is_missing()) {
    ignored(e, "implicit_rules", "The resource follows implicit rules that Cathgate does not know; not used.");
    return false;
  }
  return !modified(e, e.resource);
}

bool Reading::is_patient(JsonValue reference) {
  const auto text = reference["reference"].text();
  if (text.empty()) return false;
  if (std::find(patient_urls.begin(), patient_urls.end(), text) != patient_urls.end()) return true;
  const auto parts = reference_parts(text);
  return parts.type == "Patient" && parts.id == patient_id;
}

std::optional<Match> Reading::find(RoleKey role, JsonValue coding) const {
  const auto code = coding["code"].text();
  const auto hit = terms.codes.find(role, coding["system"].text(), code);
  if (!hit) return std::nullopt;
  const bool is_value = (role.bits & 0xFF) == static_cast<std::uint32_t>(Role::value);
  return Match{is_value ? nullptr : &terms.terms[hit->term], hit->term, hit->flag, code};
}

std::optional<Match> Reading::first(RoleKey role, JsonValue concept_) const {
  for (JsonValue coding : concept_["coding"].elements())
    if (auto m = find(role, coding)) return m;
  return std::nullopt;
}

void Reading::note_flag(const ResourceEntry& e, const Match& match) {
  if (match.flag != CodeFlag::unconfirmed) return;
  assumed(e, "unconfirmed_code",
          "The meaning of code " + plain_text(match.code, 40) + " is not confirmed by a source.",
          {kNoFact, plain_text(match.code, 40)});
}

std::optional<std::optional<TimeRange>> Reading::time(const ResourceEntry& e,
                                                      std::initializer_list<std::string_view> names) {
  std::optional<TimeRange> at;
  for (std::string_view name : names) {
    const JsonValue value = e.resource[name];
    if (value.is_missing() || value.is_null()) continue;
    if (value.is_string()) {
      at = read_fhir_time(value.text());
    } else if (value.is_object()) {  // a Period
      at = read_fhir_time(value["start"].text());
      const auto end = read_fhir_time(value["end"].text());
      if (at && end && end->latest >= at->earliest)
        at->latest = end->latest;
      else if (!at)
        at = end;
    }
    if (at) break;
    assumed(e, "unreadable_date", "The date in " + std::string(name) + " cannot be read; the entry counts as undated.",
            {kNoFact, std::string(name)});
  }
  if (at && at->earliest > out.as_of + terms.future_tolerance_s) {
    ignored(e, "future_date", "The date lies in the future; not used.");
    return std::nullopt;
  }
  return at;
}

const ResourceEntry* Reading::by_url(std::string_view url) {
  if (!urls_built_) {
    urls_built_ = true;
    for (const ResourceEntry& e : entries)
      if (!e.full_url.empty()) urls_.emplace(e.full_url, &e);
  }
  const auto found = urls_.find(url);
  return found == urls_.end() ? nullptr : found->second;
}

std::string_view Reading::reference_id(std::string_view type, std::string_view reference) {
  if (reference.empty()) return {};
  if (reference.starts_with("urn:")) {
    const ResourceEntry* e = by_url(reference);
    return e && e->type == type ? e->id : std::string_view();
  }
  const auto parts = reference_parts(reference);
  return parts.type == type ? parts.id : std::string_view();
}

JsonValue Reading::resolve(const ResourceEntry& e, JsonValue reference) {
  const auto text = reference["reference"].text();
  if (text.empty()) return {};
  if (text.front() == '#') {
    for (JsonValue c : e.resource["contained"].elements())
      if (c["id"].text() == text.substr(1)) return c;
    return {};
  }
  if (const ResourceEntry* found = by_url(text)) return found->resource;
  const auto parts = reference_parts(text);
  if (parts.id.empty()) return {};
  for (const ResourceEntry& other : entries)
    if (other.id == parts.id && other.type == parts.type) return other.resource;
  return {};
}

bool Reading::is_current_encounter(JsonValue reference) {
  return !encounter_id.empty() && reference_id("Encounter", reference["reference"].text()) == encounter_id;
}

std::string Reading::encounter_session(JsonValue reference) {
  const auto id = reference_id("Encounter", reference["reference"].text());
  return id.empty() ? std::string() : "Encounter/" + std::string(id);
}

void Reading::measure(FactId fact, double value, Comparator comparator, const Provenance& p, std::string as_reported) {
  Measurement& m = out.measurements.emplace_back();
  m.fact = fact;
  m.value = value;
  m.comparator = comparator;
  m.at = p.at;
  m.origin = p.origin;
  m.preliminary = p.preliminary;
  m.source = p.source;
  m.method = p.method;
  m.session = p.session;
  m.site = p.site;
  m.as_reported = std::move(as_reported);
}

void Reading::state(const Effect& effect, Polarity polarity, const Provenance& p) {
  if (facts[effect.fact].kind != FactKind::boolean) {
    // A refuted condition says nothing about a class or a score.
    if (polarity == Polarity::present) measure(effect.fact, effect.value, effect.comparator, p);
    return;
  }
  const bool present = (polarity == Polarity::present) == (effect.value != 0);
  out.diagnoses.push_back({effect.fact, present ? Polarity::present : Polarity::absent, p.at, p.origin, p.source});
}

}  // namespace cathgate::fhir
