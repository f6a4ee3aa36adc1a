// A test that was hidden leaves no trace, and what stands in the record always weighs: on a grid of patients.
#include <array>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

struct TestResult {
  const char* fact;
  double value;
};

constexpr TestResult kResults[] = {{"ct.calcium_score", 0},  {"ct.calcium_score", 250},   {"ccta.cad_rads", 1},      {"ccta.cad_rads", 3},    {"exercise_ecg.result", 0}, {"exercise_ecg.result", 2},
                                 {"stress_echo.result", 0}, {"stress_echo.result", 2},   {"spect.result", 0},       {"pet.result", 2},       {"stress_cmr.result", 1},   {"lv.ejection_fraction", 40}};

template <class Check>
void for_grid(Check check) {
  for (int age : {35, 50, 62, 79})
    for (bool male : {false, true})
      for (int points : {0, 1, 2, 3})
        for (int risk : {0, 2, 5})
          for (bool complete : {true, false}) {
            if (testing::Test::HasFailure()) return;
            SCOPED_TRACE(testing::Message() << age << " " << male << points << risk << complete);
            check(Patient::outpatient(age, male, points, risk).lists(complete));
          }
}

TEST(HiddenTest, GivesExactlyTheAssessmentWithoutIt) {
  int changed = 0;
  for_grid([&](Patient without) {
    const auto a = without.assess();
    for (const auto& r : kResults) {
      auto hidden = without;
      changed += fingerprint(hidden.number(r.fact, r.value).assess()) != fingerprint(a);
      EXPECT_EQ(fingerprint(hidden.hide(r.fact).assess()), fingerprint(a)) << r.fact;
    }
  });
  EXPECT_GT(changed, 1000) << "the hidden tests changed nothing while they were seen";
}

TEST(PositiveTest, IsNeverADeferralWhateverElseIsNormal) {
  constexpr TestResult kPositive[] = {{"ccta.cad_rads", 3}, {"ccta.stenosis_left_main", 50}, {"ccta.stenosis_lad", 50}, {"stress_echo.result", 2}, {"spect.result", 2}, {"pet.result", 2}, {"stress_cmr.result", 2}, {"exercise_ecg.result", 2}};
  for_grid([&](Patient base) {
    for (const auto& positive : kPositive)
      for (const auto& other : kResults) {
        if (std::string_view(positive.fact) == other.fact) continue;
        auto p = base;
        const auto a = p.number(positive.fact, positive.value).number(other.fact, other.value).assess();
        ASSERT_NE(a.decision, Decision::defer) << positive.fact << " beside " << other.fact << " " << other.value;
      }
  });
}

TEST(MissingInput, NeverNarrowsTheRange) {
  int compared = 0, wider = 0;
  constexpr std::array kInputs = {"symptom.pain_location", "symptom.pain_exertional", "symptom.pain_relieved", "symptom.dyspnoea_exertional", "risk.diabetes", "risk.hypertension", "risk.dyslipidaemia", "risk.family_history", "risk.smoking"};
  for_grid([&](Patient p) {
    p.lists(false).hide("symptom.chest_pain");
    const auto full = p.assess();
    for (auto input : kInputs) {
      auto q = p;
      const auto less = q.hide(input).assess();
      if (!full.likelihood || !less.likelihood) continue;
      ASSERT_LE(less.likelihood->low, full.likelihood->low + 1e-12) << input;
      ++compared;
      wider += less.likelihood->high - less.likelihood->low > full.likelihood->high - full.likelihood->low;
      ASSERT_GE(less.likelihood->high, full.likelihood->high - 1e-12) << input;
    }
  });
  EXPECT_GT(compared, 500);
  EXPECT_GT(wider, 50);
}

TEST(AcuteSetting, WithoutAnAssessedGateNeverDefersNorSuggestsAnExerciseEcg) {
  for_grid([](Patient base) {
    for (auto fact : {"encounter.acute", "order.urgent"})
      for (const auto& r : kResults) {
        auto p = base;
        const auto a = p.hide(fact).yes(fact).number(r.fact, r.value).assess();
        ASSERT_NE(a.decision, Decision::defer) << fact << " " << r.fact;
        if (!a.next_test) continue;
        ASSERT_NE(a.next_test->test, cathgate::Test::exercise_ecg) << fact << " " << r.fact;
        for (auto t : a.next_test->alternatives) ASSERT_NE(t, cathgate::Test::exercise_ecg) << fact << " " << r.fact;
      }
  });
}

// ESC 2024, Recommendation Tables 3 and 8: the class follows the likelihood with calcium, of which Winther 2020 has six bands.
TEST(CalciumBands, MoveTheAdviceOnlyWhereTheLikelihoodCrossesAThreshold) {
  for (const double calcium : {0.0, 1.0, std::nextafter(10.0, 0.0), 10.0, std::nextafter(100.0, 0.0), 100.0, std::nextafter(400.0, 0.0), 400.0, std::nextafter(1000.0, 0.0), 1000.0}) {
    auto p = Patient::outpatient(62, false, 2, 3).number("ct.calcium_score", calcium);
    const auto a = p.assess();
    ASSERT_TRUE(a.likelihood);
    EXPECT_EQ(a.decision == Decision::defer, a.likelihood->point <= 0.05) << calcium << " " << a.likelihood->point << " " << a.decision_reason;
    EXPECT_EQ(a.likelihood->class_name, a.likelihood->point <= 0.05 ? "very_low" : a.likelihood->point <= 0.15 ? "low" : "moderate") << calcium;
  }
}

// Patel MR et al. 2012 (AUC): an ejection fraction below 35 % marks high event risk; ESC 2024: one below 50 % forbids a deferral.
TEST(EjectionFraction, AroundThirtyFivePercentNeverDefers) {
  for (const double value : {std::nextafter(35.0, 0.0), 35.0, std::nextafter(35.0, 100.0)}) {
    const auto a = Patient::outpatient(45, false, 1, 0).number("lv.ejection_fraction", value).assess();
    EXPECT_EQ(a.decision == Decision::angiography_recommended, value < 35) << value << " " << a.decision_reason;
    EXPECT_NE(a.decision, Decision::defer) << value;
  }
}

}  // namespace
}  // namespace cathgate
