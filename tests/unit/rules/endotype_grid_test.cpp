// Every combination of flow reserve, resistance and acetylcholine against an independent statement of the criteria: ESC
// 2024 sections 3.3.3.3 and 5.2.5.2, EAPCI 2020 Table 2, AHA/ACC 2021, Rahman 2020, COVADIS 2017 and 2018. No combination is
// without a label, and nothing that was not measured reads as normal.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "rules/rule_library.h"

namespace cathgate::rules {
namespace {

using Labels = std::set<std::string>;
using Reading = std::optional<double>;

const std::string kRoot = CATHGATE_SOURCE_DIR;

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(kRoot + "/core/facts.json");
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().message);
  return *loaded.value;
}
const RuleLibrary& library() {
  static const auto loaded = RuleLibrary::load(kRoot + "/rules/library", facts());
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().where + ": " + loaded.errors.front().message);
  return *loaded.value;
}

enum class Ecg { none, st_depression, st_elevation };
struct Measured {
  Reading cfr, imr, hmr, constriction, ffr = 0.90;
  std::optional<bool> symptoms;
  std::optional<Ecg> ecg;

  bool acetylcholine_complete() const { return constriction && symptoms && ecg; }
  bool ischaemic() const { return ecg && *ecg != Ecg::none; }
};

FactView view_of(const Measured& m) {
  FactView view(facts(), 0);
  const auto set = [&](std::string_view name, Reading value) {
    if (!value) return;
    FactValue v = FactValue::exactly(*value);
    v.at = TimeRange{0, 0};
    view.set(facts().require(name), v);
  };
  set("derived.cfr", m.cfr), set("derived.imr", m.imr), set("derived.hmr", m.hmr), set("invasive.ffr", m.ffr);
  set("invasive.ach_constriction", m.constriction);
  if (m.symptoms) set("invasive.ach_symptoms", *m.symptoms ? 1 : 0);
  if (m.ecg) set("invasive.ach_ecg", static_cast<double>(*m.ecg));
  return view;
}

std::map<std::string, Labels> labels_of(FactView view) {
  std::vector<RuleOutcome> outcomes;
  library().evaluate(Stage::endotype, view, outcomes);
  std::map<std::string, Labels> found;
  for (const auto& o : outcomes)
    if (o.fired == Truth::yes && o.effect && o.effect->type == EffectType::label) found[std::string(o.rule_set)].insert(o.effect->name);
  return found;
}

// What the acetylcholine test shows by one set of criteria.
enum class SpasmResult { not_tested, none, microvascular, epicardial, equivocal };
SpasmResult by_90_or_more(const Measured& m) {
  const bool occlusion = m.constriction && *m.constriction >= 90;
  const int positive = (m.symptoms == true) + m.ischaemic() + occlusion;
  if (m.acetylcholine_complete()) {
    if (positive == 3) return SpasmResult::epicardial;
    if (m.symptoms == true && m.ischaemic()) return SpasmResult::microvascular;
    return positive == 0 ? SpasmResult::none : SpasmResult::equivocal;
  }
  return positive > 0 ? SpasmResult::equivocal : SpasmResult::not_tested;
}
SpasmResult by_aha(const Measured& m) {
  const bool occlusion = m.constriction && *m.constriction > 90;
  const int positive = (m.symptoms == true) + m.ischaemic() + occlusion;
  if (m.acetylcholine_complete()) {
    if (positive == 3) return SpasmResult::epicardial;
    if (!occlusion && m.symptoms == true && m.ecg == Ecg::st_depression) return SpasmResult::microvascular;
    return positive == 0 ? SpasmResult::none : SpasmResult::equivocal;
  }
  return positive > 0 ? SpasmResult::equivocal : SpasmResult::not_tested;
}

