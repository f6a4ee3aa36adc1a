// Angina with open arteries, on the real knowledge: the vectors of the classifier, what is derived from parts, where the
// model may speak, and what follows for treatment and tests.
#include <algorithm>
#include <cmath>
#include <set>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

using Labels = std::set<std::string>;

// Angina on treatment, arteries open by pressure wire.
Patient open_arteries() {
  auto p = Patient::outpatient(58, false, 3, 2);
  p.days_ago(20).number("invasive.ffr", 0.91).number("symptom.antianginal_drugs_tried", 1).yes("symptom.refractory");
  return p;
}
Patient& acetylcholine(Patient& p, bool symptoms, const char* ecg, double constriction) { return p.yes("invasive.ach_symptoms", symptoms).category("invasive.ach_ecg", ecg).number("invasive.ach_constriction", constriction); }

Labels labels(const Assessment& a, std::string_view rule_set) {
  Labels found;
  if (a.endotype)
    for (const auto& l : a.endotype->labels)
      if (l.rule_set == rule_set) found.insert(std::string(l.label));
  return found;
}
SiteOptions with_posterior() {
  SiteOptions site;
  site.endotype.posterior = site.endotype.own_reference = true;
  return site;
}

// The vectors of the classifier (composed from ESC 2024, EAPCI 2020 and Rahman 2020).
TEST(Endotype, StructuralDysfunction) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  EXPECT_EQ(labels(acetylcholine(p, false, "no_change", 20).assess(), "esc-2024"), Labels{"structural"});
}
TEST(Endotype, TheRuleSetsDisagreeBetweenTheirCutOffs) {
  auto p = open_arteries().number("invasive.cfr_doppler", 2.1).number("invasive.imr", 18);
  const auto a = acetylcholine(p, false, "no_change", 20).assess();
  EXPECT_EQ(labels(a, "esc-2024"), Labels{"functional"});
  EXPECT_EQ(labels(a, "eapci-2020"), Labels{"none"});
}
TEST(Endotype, VasospasticAngina) {
  auto p = open_arteries().number("invasive.cfr_doppler", 3.1).number("invasive.imr", 15);
  const auto a = acetylcholine(p, true, "st_elevation", 95).assess();
  EXPECT_EQ(labels(a, "esc-2024"), (Labels{"dilator_normal", "epicardial_spasm"}));
  EXPECT_EQ(labels(a, "eapci-2020"), Labels{"vasospastic_angina"});
}
TEST(Endotype, Mixed) {
  auto p = open_arteries().number("invasive.cfr_continuous", 1.9).number("invasive.imr", 30);
  EXPECT_EQ(labels(acetylcholine(p, true, "st_depression", 92).assess(), "esc-2024"), Labels{"mixed"});
}
TEST(Endotype, NoVasomotorDisorder) {
  auto p = open_arteries().number("invasive.cfr_doppler", 3.0).number("invasive.imr", 14);
  const auto a = acetylcholine(p, false, "no_change", 20).assess();
  EXPECT_EQ(labels(a, "esc-2024"), Labels{"none"});
  EXPECT_TRUE(a.endotype->treatments.empty());
  EXPECT_FALSE(a.endotype->notes.empty());
}
TEST(Endotype, RaisedResistanceWithPreservedReserveIsIndeterminate) {
  auto p = open_arteries().number("invasive.cfr_doppler", 3.0).number("invasive.imr", 28);
  EXPECT_EQ(labels(p.assess(), "esc-2024"), (Labels{"compensated", "not_tested"}));
}

