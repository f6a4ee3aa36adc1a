#include <algorithm>
#include <array>
#include <cmath>

#include "cds-hooks/cards/card_detail.h"
#include "cds-hooks/cards/card_markdown.h"
#include "cds-hooks/cards/card_sections.h"
#include "cds-hooks/cards/endotype_card.h"
#include "cds-hooks/hooks/service.h"
#include "cds-hooks/version.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {
namespace {

using models::Estimate;

constexpr std::size_t kTypicalLength = 5'000;
constexpr std::size_t kMaxMeasurements = 16;
constexpr std::size_t kDigestShown = 12;
constexpr std::array<std::string_view, 7> kDilatorLabels = {"structural", "functional", "reserve_reduced", "compensated", "resistance_raised", "dilator_normal", "none"};
constexpr std::array<std::string_view, 4> kSpasmLabels = {"epicardial_spasm", "microvascular_spasm", "spasm_inconclusive", "none"};

template <class List>
bool holds(const List& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

// Whole percent; the ends are never printed as certain.
std::string percent(double p) {
  const long whole = std::lround(100 * p);
  return whole < 1 ? "< 1 %" : whole > 99 ? "> 99 %" : std::to_string(whole) + " %";
}

class Detail {
 public:
  Detail(const CardContext& context, const Assessment& assessment) : parts_{context, assessment, FactWriter(context.facts, context.phrases), {}, {}}, e_(*assessment.endotype) { parts_.out.reserve(kTypicalLength); }

  std::string write(const fhir::DraftOrder* order) {
    append_axes();
    append_card_notices(parts_.out, parts_.context);
    if (order) append_card_order(parts_.out, parts_.context.phrases, *order);
    append_labels();
    append_certainty();
    append_next();
    append_treatment();
    append_evidence_of_trials();
    append_measurements();
    append_recheck();
    append_closing();
    parts_.sources.append(parts_.out);
    while (parts_.out.ends_with('\n')) parts_.out.pop_back();
    return std::move(parts_.out);
  }

 private:
  std::string_view phrase(Phrase p) const { return parts_.phrase(p); }
  std::string_view name_of(std::string_view label) const { return parts_.context.phrases.find("endotype.label.", label); }
  void bullet(Phrase p, std::initializer_list<Slot> slots) {
    parts_.out += "- ";
    fill(parts_.out, phrase(p), slots);
    parts_.out += '\n';
  }
  void append_sentence(std::string_view text, const Finding& finding) {
    const auto start = parts_.out.size();
    parts_.facts.append_text(parts_.out, text, finding.evidence, e_.measurements);
    capitalise(parts_.out, start);
    if (parts_.out.size() > start) end_sentence(parts_.out, parts_.context.phrases);
  }
  void append_finding(const Finding& finding, bool with_detail) {
    parts_.out += "- ";
    const auto language = parts_.context.phrases.language();
    append_sentence(finding.summary_in(language), finding);
    if (const auto detail = finding.detail_in(language); with_detail && !detail.empty()) {
      parts_.out += phrase(Phrase::sentence_space);
      append_sentence(detail, finding);
    }
    if (const auto basis = basis_of(parts_, finding); !basis.empty()) parts_.out.append(" (").append(basis).append(")");
    parts_.out += '\n';
  }

  // Each axis by the labels of the default rule set; what was not tested is said and never read as negative.
  void append_axes() {
    std::string dilator, spasm;
    const auto add = [&](std::string& out, std::string_view name) { out.append(out.empty() ? std::string_view() : phrase(Phrase::list_separator)).append(name); };
    for (const auto* label : default_labels(parts_.context, e_)) {
      if (label->label == "mixed") {
        add(dilator, name_of("reserve_reduced"));
        add(spasm, name_of("epicardial_spasm"));
      } else if (label->label == "none") {
        add(dilator, name_of("dilator_normal"));
        add(spasm, phrase(Phrase::endotype_no_spasm));
      } else if (holds(kDilatorLabels, label->label)) {
        add(dilator, name_of(label->label));
      } else if (holds(kSpasmLabels, label->label)) {
        add(spasm, name_of(label->label));
      }
    }
    if (dilator.empty()) dilator = phrase(Phrase::endotype_dilator_not_assessed);
    if (spasm.empty()) spasm = phrase(e_.spasm_tested ? Phrase::endotype_no_spasm : Phrase::endotype_spasm_not_assessed);
    parts_.out += "**";
    fill(parts_.out, phrase(Phrase::endotype_axes), {{"dilator", dilator}, {"spasm", spasm}});
    parts_.out += "**";
    if (!e_.spasm_tested || !e_.reserve_tested || !e_.resistance_tested) parts_.out.append(" ").append(phrase(Phrase::endotype_not_negative));
    parts_.out += "\n\n";
    if (!e_.arteries_open) parts_.line(Phrase::endotype_not_excluded, {});
  }

  void append_labels() {
    parts_.heading(Phrase::heading_endotype_labels);
    const auto& sets = parts_.assessment.knowledge->endotype_settings.rule_sets;
    for (const auto& set : sets) {
      const Citation* source = nullptr;
      std::string labels;
      for (const auto& label : e_.labels) {
        if (label.rule_set != set.id) continue;
        std::string text;
        parts_.facts.append_text(text, label.finding.summary_in(parts_.context.phrases.language()), label.finding.evidence, e_.measurements);
        labels.append(labels.empty() ? std::string_view() : phrase(Phrase::list_separator)).append(text);
        source = label.finding.citation;
      }
      if (labels.empty()) labels = phrase(Phrase::endotype_no_label);
      parts_.out += "- ";
      fill(parts_.out, phrase(Phrase::endotype_label_line), {{"rule_set", parts_.context.phrases.find("rule_set.", set.id)}, {"labels", labels}});
      if (source) parts_.out.append(" [").append(std::to_string(parts_.sources.number_of(*source))).append("]");
      parts_.out += '\n';
    }
    append_disagreement();
    parts_.out += '\n';
  }

  // The cut-offs of flow reserve, where the measured one lies between them.
  void append_disagreement() {
    const auto at = std::find_if(e_.measurements.begin(), e_.measurements.end(), [&](const Evidence& m) { return parts_.context.facts[m.fact].name == "derived.cfr"; });
    if (at == e_.measurements.end() || !at->value.exact()) return;
    std::string cuts;
    bool some = false, other = false;
    for (const auto& set : parts_.assessment.knowledge->endotype_settings.rule_sets) {
      if (!set.cfr_cut) continue;
      (at->value.low < *set.cfr_cut ? some : other) = true;
      std::string cut;
      parts_.facts.append_number(cut, *set.cfr_cut);
      cuts.append(cuts.empty() ? std::string_view() : phrase(Phrase::list_separator));
      fill(cuts, phrase(Phrase::endotype_cut), {{"cut", cut}, {"rule_set", parts_.context.phrases.find("rule_set.", set.id)}});
    }
    if (some && other) bullet(Phrase::endotype_differ, {{"cuts", cuts}});
  }

  std::string interval(const Estimate& e) const { return filled(phrase(Phrase::endotype_interval), {{"value", percent(e.value)}, {"low", percent(e.low)}, {"high", percent(e.high)}}); }

  void append_certainty() {
    parts_.heading(Phrase::heading_endotype_certainty);
    if (!e_.certainty) {
      bullet(Phrase::endotype_silent, {{"reason", parts_.context.phrases.find(e_.silence)}});
      parts_.out += '\n';
      return;
    }
    const auto& c = *e_.certainty;
    append_verdict(c);
    std::string cut, other, imr;
    parts_.facts.append_number(cut, c.cfr_cut), parts_.facts.append_number(other, c.other_cut), parts_.facts.append_number(imr, parts_.assessment.knowledge->endotype.data().constants.imr_cut);
    bullet(Phrase::endotype_reserve, {{"cut", cut}, {"probability", interval(c.posterior.reserve_reduced)}, {"other", other}, {"other_probability", percent(c.reserve_below_other)}});
    bullet(Phrase::endotype_resistance, {{"cut", imr}, {"probability", interval(c.posterior.resistance_raised)}});
    if (c.posterior.spasm_tested) bullet(Phrase::endotype_spasm, {{"epicardial", interval(c.posterior.spasm[2])}, {"microvascular", interval(c.posterior.spasm[1])}});
    else bullet(Phrase::endotype_spasm_prior, {{"epicardial", percent(c.posterior.spasm[2].value)}, {"microvascular", percent(c.posterior.spasm[1].value)}});
    bullet(Phrase::endotype_obstruction, {{"probability", percent(c.posterior.endotype[0].value)}});
    append_certainty_notes(c);
    parts_.out += '\n';
  }

  void append_verdict(const EndotypeCertainty& c) {
    const auto& v = c.verdict;
    const auto says = [&](std::string_view name) { parts_.out.append("- ").append(parts_.context.phrases.find("endotype.says.", name)).append("\n"); };
    if (v.prior_only) says("prior_only");
    else if (v.endotype) bullet(Phrase::endotype_most_likely, {{"endotype", parts_.context.phrases.find("endotype.cell.", models::endotype_name(*v.endotype))}, {"probability", interval(c.posterior.endotype[static_cast<std::size_t>(*v.endotype)])}});
    else says("indeterminate");
    if (v.reserve_reduced) says("reserve_reduced");
    if (v.reserve_preserved) says("reserve_preserved");
    if (v.epicardial_spasm) says("epicardial_spasm");
    if (v.spasm_unlikely) says("spasm_unlikely");
    if (v.if_obstruction_excluded) says("if_obstruction_excluded");
  }

  void append_certainty_notes(const EndotypeCertainty& c) {
    const auto says = [&](std::string_view name) { parts_.out.append("- ").append(parts_.context.phrases.find("endotype.says.", name)).append("\n"); };
    if (e_.reserve_tested || e_.spasm_tested) says("wire");
    if (c.posterior.research) says("research");
    says(c.calibrated ? "calibrated" : "uncalibrated");
    if (c.invalid.empty()) return;
    std::string names;
    for (const auto fact : c.invalid) names.append(names.empty() ? std::string_view() : phrase(Phrase::list_separator)).append(parts_.facts.label(fact));
    bullet(Phrase::endotype_unused, {{"facts", names}});
  }

  // Which pathway this site has, by its non-invasive tests.
  std::string_view tier() const {
    const auto& site = parts_.context.tenant.site;
    const auto has = [&](Test t) { return site.available[static_cast<std::size_t>(t)]; };
    return has(Test::pet) || has(Test::stress_cmr) ? "high" : has(Test::ccta) ? "middle" : "low";
  }

  void append_next() {
    parts_.heading(Phrase::heading_endotype_next);
    for (const auto& investigation : e_.investigations) append_finding(investigation.finding, true);
    parts_.out.append("- ").append(parts_.context.phrases.find("endotype.tier.", tier())).append("\n");
    if (e_.certainty)
      for (const auto& ranked : e_.certainty->ranking) {
        std::string bits, per_cost;
        parts_.facts.append_number(bits, std::round(100 * ranked.bits) / 100), parts_.facts.append_number(per_cost, std::round(1000 * ranked.per_cost) / 1000);
        bullet(Phrase::endotype_ranked, {{"test", parts_.context.phrases.find("endotype.test.", models::endotype_test_name(ranked.test))}, {"bits", bits}, {"per_cost", per_cost}});
      }
    parts_.out += '\n';
  }

  void append_treatment() {
    parts_.heading(Phrase::heading_endotype_treatment);
    for (const auto& treatment : e_.treatments) {
      append_finding(treatment.finding, true);
      append_drugs(treatment.drugs);
    }
    for (const auto& note : e_.notes) append_finding(note, true);
    parts_.out.append("- ").append(phrase(e_.treatments.empty() ? Phrase::endotype_no_treatment : Phrase::endotype_drug_note)).append("\n");
    parts_.out += '\n';
    if (e_.cautions.empty()) return;
    parts_.heading(Phrase::heading_endotype_cautions);
    for (const auto& caution : e_.cautions) append_finding(caution, false);
    parts_.out += '\n';
  }
  // One line, first choice first, each with what the record says about it.
  void append_drugs(const std::vector<DrugAdvice>& drugs) {
    parts_.out += "- ";
    for (std::size_t i = 0; i < drugs.size(); ++i) {
      const auto& drug = drugs[i];
      const auto state = drug.contraindicated ? Phrase::endotype_drug_contraindicated : drug.taken.equals(1) == Truth::yes ? Phrase::endotype_drug_taken : drug.caution ? Phrase::endotype_drug_caution : Phrase::endotype_drug_open;
      if (i > 0) parts_.out += phrase(Phrase::list_separator);
      fill(parts_.out, phrase(state), {{"drug", parts_.facts.label(drug.fact)}});
    }
    parts_.out += ".\n";
  }

  void append_evidence_of_trials() {
    if (e_.evidence.empty()) return;
    parts_.heading(Phrase::heading_endotype_evidence);
    for (const auto& finding : e_.evidence) append_finding(finding, true);
    parts_.out += '\n';
  }

  void append_measurements() {
    if (e_.measurements.empty()) return;
    parts_.heading(Phrase::heading_endotype_measured);
    parts_.out.append(phrase(Phrase::heading_table)).append("\n|---|---|---|---|\n");
    std::size_t rows = 0;
    for (const auto& m : e_.measurements)
      if (rows++ < kMaxMeasurements) append_evidence_row(parts_, m);
    parts_.out += '\n';
    if (rows > kMaxMeasurements) parts_.line(Phrase::more_rows, {{"count", std::to_string(rows - kMaxMeasurements)}});
  }

  void append_recheck() {
    parts_.heading(Phrase::heading_endotype_recheck);
    parts_.out.append("- ").append(phrase(Phrase::endotype_recheck)).append("\n- ").append(phrase(Phrase::return_at_once)).append("\n\n");
  }

  void append_closing() {
    parts_.out.append("**").append(phrase(Phrase::heading_limits)).append(".** ").append(phrase(Phrase::endotype_limits)).append(" ").append(phrase(Phrase::limits_judgement)).append(" ");
    fill(parts_.out, phrase(Phrase::endotype_versions),
         {{"program", kProgramVersion}, {"knowledge", parts_.context.knowledge_digest.substr(0, kDigestShown)}, {"model", parts_.assessment.knowledge->endotype.data().version}, {"as_of", write_date(parts_.assessment.as_of)}});
    parts_.out += "\n\n";
  }

  DetailParts parts_;
  const EndotypeAssessment& e_;
};

}  // namespace

std::string write_endotype_detail(const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order) { return Detail(context, assessment).write(order); }

}  // namespace cathgate::cds_hooks