Labels esc(const Measured& m) {
  if (m.ffr && *m.ffr <= 0.80) return {"obstructive"};
  const auto spasm = by_90_or_more(m);
  const bool resistance = m.imr || m.hmr, raised = (m.imr && *m.imr >= 25) || (m.hmr && *m.hmr > 2.5), structural = (m.imr && *m.imr >= 25) || (m.hmr && *m.hmr >= 2.5);
  const bool reduced = m.cfr && *m.cfr < 2.5;
  Labels labels;
  if (spasm == SpasmResult::epicardial) labels.insert(reduced ? "mixed" : "epicardial_spasm");
  else if (reduced) labels.insert(!resistance ? "reserve_reduced" : structural ? "structural" : "functional");
  if (spasm == SpasmResult::microvascular) labels.insert("microvascular_spasm");
  if (spasm == SpasmResult::equivocal) labels.insert("spasm_inconclusive");
  if (m.cfr && !reduced && raised) labels.insert("compensated");
  if (!m.cfr && raised) labels.insert("resistance_raised");
  const bool normal = m.cfr && !reduced && resistance && !raised;
  if (normal) labels.insert(spasm == SpasmResult::none ? "none" : "dilator_normal");
  if (!m.cfr || !resistance || spasm == SpasmResult::not_tested) labels.insert("not_tested");
  return labels;
}

Labels eapci(const Measured& m) {
  if (m.ffr && *m.ffr <= 0.80) return {"obstructive"};
  const auto spasm = by_90_or_more(m);
  const bool resistance = m.imr || m.hmr;
  const bool all_raised = resistance && (!m.imr || *m.imr >= 25) && (!m.hmr || *m.hmr >= 1.9), all_normal = resistance && (!m.imr || *m.imr < 25) && (!m.hmr || *m.hmr < 1.9);
  const bool reduced = m.cfr && *m.cfr < 2.0;
  Labels labels;
  if (reduced && all_raised) labels.insert(spasm == SpasmResult::epicardial ? "both" : "microvascular_angina");
  else if (m.cfr && !reduced && all_normal && spasm == SpasmResult::epicardial) labels.insert("vasospastic_angina");
  else if (m.cfr && !reduced && all_normal && spasm == SpasmResult::none) labels.insert("none");
  else if (m.cfr && !reduced && all_normal && spasm != SpasmResult::microvascular) labels.insert("dilator_normal");
  else if (m.cfr && resistance) labels.insert("not_in_table");
  if (spasm == SpasmResult::equivocal) labels.insert("spasm_inconclusive");
  if (!m.cfr || !resistance || spasm == SpasmResult::not_tested) labels.insert("not_tested");
  return labels;
}

Labels aha(const Measured& m) {
  if (m.ffr && *m.ffr < 0.80) return {"obstructive"};
  const auto spasm = by_aha(m);
  const bool reduced = m.cfr && *m.cfr < 2.0, raised = m.imr && *m.imr >= 25;
  Labels labels;
  if (reduced) labels.insert("reserve_reduced");
  if (raised) labels.insert("resistance_raised");
  if (spasm == SpasmResult::epicardial) labels.insert("epicardial_spasm");
  if (spasm == SpasmResult::microvascular) labels.insert("microvascular_spasm");
  if (spasm == SpasmResult::equivocal) labels.insert("spasm_inconclusive");
  if (m.cfr && m.imr && !reduced && !raised) labels.insert(spasm == SpasmResult::none ? "none" : "dilator_normal");
  if (!m.cfr || !m.imr || spasm == SpasmResult::not_tested) labels.insert("not_tested");
  return labels;
}

Labels rahman(const Measured& m) {
  if (m.ffr && *m.ffr <= 0.80) return {"obstructive"};
  if (!m.cfr) return {"not_tested"};
  if (*m.cfr >= 2.5) return {"dilator_normal"};
  if (!m.hmr) return {"reserve_reduced", "not_tested"};
  return {*m.hmr >= 2.5 ? "structural" : "functional"};
}

