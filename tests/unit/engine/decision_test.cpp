// One scenario for each decision and each reason, on the real knowledge.
#include <algorithm>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

Patient very_low() { return Patient::outpatient(45, false, 1, 0); }
Patient moderate() { return Patient::outpatient(55, true, 3, 2); }

bool has_statement(const Assessment& a, std::string_view id) {
  return std::any_of(a.statements.begin(), a.statements.end(), [&](const Statement& s) { return s.finding.id == id; });
}

// RF-CL 0.005 (published vector: woman 45, non-anginal, 1 risk factor: 0.005011; no risk factor is the same group).
TEST(Defer, VeryLowLikelihoodWithoutAnyTest) {
  const auto a = very_low().assess();
  EXPECT_EQ(a.decision, Decision::defer);
  EXPECT_EQ(a.decision_reason, message::kLikelihoodVeryLow);
  ASSERT_TRUE(a.likelihood);
  EXPECT_NEAR(a.likelihood->point, 0.005011, 1e-6);
  EXPECT_EQ(a.likelihood->class_name, "very_low");
  EXPECT_FALSE(a.likelihood->interval);
  EXPECT_FALSE(a.next_test);
  EXPECT_FALSE(a.reversal.empty());
  EXPECT_FALSE(a.drivers.empty());
}

TEST(Defer, OpenArteriesOnDiagnosticCt) {
  for (auto category : {"0", "1", "2"}) {
    auto p = moderate().category("ccta.cad_rads", category);
    const auto a = p.assess();
    EXPECT_EQ(a.decision, Decision::defer) << category << " " << a.decision_reason;
    EXPECT_EQ(a.decision_reason, message::kAnatomyOpen);
  }
}

TEST(Defer, NormalStressImaging) {
  for (auto test : {"stress_echo.result", "spect.result", "pet.result", "stress_cmr.result"}) {
    auto p = moderate().category(test, "normal");
    EXPECT_EQ(p.decision(), "defer") << test;
    EXPECT_EQ(p.reason(), message::kImagingNormal);
  }
}

TEST(Defer, CalciumZeroCanMakeItVeryLow) {
  // Man 58, non-anginal, 2 risk factors: RF-CL 0.080520, with calcium 0 CACS-CL 0.017573 (vectors computed from Winther 2020).
  auto p = Patient::outpatient(58, true, 1, 2);
  EXPECT_EQ(p.decision(), "test_first");
  const auto a = p.number("ct.calcium_score", 0).assess();
  EXPECT_EQ(a.decision, Decision::defer);
  EXPECT_NEAR(a.likelihood->point, 0.017573, 1e-6);
}

TEST(NotDefer, AnExerciseEcgAloneNeverDefers) {
  for (int age : {50, 58, 62, 70})
    for (bool male : {false, true})
      for (int points : {1, 2}) {
        auto p = Patient::outpatient(age, male, points, 2);
        const auto before = p.decision();
        auto q = p;
        q.category("exercise_ecg.result", "normal");
        if (before != "defer") {
          EXPECT_NE(q.decision(), "defer") << age << male << points;
        }
      }
}

TEST(NotDefer, AReportedStenosisWhateverTheLikelihood) {
  for (auto category : {"3", "4A", "4B", "5"}) {
    EXPECT_NE(very_low().category("ccta.cad_rads", category).decision(), "defer") << category;
    auto with_normal_test = very_low().category("ccta.cad_rads", category).category("stress_echo.result", "normal");
    EXPECT_NE(with_normal_test.decision(), "defer") << category;
  }
}

TEST(NotDefer, APositiveStressTestWhateverTheLikelihood) {
  for (auto test : {"stress_echo.result", "spect.result", "pet.result", "stress_cmr.result", "exercise_ecg.result"}) EXPECT_NE(very_low().category(test, "abnormal").decision(), "defer") << test;
}

TEST(NotDefer, FreeTextAlone) {
  EXPECT_EQ(moderate().from(Origin::text).category("ccta.cad_rads", "1").reason(), message::kReportUnconfirmed);
  EXPECT_EQ(moderate().from(Origin::text).category("stress_echo.result", "normal").reason(), message::kReportUnconfirmed);
  EXPECT_EQ(Patient::outpatient(58, true, 1, 2).from(Origin::text).number("ct.calcium_score", 0).reason(), message::kReportUnconfirmed);
}

