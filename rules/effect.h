// What a rule does when it fires: the vocabulary of effects that engine/ weighs. The meaning of each is in
// docs/decisions/0001-shape-of-knowledge.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact_catalogue.h"

namespace cathgate::rules {

enum class EffectType : std::uint8_t { define, recommend, forbid_defer, avoid_test, prevention, harm, note, label, treat, avoid_drug, investigate, evidence, prompt, interpret };
enum class Action : std::uint8_t { none, emergency, angiography, functional_imaging, ccta, calcium_score, defer };

struct Effect {
  EffectType type = EffectType::note;
  Action action = Action::none;     // recommend
  std::string test;                 // avoid_test: one of test_names()
  bool contraindicated = false;     // avoid_test, avoid_drug: true contraindicated, false caution
  std::string name;                 // label: one of label_names(); investigate: one of investigation_names(); treat, prompt, evidence: the axis
  std::vector<std::string> drugs;   // treat, prompt, avoid_drug: of drug_names(), first choice first
  FactId defines = kNoFact;         // define, or beside another effect
  double defined_value = 1;         // boolean 1, or a category index
};

// The tests that an avoid_test may name: those that engine/ chooses among.
std::span<const std::string_view> test_names();
// The labels of a rule set of endotypes, the two axes that treatment and evidence are about, the drugs, and the
// investigations beside the tests above.
std::span<const std::string_view> label_names();
std::span<const std::string_view> axis_names();
std::span<const std::string_view> drug_names();
std::span<const std::string_view> investigation_names();
std::string_view effect_type_name(EffectType type);
std::string_view action_name(Action action);

}  // namespace cathgate::rules
