// What follows from the endotype, on the real knowledge: prompts of the model, spasm shown by an ECG alone, why rule sets
// differ, drugs that the patient takes already, the site's costs of tests.
#include <algorithm>
#include <set>

#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

SiteOptions with_posterior() {
  SiteOptions site;
  site.endotype.posterior = site.endotype.own_reference = true;
  return site;
}
Patient open_by_ccta() { return Patient::outpatient(58, false, 3, 2).category("ccta.cad_rads", "0").yes("symptom.refractory"); }
Patient open_by_wire() {
  auto p = Patient::outpatient(58, false, 3, 2);
  p.days_ago(20).number("invasive.ffr", 0.91).yes("symptom.refractory");
  return p;
}

std::set<std::string> interpretations(const Assessment& a) {
  std::set<std::string> ids;
  for (const auto& finding : a.endotype->interpretations) ids.emplace(finding.id);
  return ids;
}
const TreatmentAdvice* treatment(const Assessment& a, std::string_view id) {
  for (const auto& t : a.endotype->treatments)
    if (t.finding.id == id) return &t;
  return nullptr;
}
bool has_evidence(const Assessment& a, std::string_view id) {
  return std::any_of(a.endotype->evidence.begin(), a.endotype->evidence.end(), [&](const Finding& f) { return f.id == id; });
}

// Endotypes page, section 4: the lower end of P(reserve reduced) at 0.60 or more after an open CCTA.
TEST(EndotypePrompt, AReserveThatIsProbablyReducedPointsToTheEvidence) {
  auto p = open_by_ccta().number("ttde.cfvr", 1.6);
  const auto a = p.assess(with_posterior());
  ASSERT_TRUE(a.endotype->certainty && a.endotype->certainty->verdict.reserve_reduced);
  const auto* prompt = treatment(a, "endotype.prompt-reserve");
  ASSERT_TRUE(prompt);
  EXPECT_TRUE(prompt->prompt);
  EXPECT_TRUE(prompt->finding.guideline_class.empty());
  EXPECT_TRUE(has_evidence(a, "endotype.evidence-champ-cmd"));
  const auto off = p.assess();
  EXPECT_FALSE(treatment(off, "endotype.prompt-reserve"));
  EXPECT_FALSE(has_evidence(off, "endotype.evidence-champ-cmd"));
}
TEST(EndotypePrompt, NoneWithoutTheBound) {
  auto p = open_by_ccta().number("ttde.cfvr", 2.4);
  const auto a = p.assess(with_posterior());
  ASSERT_TRUE(a.endotype->certainty);
  EXPECT_LT(a.endotype->certainty->posterior.reserve_reduced.low, 0.60);
  EXPECT_FALSE(treatment(a, "endotype.prompt-reserve"));
}
TEST(EndotypePrompt, AMeasuredReserveIsTreatedAndNotPrompted) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 1.7).number("invasive.imr", 30);
  const auto a = p.assess(with_posterior());
  ASSERT_TRUE(a.endotype->certainty->verdict.reserve_reduced);
  EXPECT_FALSE(treatment(a, "endotype.prompt-reserve"));
  EXPECT_TRUE(treatment(a, "endotype.treat-reserve"));
}
TEST(EndotypePrompt, TheStrongestRecommendationComesFirst) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 1.7).number("invasive.imr", 30).yes("invasive.ach_symptoms").category("invasive.ach_ecg", "st_depression").number("invasive.ach_constriction", 95);
  EXPECT_EQ(p.assess().endotype->treatments.front().finding.guideline_class, "IIb");
}

Patient vasospastic_by_ecg() { return open_by_ccta().yes("symptom.nitrate_responsive").yes("symptom.night_pain").category("ecg.spontaneous_attack", "ischaemic"); }

