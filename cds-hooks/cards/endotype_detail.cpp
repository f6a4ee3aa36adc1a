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
constexpr std::string_view kRanolazine = "ranolazine";
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
    append_recheck();
    append_measurements();
    append_evidence_of_trials();
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
    begin_finding(finding, with_detail);
    parts_.out += '\n';
  }
  void begin_finding(const Finding& finding, bool with_detail) {
    parts_.out += "- ";
    const auto language = parts_.context.phrases.language();
    append_sentence(finding.summary_in(language), finding);
    if (const auto detail = finding.detail_in(language); with_detail && !detail.empty()) {
      parts_.out += phrase(Phrase::sentence_space);
      append_sentence(detail, finding);
    }
    if (const auto basis = basis_of(parts_, finding); !basis.empty()) parts_.out.append(" (").append(basis).append(")");
  }
  void add(std::string& list, std::string_view item) const { list.append(list.empty() ? std::string_view() : phrase(Phrase::list_separator)).append(item); }
  // The names of facts, joined.
  std::string names_of(const std::vector<FactId>& facts) const {
    std::string names;
    for (const auto fact : facts) add(names, parts_.facts.label(fact));
    return names;
  }

  // Each axis by the labels of the default rule set; what was not tested is said and never read as negative.
  void append_axes() {
    std::string dilator, spasm;
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
    if (dilator.empty()) dilator = dilator_without_label();
    if (e_.vasospasm_by_ecg) add(spasm, phrase(Phrase::endotype_spasm_by_ecg));
    else if (spasm.empty()) spasm = phrase(e_.spasm_tested ? Phrase::endotype_no_spasm : Phrase::endotype_spasm_not_assessed);
    parts_.out += "**";
    fill(parts_.out, phrase(Phrase::endotype_axes), {{"dilator", dilator}, {"spasm", spasm}});
    parts_.out += "**";
    if (!e_.spasm_tested || !e_.reserve_tested || !e_.resistance_tested) parts_.out.append(" ").append(phrase(Phrase::endotype_not_negative));
    parts_.out += "\n\n";
    if (!e_.arteries_open) parts_.line(Phrase::endotype_not_excluded, {});
  }

  std::string dilator_without_label() const {
    const auto readings = write_reserve_readings(parts_.context, e_);
    return readings.empty() ? std::string(phrase(Phrase::endotype_dilator_not_assessed)) : filled(phrase(Phrase::endotype_dilator_noninvasive), {{"readings", readings}});
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
        add(labels, text);
        source = label.finding.citation;
      }
      if (labels.empty()) labels = phrase(Phrase::endotype_no_label);
      parts_.out += "- ";
      fill(parts_.out, phrase(Phrase::endotype_label_line), {{"rule_set", parts_.context.phrases.find("rule_set.", set.id)}, {"labels", labels}});
      if (source) parts_.out.append(" [").append(std::to_string(parts_.sources.number_of(*source))).append("]");
      parts_.out += '\n';
    }
    for (const auto& interpretation : e_.interpretations) append_finding(interpretation, true);
    parts_.out += '\n';
  }

  // A cut-off of flow reserve keeps its decimal: "2.0".
  std::string cut_text(double cut) const {
    std::string text;
    parts_.facts.append_number(text, cut);
    if (cut < 10 && text.size() == 1) text.append(phrase(Phrase::number_decimal)).append("0");
    return text;
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
    bullet(Phrase::endotype_reserve, {{"cut", cut_text(c.cfr_cut)}, {"probability", interval(c.posterior.reserve_reduced)}, {"other", cut_text(c.other_cut)}, {"other_probability", percent(c.reserve_below_other)}});
    bullet(Phrase::endotype_resistance, {{"cut", cut_text(parts_.assessment.knowledge->endotype.data().constants.imr_cut)}, {"probability", interval(c.posterior.resistance_raised)}});
    if (e_.vasospasm_by_ecg) bullet(Phrase::endotype_spasm_overridden, {});
    else if (c.posterior.spasm_tested) bullet(Phrase::endotype_spasm, {{"epicardial", interval(c.posterior.spasm[2])}, {"microvascular", interval(c.posterior.spasm[1])}});
    else bullet(Phrase::endotype_spasm_prior, {{"epicardial", percent(c.posterior.spasm[2].value)}, {"microvascular", percent(c.posterior.spasm[1].value)}});
    bullet(Phrase::endotype_obstruction, {{"probability", percent(c.posterior.endotype[0].value)}});
    append_certainty_notes(c);
    parts_.out += '\n';
  }

  void append_verdict(const EndotypeCertainty& c) {
    const auto& v = c.verdict;
    const auto says = [&](std::string_view name) { parts_.out.append("- ").append(parts_.context.phrases.find("endotype.says.", name)).append("\n"); };
    // A definite spasm overrides the model's axis of spasm, and with it the cells that both axes make.
    const bool cells = !e_.vasospasm_by_ecg;
    if (v.prior_only) says(cells ? "prior_only" : "prior_dilator");
    else if (cells && v.endotype) bullet(Phrase::endotype_most_likely, {{"endotype", parts_.context.phrases.find("endotype.cell.", models::endotype_name(*v.endotype))}, {"probability", interval(c.posterior.endotype[static_cast<std::size_t>(*v.endotype)])}});
    else if (cells) says("indeterminate");
    if (v.reserve_reduced) says("reserve_reduced");
    if (v.reserve_preserved) says("reserve_preserved");
    if (cells && v.epicardial_spasm) says("epicardial_spasm");
    if (cells && v.spasm_unlikely) says("spasm_unlikely");
    if (v.if_obstruction_excluded) says("if_obstruction_excluded");
  }

  void append_certainty_notes(const EndotypeCertainty& c) {
    const auto says = [&](std::string_view name) { parts_.out.append("- ").append(parts_.context.phrases.find("endotype.says.", name)).append("\n"); };
    if (e_.reserve_tested || e_.spasm_tested) says("wire");
    if (c.posterior.research) says("research");
    says(c.calibrated ? "calibrated" : "uncalibrated");
    if (!c.invalid.empty()) bullet(Phrase::endotype_unused, {{"facts", names_of(c.invalid)}});
  }

  // Which pathway this site has, by its non-invasive tests.
  std::string_view tier() const {
    const auto& site = parts_.context.tenant.site;
    const auto has = [&](Test t) { return site.available[static_cast<std::size_t>(t)]; };
    return has(Test::pet) || has(Test::stress_cmr) ? "high" : has(Test::ccta) ? "middle" : "low";
  }

  void append_next() {
    parts_.heading(Phrase::heading_endotype_next);
    std::string parts;
    if (!e_.reserve_tested) add(parts, phrase(Phrase::endotype_part_reserve));
    if (!e_.resistance_tested) add(parts, phrase(Phrase::endotype_part_resistance));
    if (!e_.spasm_tested && !e_.vasospasm_by_ecg) add(parts, phrase(Phrase::endotype_part_spasm));
    if (!parts.empty()) bullet(Phrase::endotype_not_assessed, {{"parts", parts}});
    else if (e_.spasm_tested) bullet(Phrase::endotype_all_assessed, {});
    for (const auto& investigation : e_.investigations) append_finding(investigation.finding, true);
    if (!e_.reserve_tested) parts_.out.append("- ").append(parts_.context.phrases.find("endotype.tier.", tier())).append("\n");
    if (e_.certainty) append_ranking(*e_.certainty);
    parts_.out += '\n';
  }
  void append_ranking(const EndotypeCertainty& c) {
    if (c.ranking.empty()) return;
    std::string tests;
    for (const auto& ranked : c.ranking) {
      std::string bits, cost;
      parts_.facts.append_number(bits, std::round(100 * ranked.bits) / 100), parts_.facts.append_number(cost, ranked.cost);
      add(tests, filled(phrase(Phrase::endotype_ranked), {{"test", parts_.context.phrases.find("endotype.test.", models::endotype_test_name(ranked.test))}, {"bits", bits}, {"cost", cost}}));
    }
    parts_.out += "- ";
    fill(parts_.out, phrase(Phrase::endotype_ranking), {{"tests", tests}});
    parts_.out.append(phrase(Phrase::sentence_space)).append(phrase(c.own_costs ? Phrase::endotype_costs_own : Phrase::endotype_costs_default)).append("\n");
  }

  void append_treatment() {
    parts_.heading(Phrase::heading_endotype_treatment);
    for (const auto& treatment : e_.treatments) {
      begin_finding(treatment.finding, true);
      append_drugs(treatment.drugs);
    }
    for (const auto& note : e_.notes) append_finding(note, true);
    if (!e_.treatments.empty()) bullet(Phrase::endotype_drug_note, {});
    else if (e_.notes.empty()) bullet(Phrase::endotype_no_treatment, {});
    parts_.out += '\n';
    if (e_.cautions.empty()) return;
    parts_.heading(Phrase::heading_endotype_cautions);
    if (!e_.taken_against.empty()) bullet(Phrase::endotype_taken_against, {{"drugs", names_of(e_.taken_against)}});
    for (const auto& caution : e_.cautions) append_finding(caution, false);
    parts_.out += '\n';
  }
  static Phrase state_of(const DrugAdvice& drug) {
    const bool taken = drug.taken.equals(1) == Truth::yes;
    if (drug.contraindicated) return taken ? Phrase::endotype_drug_taken_against : Phrase::endotype_drug_contraindicated;
    if (drug.caution) return taken ? Phrase::endotype_drug_taken_caution : Phrase::endotype_drug_caution;
    return taken ? Phrase::endotype_drug_taken : Phrase::endotype_drug_open;
  }
  // Behind their statement, first choice first, each with what the record says about it.
  void append_drugs(const std::vector<DrugAdvice>& drugs) {
    std::string list;
    for (const auto& drug : drugs) add(list, filled(phrase(state_of(drug)), {{"drug", parts_.facts.label(drug.fact)}}));
    parts_.out += phrase(Phrase::sentence_space);
    if (drugs.size() > 1) fill(parts_.out, phrase(Phrase::endotype_drugs), {{"drugs", list}});
    else end_sentence(parts_.out.append(list), parts_.context.phrases);
    parts_.out += '\n';
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

  bool names_drug(std::string_view name) const {
    return std::any_of(e_.treatments.begin(), e_.treatments.end(), [&](const TreatmentAdvice& t) { return std::any_of(t.drugs.begin(), t.drugs.end(), [&](const DrugAdvice& d) { return d.drug == name && !d.contraindicated; }); });
  }
  void append_recheck() {
    parts_.heading(Phrase::heading_endotype_recheck);
    parts_.out.append("- ").append(phrase(e_.treatments.empty() ? Phrase::endotype_recheck_untreated : Phrase::endotype_recheck));
    if (names_drug(kRanolazine)) parts_.out.append(phrase(Phrase::sentence_space)).append(phrase(Phrase::endotype_recheck_ranolazine));
    parts_.out.append("\n- ").append(phrase(Phrase::return_at_once)).append("\n\n");
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
