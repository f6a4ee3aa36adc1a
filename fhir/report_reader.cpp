// DiagnosticReport: coded conclusions, and CAD-RADS assessments in the text of the conclusion.
#include "fhir/readers.h"

namespace cathgate::fhir {
namespace {

// A cheap look before the text is read: most reports are about something else.
bool mentions_cad_rads(std::string_view text) {
  for (std::size_t i = 0; i + 4 <= text.size(); ++i)
    if ((text[i] | 0x20) == 'r' && (text[i + 1] | 0x20) == 'a' && (text[i + 2] | 0x20) == 'd' &&
        (text[i + 3] | 0x20) == 's')
      return true;
  return false;
}

void measure_mention(Reading& r, const ResourceEntry& e, const CadRadsMention& m, const Provenance& p) {
  const auto& t = r.terms;
  const FactDefinition& categories = r.facts[t.cad_rads];
  if (!m.category.empty()) {
    if (const auto index = categories.category(m.category)) {
      r.measure(t.cad_rads, *index, Comparator::exact, p);
    } else if (const auto first = categories.category(m.category + "A")) {
      r.measure(t.cad_rads, *first, Comparator::greater_or_equal, p);
      r.assumed(e, "cad_rads_without_letter",
                "CAD-RADS " + m.category + " is given without its letter; it counts as " + m.category + "A or higher.",
                {t.cad_rads, m.category});
    }
  }
  const auto flag = [&](bool set, FactId fact) {
    if (set) r.measure(fact, 1, Comparator::exact, p);
  };
  const auto category = [&](const std::string& name, FactId fact) {
    if (const auto index = name.empty() ? std::nullopt : r.facts[fact].category(name))
      r.measure(fact, *index, Comparator::exact, p);
  };
  flag(m.non_diagnostic, t.cad_rads_non_diagnostic);
  category(m.plaque, t.cad_rads_plaque);
  flag(m.high_risk_plaque, t.cad_rads_hrp);
  category(m.ischaemia, t.cad_rads_ischaemia);
  flag(m.stent, t.cad_rads_stent);
  flag(m.graft, t.cad_rads_graft);
  flag(m.exception, t.cad_rads_exception);
}

}  // namespace

bool read_cad_rads_report(Reading& r, const ResourceEntry& e, std::string_view text, Provenance p) {
  const CadRadsReading reading = read_cad_rads(text, r.terms.cad_rads_words);
  if (reading.current.empty()) {
    if (reading.past > 0)
      r.ignored(e, "cad_rads_past", "The text mentions CAD-RADS only as negated or of an earlier study; not used.");
    return reading.past > 0;
  }
  p.origin = Origin::text;
  if (p.session.empty()) p.session = p.source;
  if (reading.current.size() > 1)
    r.issue(DataIssue::Kind::conflicting, e.name(), "cad_rads_conflicting",
            "The text states more than one CAD-RADS category for this study.");
  for (const CadRadsMention& m : reading.current) measure_mention(r, e, m, p);
  return true;
}

void read_report(Reading& r, const ResourceEntry& e) {
  const auto carrier = r.first(Role::carrier, e.resource["code"]);
  std::vector<Match> findings;
  const JsonValue codes = e.resource["conclusionCode"];
  for (JsonValue c : codes.elements()) r.each(Role::statement, c, [&](const Match& m) { findings.push_back(m); });
  const auto conclusion = e.resource["conclusion"].text();
  const bool text = mentions_cad_rads(conclusion);
  if (!carrier && findings.empty() && !text) return r.unrelated(e);
  if (!r.accept(e, e.resource["subject"])) return;
  const auto preliminary = usable_status(r, e);
  if (!preliminary) return;
  const auto at = r.time(e, {"effectiveDateTime", "effectivePeriod", "issued"});
  if (!at) return;
  Provenance p;
  p.at = *at;
  p.preliminary = *preliminary;
  p.source = p.session = e.name();
  if (carrier) measure_effects(r, carrier->term->says, true, p);
  for (const Match& m : findings) {
    r.note_flag(e, m);
    measure_effects(r, m.term->says, true, p);
  }
  if (text) read_cad_rads_report(r, e, conclusion, p);
  for (JsonValue result : e.resource["result"].elements())
    if (const auto id = r.reference_id("Observation", result["reference"].text()); !id.empty())
      r.memberships.emplace_back(id, p.source);
  r.count(e.type, "read");
}

}  // namespace cathgate::fhir