TEST(NotDefer, SymptomsReadFromTextAlone) {
  auto p = very_low();
  for (auto& m : p.snapshot.measurements) m.origin = Origin::text;
  EXPECT_EQ(p.decision(), "insufficient_data");
  EXPECT_EQ(p.reason(), message::kReportUnconfirmed);
}

TEST(NotDefer, RiskFactorsReadFromTextAlone) {
  auto p = very_low();
  for (auto& m : p.snapshot.measurements)
    if (fact_name(m.fact).starts_with("risk.")) m.origin = Origin::text;
  EXPECT_NE(p.decision(), "defer");
}

TEST(NotDefer, TextThatDeniesWhatWasCoded) {
  auto p = very_low().days_ago(100).diagnosis("history.pci").days_ago(1).from(Origin::text).diagnosis("history.pci", Polarity::absent);
  EXPECT_EQ(p.decision(), "insufficient_data");
}

TEST(Defer, TextBesideCodedFactsTakesNothingAway) {
  auto p = moderate().category("stress_echo.result", "normal").from(Origin::text).category("ccta.cad_rads", "1");
  EXPECT_EQ(p.decision(), "defer");
}

TEST(NotDefer, IncompleteHistory) {
  auto p = very_low().lists(false);
  EXPECT_EQ(p.decision(), "insufficient_data");
  EXPECT_EQ(p.reason(), message::kHistoryUnknown);
}

TEST(NotDefer, ConflictingResults) {
  auto p = very_low().category("ccta.cad_rads", "1").category("ccta.cad_rads", "4A");
  const auto a = p.assess();
  EXPECT_EQ(a.decision, Decision::insufficient_data);
  EXPECT_EQ(a.decision_reason, message::kResultsConflict);
  EXPECT_TRUE(std::any_of(a.issues.begin(), a.issues.end(), [](const DataIssue& i) { return i.code == "conflicting_values"; }));
}

TEST(NotDefer, AcuteEncounterThatNobodyAssessed) {
  for (auto fact : {"encounter.acute", "order.urgent"}) {
    auto p = very_low().hide(fact).yes(fact);
    const auto a = p.assess();
    EXPECT_NE(a.decision, Decision::defer) << fact;
    EXPECT_FALSE(a.next_test && a.next_test->test == cathgate::Test::exercise_ecg);
    EXPECT_TRUE(a.acute_not_assessed) << fact;
  }
}

TEST(Emergency, EachGateSilencesTheLikelihood) {
  for (auto fact : {"ecg.st_elevation", "ecg.st_elevation_equivalent", "ecg.left_main_pattern", "acute.shock", "acute.refractory_pain", "acute.life_threatening_arrhythmia", "acute.mechanical_complication",
                    "acute.heart_failure_ischaemic", "ecg.dynamic_st_change", "acute.st_elevation_infarction", "acute.coronary_syndrome", "acute.unstable_angina", "lab.troponin_above_limit"}) {
    auto p = very_low().at(kHour).yes(fact);
    const auto a = p.assess();
    EXPECT_EQ(a.decision, Decision::emergency) << fact;
    EXPECT_EQ(a.severity, Severity::critical);
    EXPECT_FALSE(a.likelihood);
    EXPECT_EQ(a.likelihood_silence, message::kSilentAcute);
    EXPECT_FALSE(a.drivers.empty()) << fact;
  }
}

TEST(Angiography, EachCriterionOfHighEventRisk) {
  // ESC 2024, Recommendation Table 14.
  const auto risk = [](auto add) {
    auto p = moderate();
    add(p);
    const auto a = p.assess();
    EXPECT_EQ(a.decision, Decision::angiography_recommended);
    EXPECT_EQ(a.decision_reason, message::kHighEventRisk);
    EXPECT_EQ(a.drivers.size(), 2u);
  };
  risk([](Patient& p) { p.number("ccta.stenosis_left_main", 50); });
  risk([](Patient& p) { p.category("ccta.cad_rads", "4B"); });
  risk([](Patient& p) { p.number("ccta.stenosis_lad", 75).number("ccta.stenosis_lcx", 72).number("ccta.stenosis_rca", 70); });
  risk([](Patient& p) { p.number("ccta.stenosis_lad_proximal", 70).number("ccta.stenosis_lad", 70).number("ccta.stenosis_lcx", 70).number("ccta.stenosis_rca", 10); });
  risk([](Patient& p) { p.number("ccta.stenosis_lad_proximal", 70).number("ccta.ffr_ct", 0.80); });
  risk([](Patient& p) { p.category("spect.result", "abnormal").number("spect.ischaemic_myocardium", 10); });
  risk([](Patient& p) { p.category("stress_echo.result", "abnormal").number("stress_echo.ischaemic_segments", 3); });
  risk([](Patient& p) { p.category("stress_cmr.result", "abnormal").number("stress_cmr.perfusion_segments", 2); });
  risk([](Patient& p) { p.category("exercise_ecg.result", "abnormal").number("exercise_ecg.duke_score", -11); });
}