TEST(Endotype, DerivedFromParts) {
  auto p = open_arteries().number("invasive.transit_time_rest", 1.0).number("invasive.transit_time_hyperaemia", 0.4).number("invasive.pd_hyperaemia", 70).number("invasive.pa_hyperaemia", 80).number("invasive.pa_rest", 92);
  const auto a = p.assess();
  ASSERT_TRUE(a.endotype);
  const auto value = [&](std::string_view fact) {
    for (const auto& m : a.endotype->measurements)
      if (fact_name(m.fact) == fact) return m.value.low;
    return std::nan("");
  };
  EXPECT_NEAR(value("derived.cfr"), 2.5, 1e-12);                                       // 1.0 / 0.4
  EXPECT_NEAR(value("derived.imr"), 28, 1e-12);                                        // 70 x 0.4
  EXPECT_NEAR(value("derived.imr_corrected"), 80 * 0.4 * (1.35 * 0.875 - 0.32), 1e-9); // Yong 2013
  EXPECT_NEAR(value("derived.mrr"), 2.5 / 0.91 * 92 / 80, 1e-9);                       // (CFR / FFR) x (Pa rest / Pa hyperaemia)
}
TEST(Endotype, AReportedValueGoesBeforeItsParts) {
  auto p = open_arteries().number("invasive.cfr_bolus", 3.0).number("invasive.transit_time_rest", 1.0).number("invasive.transit_time_hyperaemia", 0.5);
  const auto a = p.assess();
  for (const auto& m : a.endotype->measurements)
    if (fact_name(m.fact) == "derived.cfr") {
      EXPECT_EQ(m.value.low, 3.0);
    }
  EXPECT_TRUE(std::any_of(a.issues.begin(), a.issues.end(), [](const DataIssue& i) { return i.code == "disagrees_with_parts"; }));
}
TEST(Endotype, OneVesselCountsWhole) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 18).number("invasive.cfr_doppler", 3.1).number("invasive.imr", 40);
  auto& m = p.snapshot.measurements;
  m[m.size() - 4].site = m[m.size() - 3].site = "LAD";
  m[m.size() - 2].site = m[m.size() - 1].site = "RCA";
  EXPECT_TRUE(labels(p.assess(), "esc-2024").contains("functional"));
}
TEST(Endotype, AnOldTestIsMissing) {
  auto p = Patient::outpatient(58, false, 3, 2).category("ccta.cad_rads", "0").yes("symptom.refractory").days_ago(1000).number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  EXPECT_EQ(labels(p.assess(), "esc-2024"), Labels{"not_tested"});
}
TEST(Endotype, PartsOfTwoAcetylcholineTestsAreNone) {
  auto p = open_arteries().number("invasive.ach_constriction", 95).days_ago(300).yes("invasive.ach_symptoms").category("invasive.ach_ecg", "st_depression");
  EXPECT_FALSE(labels(p.assess(), "esc-2024").contains("epicardial_spasm"));
}

TEST(Endotype, NoCardWithoutTheQuestion) {
  auto untreated = Patient::outpatient(58, false, 3, 2).category("ccta.cad_rads", "0");
  EXPECT_FALSE(untreated.assess().endotype);
  auto stenosed = Patient::outpatient(58, false, 3, 2).number("invasive.ffr", 0.78).number("invasive.cfr_doppler", 1.8);
  EXPECT_FALSE(stenosed.assess().endotype);
  auto persistent = Patient::outpatient(58, false, 3, 2).category("ccta.cad_rads", "0").yes("symptom.refractory");
  EXPECT_TRUE(persistent.assess().endotype);
  SiteOptions off;
  off.endotype.card = false;
  EXPECT_FALSE(persistent.assess(off).endotype);
}
TEST(Endotype, TheAngiogramDeferredForOpenArteriesNamesFunctionTesting) {
  auto p = Patient::outpatient(55, true, 3, 2).category("ccta.cad_rads", "1");
  const auto a = p.assess();
  ASSERT_EQ(a.decision, Decision::defer);
  EXPECT_EQ(a.reversal.back(), message::kReverseFunctionTest);
}
TEST(Endotype, TheSecondCardChangesNothingOfTheFirst) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  SiteOptions off;
  off.endotype.card = false;
  EXPECT_EQ(fingerprint(p.assess()), fingerprint(p.assess(off)));
}