std::vector<Measured> grid() {
  const std::vector<Reading> cfrs = {{}, 1.2, 1.99, 2.0, 2.01, 2.3, 2.49, 2.5, 2.51, 3.4}, imrs = {{}, 12, 24.9, 25, 25.1, 40}, hmrs = {{}, 1.2, 1.89, 1.9, 1.91, 2.49, 2.5, 2.51, 3.5},
                             constrictions = {{}, 20, 89.9, 90, 90.1, 100};
  std::vector<Measured> all;
  for (const auto& cfr : cfrs)
    for (const auto& imr : imrs)
      for (const auto& hmr : hmrs)
        for (const auto& constriction : constrictions)
          for (const std::optional<bool> symptoms : {std::optional<bool>(), std::optional(false), std::optional(true)})
            for (const std::optional<Ecg> ecg : {std::optional<Ecg>(), std::optional(Ecg::none), std::optional(Ecg::st_depression), std::optional(Ecg::st_elevation)}) {
              Measured m;
              m.cfr = cfr, m.imr = imr, m.hmr = hmr, m.constriction = constriction, m.symptoms = symptoms, m.ecg = ecg;
              all.push_back(m);
            }
  return all;
}

std::string text_of(const Measured& m) {
  const auto number = [](const char* name, Reading value) { return std::string(name) + (value ? std::to_string(*value) : std::string("-")) + " "; };
  return number("CFR ", m.cfr) + number("IMR ", m.imr) + number("HMR ", m.hmr) + number("FFR ", m.ffr) + number("constriction ", m.constriction) + "symptoms " + (m.symptoms ? std::to_string(*m.symptoms) : "-") + " ECG " +
         (m.ecg ? std::to_string(static_cast<int>(*m.ecg)) : "-");
}

void compare(const Measured& m) {
  const auto found = labels_of(view_of(m));
  const auto of = [&](const char* set) { return found.contains(set) ? found.at(set) : Labels{}; };
  ASSERT_EQ(of("esc-2024"), esc(m)) << text_of(m);
  ASSERT_EQ(of("eapci-2020"), eapci(m)) << text_of(m);
  ASSERT_EQ(of("aha-2021"), aha(m)) << text_of(m);
  ASSERT_EQ(of("rahman-2020"), rahman(m)) << text_of(m);
  for (const auto set : {"esc-2024", "eapci-2020", "aha-2021", "rahman-2020", "covadis-mva", "covadis-vsa"}) ASSERT_FALSE(of(set).empty()) << set << " has no label for " << text_of(m);
}