TEST(Angiography, SevereSymptoms) {
  EXPECT_EQ(moderate().number("symptom.ccs_class", 3).decision(), "angiography_recommended");
  EXPECT_EQ(moderate().number("symptom.ccs_class", 3).yes("symptom.refractory").decision(), "angiography_recommended");
  EXPECT_NE(moderate().number("symptom.ccs_class", 2).decision(), "angiography_recommended");
}

TEST(TestFirst, TheTableByLikelihood) {
  struct Row { Patient patient; cathgate::Test test; std::string_view reason; };
  const Row rows[] = {{Patient::outpatient(62, false, 2, 3), cathgate::Test::calcium_score, message::kLikelihoodLow},        // 0.0507
                      {Patient::outpatient(55, true, 3, 2), cathgate::Test::ccta, message::kLikelihoodModerate},             // 0.265
                      {Patient::outpatient(70, true, 3, 2).number("ct.calcium_score", 1500), cathgate::Test::stress_echo, message::kLikelihoodHigh}};
  for (auto row : rows) {
    const auto a = row.patient.assess();
    EXPECT_EQ(a.decision, Decision::test_first);
    EXPECT_EQ(a.decision_reason, row.reason);
    ASSERT_TRUE(a.next_test);
    EXPECT_EQ(a.next_test->test, row.test) << test_name(a.next_test->test);
  }
}

TEST(TestFirst, SaysWhatTheTestCanChange) {
  const auto a = moderate().assess();  // RF-CL 0.265125; Knuuti 2018: CCTA ratios 4.44 and 0.04
  ASSERT_TRUE(a.next_test && a.next_test->likelihood_if_normal && a.next_test->likelihood_if_abnormal);
  EXPECT_NEAR(*a.next_test->likelihood_if_normal, 0.0142, 5e-4);
  EXPECT_NEAR(*a.next_test->likelihood_if_abnormal, 0.6157, 5e-4);
}

TEST(TestFirst, StenosisOfUnknownSignificance) {
  auto p = moderate().category("ccta.cad_rads", "3");
  const auto a = p.assess();
  EXPECT_EQ(a.decision, Decision::test_first);
  EXPECT_EQ(a.decision_reason, message::kStenosisReported);
  ASSERT_TRUE(a.next_test);
  EXPECT_EQ(a.next_test->test, cathgate::Test::stress_echo);
}

TEST(TestFirst, InconclusiveTestsAskForTheOtherKind) {
  auto ct = moderate().yes("ccta.non_diagnostic");
  EXPECT_EQ(ct.reason(), message::kAnatomyInconclusive);
  auto stress = moderate().category("spect.result", "non_diagnostic");
  const auto a = stress.assess();
  EXPECT_EQ(a.decision_reason, message::kFunctionInconclusive);
  ASSERT_TRUE(a.next_test);
  EXPECT_EQ(a.next_test->test, cathgate::Test::ccta);
}

// ICA-14 and ICA-15 come before ICA-6, which needs both tests.
TEST(Angiography, OnlyWhenBothKindsOfTestAreInconclusive) {
  auto both = moderate().yes("ccta.non_diagnostic").category("spect.result", "non_diagnostic");
  const auto a = both.assess();
  EXPECT_EQ(a.decision, Decision::angiography_recommended);
  EXPECT_TRUE(has_statement(a, "esc-2024.ica-6"));
}