TEST(EndotypeCertainty, OffUntilSwitchedOn) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8);
  const auto a = p.assess();
  EXPECT_FALSE(a.endotype->certainty);
  EXPECT_EQ(a.endotype->silence, message::kEndotypeOff);
  const auto on = p.assess(with_posterior());
  ASSERT_TRUE(on.endotype->certainty);
  EXPECT_EQ(labels(a, "esc-2024"), labels(on, "esc-2024"));
  EXPECT_GT(on.endotype->certainty->posterior.reserve_reduced.value, 0.9);
  EXPECT_LT(on.endotype->certainty->reserve_below_other, on.endotype->certainty->posterior.reserve_reduced.value);
}
TEST(EndotypeCertainty, ObstructionComesFirst) {
  auto likely = Patient::outpatient(65, true, 3, 3).number("ttde.cfvr", 1.7);
  const auto a = likely.assess(with_posterior());
  ASSERT_TRUE(a.endotype);
  EXPECT_EQ(a.endotype->silence, message::kEndotypeResolve);
  auto open = Patient::outpatient(65, true, 3, 3).category("ccta.cad_rads", "0").number("ttde.cfvr", 2.4);
  EXPECT_TRUE(open.assess(with_posterior()).endotype->certainty);
}
TEST(EndotypeCertainty, AFunctionalTestInTheLikelihoodActsOnTheAxesOnly) {
  auto p = Patient::outpatient(50, false, 2, 1).category("ccta.cad_rads", "0").category("exercise_ecg.result", "abnormal").number("ttde.cfvr", 1.7);
  const auto a = p.assess(with_posterior());
  ASSERT_TRUE(a.endotype && a.endotype->certainty);
  EXPECT_NEAR(a.endotype->certainty->posterior.endotype[0].value, a.likelihood->point, 1e-12);
}
TEST(EndotypeCertainty, OutOfRange) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8).number("lv.ejection_fraction", 35);
  EXPECT_EQ(p.assess(with_posterior()).endotype->silence, message::kEndotypeOutOfRange);
}
TEST(EndotypeCertainty, AnInvalidReadingIsNamedAndNotUsed) {
  auto p = open_arteries().number("pet.mfr", 1.2).yes("pet.caffeine_12h");
  const auto a = p.assess(with_posterior());
  ASSERT_TRUE(a.endotype->certainty);
  EXPECT_EQ(a.endotype->certainty->invalid.size(), 1U);
  EXPECT_TRUE(a.endotype->certainty->posterior.readings.empty());
}
TEST(EndotypeCertainty, ResearchInputsNeedTheSwitch) {
  auto p = open_arteries().number("stress_cmr.mpri", 1.1);
  auto site = with_posterior();
  EXPECT_FALSE(p.assess(site).endotype->certainty->posterior.research);
  site.endotype.research = true;
  const auto a = p.assess(site);
  EXPECT_TRUE(a.endotype->certainty->posterior.research);
}
TEST(EndotypeCertainty, TestsAreRankedOnlyWhenAskedFor) {
  auto p = Patient::outpatient(58, false, 3, 2).category("ccta.cad_rads", "0").yes("symptom.refractory");
  auto site = with_posterior();
  EXPECT_TRUE(p.assess(site).endotype->certainty->ranking.empty());
  site.endotype.ranking = true;
  const auto ranking = p.assess(site).endotype->certainty->ranking;
  ASSERT_FALSE(ranking.empty());
  EXPECT_EQ(ranking.front().test, models::EndotypeTest::ttde);
  for (std::size_t i = 1; i < ranking.size(); ++i) EXPECT_GE(ranking[i - 1].bits / ranking[i - 1].cost, ranking[i].bits / ranking[i].cost);
}

