#include "engine/endotype.h"

#include <algorithm>

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
    add_labels();
    add_measurements();
    add_treatments();
    add_findings();
    add_versions();
    assess_certainty(d_, out_);
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
        if (o.fired == Truth::yes && o.effect && o.effect->type == EffectType::label && o.rule_set == set.id) out_.labels.push_back({o.rule_set, o.effect->name, o.finding});
  }

  void add_measurements() {
    for (const auto fact : k_.endotype_settings.shown)
      if (const auto& value = d_.view[fact]; value.known() && value.origin != Origin::assumed) out_.measurements.push_back({fact, value});
  }

  DrugAdvice advice_on(const std::string& drug) {
    DrugAdvice advice{drug, kNoFact, {}, false, false};
    for (const auto& known : k_.endotype_settings.drugs)
      if (known.name == drug) advice.fact = known.fact, advice.taken = d_.view[known.fact];
    for (const auto& o : outcomes_) {
      if (o.fired != Truth::yes || !o.effect || o.effect->type != EffectType::avoid_drug) continue;
      if (std::find(o.effect->drugs.begin(), o.effect->drugs.end(), drug) == o.effect->drugs.end()) continue;
      (o.effect->contraindicated ? advice.contraindicated : advice.caution) = true;
      if (std::none_of(out_.cautions.begin(), out_.cautions.end(), [&](const Finding& f) { return f.id == o.finding.id; })) out_.cautions.push_back(o.finding);
    }
    return advice;
  }
  void add_treatments() {
    for (const auto& o : outcomes_) {
      if (o.fired != Truth::yes || !o.effect || o.effect->type != EffectType::treat) continue;
      TreatmentAdvice treatment{o.effect->name, o.finding, {}};
      for (const auto& drug : o.effect->drugs) treatment.drugs.push_back(advice_on(drug));
      out_.treatments.push_back(std::move(treatment));
    }
  }

  void add_findings() {
    for (const auto& o : outcomes_) {
      if (o.fired != Truth::yes || !o.effect) continue;
      switch (o.effect->type) {
        case EffectType::investigate: add_investigation(o); break;
        case EffectType::evidence: out_.evidence.push_back(o.finding); break;
        case EffectType::note: out_.notes.push_back(o.finding); break;
        default: break;
      }
    }
  }
  void add_investigation(const RuleOutcome& o) {
    if (o.effect->name == "invasive_function" && !d_.site.endotype.invasive_available) return;
    out_.investigations.push_back({o.effect->name, o.finding});
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