TEST(EndotypeGrid, EveryCombinationHasTheLabelsOfTheCriteria) {
  const auto all = grid();
  for (const auto& m : all) {
    compare(m);
    if (HasFatalFailure()) return;
  }
  RecordProperty("combinations", static_cast<int>(all.size()));
  EXPECT_GT(all.size(), 30'000U);
}

TEST(EndotypeGrid, ThePressureWireComesFirst) {
  for (const Reading ffr : {Reading(), Reading(0.79), Reading(0.80), Reading(0.81), Reading(0.95)})
    for (auto m : {Measured{1.8, 32, {}, 95, ffr, true, Ecg::st_depression}, Measured{3.0, 14, {}, 10, ffr, false, Ecg::none}}) compare(m);
}

// Hiding a measurement never makes a label of health out of anything.
TEST(EndotypeGrid, NeverNegativeByAbsence) {
  for (auto m : grid()) {
    const bool complete = m.cfr && (m.imr || m.hmr) && m.acetylcholine_complete();
    const auto found = labels_of(view_of(m));
    for (const auto& [set, labels] : found) {
      if (set == "rahman-2020") continue;
      if (!complete) {
        ASSERT_FALSE(labels.contains("none")) << set << ' ' << text_of(m);
      }
    }
  }
}

struct History {
  std::optional<bool> symptoms, nitrate, night, open;
  std::optional<int> attack;  // ECG: 0 unchanged, 1 equivocal, 2 ischaemic
  std::optional<bool> exercise_abnormal;
  Reading cfr;
  SpasmResult spasm = SpasmResult::not_tested;
};

FactView view_of(const History& h) {
  Measured m;
  m.ffr = h.open == true ? Reading(0.9) : Reading();
  m.cfr = h.cfr;
  if (h.spasm != SpasmResult::not_tested) {
    m.symptoms = h.spasm != SpasmResult::none;
    m.ecg = h.spasm == SpasmResult::none || h.spasm == SpasmResult::equivocal ? Ecg::none : Ecg::st_depression;
    m.constriction = h.spasm == SpasmResult::epicardial ? 95 : 30;
  }
  auto view = view_of(m);
  const auto set = [&](std::string_view name, double value) {
    FactValue v = FactValue::exactly(value);
    v.at = TimeRange{0, 0};
    view.set(facts().require(name), v);
  };
  if (h.symptoms) set("symptom.chest_pain", *h.symptoms);
  if (h.nitrate) set("symptom.nitrate_responsive", *h.nitrate);
  if (h.night) set("symptom.night_pain", *h.night);
  if (h.attack) set("ecg.spontaneous_attack", *h.attack);
  if (h.exercise_abnormal) set("exercise_ecg.result", *h.exercise_abnormal ? 2 : 0);
  return view;
}

Labels covadis_mva(const History& h) {
  const bool ischaemia = h.exercise_abnormal == true || h.attack == 2, ischaemia_tested = h.exercise_abnormal || h.attack;
  const bool impaired = (h.cfr && *h.cfr <= 2.0) || h.spasm == SpasmResult::microvascular;
  const bool by_method = !impaired && h.cfr && *h.cfr > 2.0 && *h.cfr <= 2.5;
  const bool function_tested = h.cfr || h.spasm != SpasmResult::not_tested;
  if (!h.symptoms) return {"not_tested"};
  if (!*h.symptoms) return {"criteria_not_met"};
  if (h.open != true) return {"not_tested"};
  if (by_method) return {"depends_on_method"};
  if (ischaemia && impaired) return {"definitive"};
  if (ischaemia || impaired) return {"suspected"};
  return {ischaemia_tested && function_tested ? "criteria_not_met" : "not_tested"};
}

Labels covadis_vsa(const History& h) {
  if (!h.nitrate || (*h.nitrate && h.night != true)) return {"not_tested"};
  if (!*h.nitrate) return {"criteria_not_met"};
  if (h.attack == 2 || h.spasm == SpasmResult::epicardial) return {"definitive"};
  if (h.spasm == SpasmResult::equivocal) return {h.attack == 0 ? "criteria_not_met" : "suspected"};
  return {h.spasm == SpasmResult::not_tested ? "not_tested" : "criteria_not_met"};
}

TEST(EndotypeGrid, CovadisCriteria) {
  const std::vector<std::optional<bool>> truths = {{}, false, true};
  std::size_t count = 0;
  for (const auto& symptoms : truths)
    for (const auto& nitrate : truths)
      for (const auto& night : truths)
        for (const std::optional<bool> open : {std::optional<bool>(), std::optional(true)})
          for (const std::optional<int> attack : {std::optional<int>(), std::optional(0), std::optional(1), std::optional(2)})
            for (const auto& exercise : truths)
              for (const Reading cfr : {Reading(), Reading(1.9), Reading(2.0), Reading(2.01), Reading(2.5), Reading(2.51)})
                for (const auto spasm : {SpasmResult::not_tested, SpasmResult::none, SpasmResult::microvascular, SpasmResult::epicardial, SpasmResult::equivocal}) {
                  const History h{symptoms, nitrate, night, open, attack, exercise, cfr, spasm};
                  const auto found = labels_of(view_of(h));
                  ASSERT_EQ(found.at("covadis-mva"), covadis_mva(h));
                  ASSERT_EQ(found.at("covadis-vsa"), covadis_vsa(h));
                  ++count;
                }
  EXPECT_EQ(count, 19'440U);
}

}  // namespace
}  // namespace cathgate::rules