TEST(Angiography, ADiscordantPairIsSettledInTheLaboratory) {
  auto p = moderate().category("ccta.cad_rads", "1").category("spect.result", "abnormal");
  EXPECT_EQ(p.decision(), "angiography_recommended");
}

TEST(KnownDisease, NoLikelihoodAndNeverDefer) {
  for (auto history : {"history.myocardial_infarction", "history.pci", "history.cabg", "history.coronary_disease"})
    for (auto normal : {"", "stress_echo.result", "spect.result"}) {
      auto p = very_low().diagnosis(history);
      if (*normal) p.category(normal, "normal");
      const auto a = p.assess();
      EXPECT_EQ(a.scope, Scope::known_coronary_disease);
      EXPECT_FALSE(a.likelihood);
      EXPECT_EQ(a.likelihood_silence, message::kSilentKnownDisease);
      EXPECT_NE(a.decision, Decision::defer) << history << normal;
    }
}

TEST(KnownDisease, NoCriterionIsNotEnoughToAdvise) { EXPECT_EQ(very_low().diagnosis("history.pci").reason(), message::kKnownDisease); }

TEST(NotApplicable, NonCoronaryIndicationAgeAndDeath) {
  for (auto indication : {"valve", "transplant", "cardiomyopathy", "cardiac_arrest"}) {
    const auto a = moderate().hide("order.indication").category("order.indication", indication).assess();
    EXPECT_EQ(a.decision, Decision::not_applicable) << indication;
    EXPECT_EQ(a.scope, Scope::non_coronary_indication);
  }
  EXPECT_EQ(Patient::outpatient(17, true, 3, 0).assess().scope, Scope::under_age);
  EXPECT_NE(Patient::outpatient(18, true, 3, 0).assess().decision, Decision::not_applicable);
  auto p = moderate();
  p.snapshot.deceased = true;
  EXPECT_EQ(p.assess().decision_reason, message::kDeceased);
}

TEST(Insufficient, NothingKnownAsksForTheSymptomsFirst) {
  auto p = Patient().age(60).male(true).lists();
  const auto a = p.assess();
  EXPECT_EQ(a.decision, Decision::insufficient_data);
  ASSERT_FALSE(a.missing.empty());
  EXPECT_EQ(fact_name(a.missing.front().fact), "symptom.chest_pain_points");
}

TEST(Insufficient, AsymptomaticPatientsHaveNoLikelihood) {
  auto p = Patient::outpatient(60, true, 0, 2).category("symptom.main", "none");
  const auto a = p.assess();
  EXPECT_EQ(a.decision, Decision::insufficient_data);
  EXPECT_EQ(a.decision_reason, message::kAsymptomatic);
  EXPECT_FALSE(a.likelihood);
}

TEST(Range, AWholeRangeThatLeadsToOneActionGivesIt) {
  // Man 75, typical angina, risk factors unknown: every value is moderate.
  auto p = Patient::outpatient(75, true, 3, 0).lists(false);
  for (auto f : {"risk.diabetes", "risk.hypertension", "risk.dyslipidaemia", "risk.family_history", "risk.smoking"}) p.hide(f);
  const auto a = p.assess();
  ASSERT_TRUE(a.likelihood);
  EXPECT_LT(a.likelihood->low, a.likelihood->high);
  EXPECT_EQ(a.likelihood->class_name, "moderate");
  EXPECT_EQ(a.decision, Decision::test_first);
}

TEST(Clinician, AnEstimateIsShownAndChangesNothing) {
  auto p = very_low(), q = very_low().number("clinician.likelihood", 40);
  const auto a = p.assess(), b = q.assess();
  EXPECT_EQ(b.clinician_likelihood, 0.4);
  EXPECT_EQ(a.decision, b.decision);
  EXPECT_EQ(a.likelihood->point, b.likelihood->point);
}

TEST(OutsideValidation, TheScoreWarnsAndGoesOn) {
  for (auto [age, outside] : {std::pair{29, true}, {30, false}, {80, false}, {81, true}}) {
    const auto a = Patient::outpatient(age, true, 3, 2).assess();
    ASSERT_TRUE(a.likelihood) << age;
    EXPECT_EQ(a.likelihood->age_outside_validation, outside) << age;
    EXPECT_EQ(a.likelihood->table_percent.has_value(), !outside) << age;
  }
}

}  // namespace
}  // namespace cathgate