TEST(EndotypeCertainty, ACalibrationCountsOnlyForTheParametersItWasFittedFor) {
  auto p = open_arteries().number("pet.mfr", 2.2);
  auto site = with_posterior();
  models::SiteCalibration fit{std::string(knowledge()->endotype.digest()), {}};
  fit.calibration.mean_ln_cfr = models::EndotypeCalibration::Shift{-0.05, 0.02};
  site.endotype.calibration = std::make_shared<const CalibratedEndotype>(fit);
  const auto local = p.assess(site);
  EXPECT_TRUE(local.endotype->certainty->calibrated);
  fit.model_digest = "of another model";
  site.endotype.calibration = std::make_shared<const CalibratedEndotype>(fit);
  const auto foreign = p.assess(site);
  EXPECT_FALSE(foreign.endotype->certainty->calibrated);
  EXPECT_GT(local.endotype->certainty->posterior.reserve_reduced.value, foreign.endotype->certainty->posterior.reserve_reduced.value);
}

const DrugAdvice* drug(const Assessment& a, std::string_view name) {
  for (const auto& t : a.endotype->treatments)
    for (const auto& d : t.drugs)
      if (d.drug == name) return &d;
  return nullptr;
}
TEST(EndotypeTreatment, ReducedReserve) {
  auto p = open_arteries().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  const auto a = p.assess();
  ASSERT_TRUE(drug(a, "beta_blocker"));
  EXPECT_EQ(a.endotype->treatments.front().finding.guideline_class, "IIa");
  EXPECT_FALSE(drug(a, "beta_blocker")->contraindicated);
}
TEST(EndotypeTreatment, TheRecordSpeaksAgainstDrugs) {
  const auto base = open_arteries().number("invasive.cfr_doppler", 1.8).number("invasive.imr", 32);
  const auto with = [&](std::string_view fact, double value) { auto p = base; return p.days_ago(5).number(fact, value).assess(); };
  EXPECT_TRUE(drug(with("vital.heart_rate", 48), "beta_blocker")->contraindicated);
  EXPECT_TRUE(drug(with("vital.systolic_bp", 95), "calcium_channel_blocker")->caution);
  EXPECT_TRUE(drug(with("lab.egfr", 25), "ranolazine")->contraindicated);
  EXPECT_TRUE(drug(with("ecg.qtc_ms", 520), "ranolazine")->contraindicated);
  EXPECT_TRUE(drug(with("lv.ejection_fraction", 60), "ivabradine")->contraindicated);
  auto asthma = base;
  EXPECT_TRUE(drug(asthma.diagnosis("history.bronchospastic_disease").assess(), "beta_blocker")->caution);
  auto pregnant = base;
  EXPECT_TRUE(drug(pregnant.yes("patient.pregnant").assess(), "ace_inhibitor_or_arb")->contraindicated);
  auto spasm = open_arteries().number("invasive.cfr_doppler", 3.1).number("invasive.imr", 15).drug("drug.pde5_inhibitor");
  const auto a = acetylcholine(spasm, true, "st_elevation", 95).assess();
  EXPECT_TRUE(drug(a, "nitrate")->contraindicated);
  EXPECT_FALSE(drug(a, "calcium_channel_blocker")->contraindicated);
}

TEST(EndotypeReplay, EqualInputsGiveEqualNumbers) {
  auto p = open_arteries().number("invasive.cfr_bolus", 2.4).number("invasive.imr", 18);
  const auto first = p.assess(with_posterior()), second = p.assess(with_posterior());
  for (std::size_t i = 0; i < models::kEndotypes; ++i) {
    EXPECT_EQ(first.endotype->certainty->posterior.endotype[i].low, second.endotype->certainty->posterior.endotype[i].low);
    EXPECT_EQ(first.endotype->certainty->posterior.endotype[i].high, second.endotype->certainty->posterior.endotype[i].high);
  }
}

}  // namespace
}  // namespace cathgate
