#include "engine/endotype.h"

#include <algorithm>
#include <utility>

#include "engine/endotype_certainty.h"
#include "engine/message_ids.h"

namespace cathgate {
namespace {

using rules::EffectType;
using rules::RuleOutcome;

class Assessor {
 public:
  explicit Assessor(Deliberation& d) : d_(d), k_(d.knowledge), ids_(k_.endotype_ids) {}

  void run() {
    k_.rules.evaluate(Stage::endotype, d_.view, outcomes_);
    if (!is_question()) return;
    out_.arteries_open = d_.is(ids_.arteries_open);
    out_.persistent_symptoms = d_.is(ids_.persistent_symptoms);
    out_.spasm_tested = d_.is(ids_.ach_complete) || d_.is(ids_.spasm_equivocal);
    out_.reserve_tested = d_.view[ids_.cfr].known();
    out_.resistance_tested = d_.is(ids_.resistance_measured);
    out_.vasospasm_by_ecg = d_.is(ids_.vasospasm_by_ecg);
    add_labels();
    add_measurements();
    add_investigations();
    assess_certainty(d_, out_);
    tell_rules();
    add_treatments();
    add_findings();
    add_taken_drugs();
    add_versions();
    d_.result.endotype = std::move(out_);
  }

 private:
  // An open artery with symptoms that persist, or a look at function in a patient with symptoms.
  bool is_question() const {
    if (d_.is(ids_.obstructive) || d_.is_not(k_.ids.symptomatic)) return false;
    if (d_.acute_setting() && !d_.is_not(k_.ids.gate_acute)) return false;
    const auto& facts = k_.endotype_settings.function_facts;
    const bool looked_at = std::any_of(facts.begin(), facts.end(), [&](FactId f) { return d_.view[f].known(); });
    return looked_at || (d_.is(ids_.arteries_open) && d_.is(ids_.persistent_symptoms));
  }

  void add_labels() {
    for (const auto& set : k_.endotype_settings.rule_sets)
      for (const auto& o : outcomes_)
        if (is(o, EffectType::label) && o.rule_set == set.id) out_.labels.push_back({o.rule_set, o.effect->name, o.finding});
  }

  void add_measurements() {
    const auto& settings = k_.endotype_settings;
    for (const auto fact : settings.shown)
      if (const auto& value = d_.view[fact]; value.known() && value.origin != Origin::assumed) out_.measurements.push_back({fact, value});
    for (const auto fact : settings.reserve_facts)
      if (const auto value = d_.view.not_older_than(fact, settings.function.max_age_days); value.known()) out_.reserve_readings.push_back({fact, value});
  }

  // Before the model speaks: it may rank invasive function testing only where a guideline asks for it.
  void add_investigations() {
    for (const auto& o : outcomes_) {
      if (!is(o, EffectType::investigate)) continue;
      if (o.effect->name == "invasive_function" && !d_.site.endotype.invasive_available) continue;
      out_.investigations.push_back({o.effect->name, o.finding});
    }
  }

  // What the model says with the certainty that a statement needs is a fact for the rules of treatment and evidence.
  void tell_rules() {
    if (!out_.certainty) return;
    const auto& verdict = out_.certainty->verdict;
    d_.view.set(ids_.model_reserve_reduced, FactValue::exactly(verdict.reserve_reduced ? 1 : 0));
    d_.view.set(ids_.model_epicardial_spasm, FactValue::exactly(verdict.epicardial_spasm ? 1 : 0));
    outcomes_.clear();
    k_.rules.evaluate(Stage::endotype, d_.view, outcomes_);
  }

  static bool is(const RuleOutcome& o, EffectType type) { return o.fired == Truth::yes && o.effect && o.effect->type == type; }
  static bool holds(const std::vector<std::string>& drugs, std::string_view drug) { return std::find(drugs.begin(), drugs.end(), drug) != drugs.end(); }
  void add_caution(const Finding& finding) {
    if (std::none_of(out_.cautions.begin(), out_.cautions.end(), [&](const Finding& f) { return f.id == finding.id; })) out_.cautions.push_back(finding);
  }

  DrugAdvice advice_on(const std::string& drug) {
    DrugAdvice advice{drug, kNoFact, {}, false, false};
    for (const auto& known : k_.endotype_settings.drugs)
      if (known.name == drug) advice.fact = known.fact, advice.taken = d_.view[known.fact];
    for (const auto& o : outcomes_) {
      if (!is(o, EffectType::avoid_drug) || !holds(o.effect->drugs, drug)) continue;
      (o.effect->contraindicated ? advice.contraindicated : advice.caution) = true;
      add_caution(o.finding);
    }
    return advice;
  }
  void add_treatments() {
    for (const auto& o : outcomes_) {
      const bool prompt = is(o, EffectType::prompt);
      if (!prompt && !is(o, EffectType::treat)) continue;
      TreatmentAdvice treatment{o.effect->name, prompt, o.finding, {}};
      for (const auto& drug : o.effect->drugs) treatment.drugs.push_back(advice_on(drug));
      out_.treatments.push_back(std::move(treatment));
    }
    std::stable_sort(out_.treatments.begin(), out_.treatments.end(), [](const auto& a, const auto& b) { return std::pair(a.prompt, strength(a.finding)) < std::pair(b.prompt, strength(b.finding)); });
  }

  // Class I before IIa before IIb before a statement without a class.
  static std::pair<bool, std::string_view> strength(const Finding& finding) { return {finding.guideline_class.empty(), finding.guideline_class}; }

  void add_findings() {
    for (const auto& o : outcomes_) {
      if (is(o, EffectType::evidence)) out_.evidence.push_back(o.finding);
      if (is(o, EffectType::interpret)) out_.interpretations.push_back(o.finding);
      if (is(o, EffectType::note)) out_.notes.push_back(o.finding);
    }
    std::stable_sort(out_.evidence.begin(), out_.evidence.end(), [](const Finding& a, const Finding& b) { return strength(a) < strength(b); });
  }

  // A drug that nobody names here but that the patient takes is warned of, too.
  void add_taken_drugs() {
    for (const auto& known : k_.endotype_settings.drugs) {
      if (d_.view[known.fact].equals(1) != Truth::yes) continue;
      const auto speaks_against = [&](const RuleOutcome& o) { return is(o, EffectType::avoid_drug) && holds(o.effect->drugs, known.name); };
      if (std::none_of(outcomes_.begin(), outcomes_.end(), speaks_against)) continue;
      out_.taken_against.push_back(known.fact);
      for (const auto& o : outcomes_)
        if (speaks_against(o)) add_caution(o.finding);
    }
  }

  void add_versions() {
    for (const auto& file : k_.rules.files())
      if (file.id.starts_with("endotype.")) out_.versions.emplace_back(file.id, file.version);
    const auto& data = k_.endotype.data();
    out_.versions.emplace_back(data.id, data.version);
  }

  Deliberation& d_;
  const Knowledge& k_;
  const EndotypeIds& ids_;
  std::vector<RuleOutcome> outcomes_;
  EndotypeAssessment out_;
};

}  // namespace

void assess_endotype(Deliberation& d) {
  if (d.site.endotype.card) Assessor(d).run();
}

}  // namespace cathgate