TEST(EndotypeByEcg, IsTreatedAsSpasmWithoutAcetylcholine) {
  auto p = vasospastic_by_ecg();
  const auto a = p.assess(with_posterior());
  EXPECT_TRUE(a.endotype->vasospasm_by_ecg);
  EXPECT_FALSE(a.endotype->spasm_tested);
  const auto* treat = treatment(a, "endotype.treat-vasospasm-by-ecg");
  ASSERT_TRUE(treat);
  EXPECT_EQ(treat->drugs.front().drug, "calcium_channel_blocker");
}
TEST(EndotypeByEcg, ABetaBlockerThatIsTakenIsWarnedOf) {
  auto p = vasospastic_by_ecg();
  const auto a = p.drug("drug.non_selective_beta_blocker").assess();
  const auto& taken = a.endotype->taken_against;
  EXPECT_TRUE(std::any_of(taken.begin(), taken.end(), [](FactId f) { return fact_name(f) == "drug.non_selective_beta_blocker"; }));
  EXPECT_TRUE(std::any_of(a.endotype->cautions.begin(), a.endotype->cautions.end(), [](const Finding& f) { return f.id == "endotype.avoid-beta-blocker-spasm"; }));
}
TEST(EndotypeTaken, NothingIsSaidOfADrugThatNothingSpeaksAgainst) {
  auto p = open_by_ccta();
  EXPECT_TRUE(p.drug("drug.statin").assess().endotype->taken_against.empty());
}

TEST(EndotypeDifferences, EachEdgeIsExplained) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 2.0).number("invasive.imr", 25).number("invasive.hmr", 2.2).number("invasive.mrr", 2.4);
  p.yes("invasive.ach_symptoms").category("invasive.ach_ecg", "st_elevation").number("invasive.ach_constriction", 90);
  const auto found = interpretations(p.assess());
  for (const auto id : {"endotype.differ-cfr", "endotype.differ-cfr-at-2.0", "endotype.differ-imr-at-25", "endotype.differ-hmr", "endotype.mrr-grey", "endotype.differ-constriction-at-90"}) EXPECT_TRUE(found.contains(id)) << id;
}
TEST(EndotypeDifferences, NothingIsExplainedWhereAllAgree) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32).number("invasive.hmr", 3.0);
  EXPECT_TRUE(interpretations(p.assess()).empty());
}
TEST(EndotypeDifferences, TwoResistancesOnDifferentSides) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32).number("invasive.hmr", 1.5);
  EXPECT_TRUE(interpretations(p.assess()).contains("endotype.differ-resistance"));
}
TEST(EndotypeDifferences, ANonInvasiveReserveIsPlaced) {
  EXPECT_TRUE(interpretations(open_by_ccta().number("ttde.cfvr", 1.7).assess()).contains("endotype.ttde-reduced"));
  EXPECT_TRUE(interpretations(open_by_ccta().number("pet.mfr", 2.2).assess()).contains("endotype.pet-between"));
}

TEST(EndotypeCosts, TheSitesOwnDecideTheOrder) {
  auto p = open_by_ccta();
  auto site = with_posterior();
  site.endotype.ranking = true;
  const auto before = p.assess(site).endotype->certainty;
  ASSERT_GE(before->ranking.size(), 2U);
  EXPECT_FALSE(before->own_costs);
  EXPECT_EQ(before->ranking.front().test, models::EndotypeTest::ttde);
  site.endotype.test_costs = {90, 600, 250, 300, 700, 400, 2'500};
  const auto after = p.assess(site).endotype->certainty;
  EXPECT_TRUE(after->own_costs);
  EXPECT_EQ(after->ranking.front().test, models::EndotypeTest::pet);
  EXPECT_EQ(after->ranking.front().cost, 400);
}

TEST(EndotypeSource, ADerivedValueNamesWhatItWasReadFrom) {
  auto p = open_by_wire().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  auto& m = p.snapshot.measurements;
  m[m.size() - 2].source = "Observation/cfr";
  m[m.size() - 1].source = "Observation/imr";
  const auto a = p.assess();
  const auto source = [&](std::string_view fact) {
    for (const auto& e : a.endotype->measurements)
      if (fact_name(e.fact) == fact) return std::string(e.value.source);
    return std::string();
  };
  EXPECT_EQ(source("derived.cfr"), "Observation/cfr");
  EXPECT_EQ(source("derived.cfr_method"), "Observation/cfr");
  EXPECT_EQ(source("derived.imr"), "Observation/imr");
}
// Under 18 the whole assessment is out of scope; the model says so for itself.
TEST(EndotypeRange, AMinorGetsNoProbability) {
  auto p = Patient::outpatient(17, false, 3, 2);
  p.days_ago(20).number("invasive.ffr", 0.91).yes("symptom.refractory").number("invasive.cfr_doppler", 1.8);
  const auto a = p.assess(with_posterior());
  EXPECT_FALSE(a.endotype && a.endotype->certainty);
}

}  // namespace
}  // namespace cathgate
