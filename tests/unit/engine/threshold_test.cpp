// Just below, at, just above, missing: every threshold that decides, asked of the whole assessment.
#include <algorithm>
#include <iterator>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

Patient very_low() { return Patient::outpatient(45, false, 1, 0); }
Patient moderate() { return Patient::outpatient(55, true, 3, 2); }

// Winther 2020, written down a second time, so that the file and the reader are checked together.
double rf_cl(int age, bool male, int points, int risk) {
  const double g = risk < 2 ? 1 : risk < 4 ? 2 : 3, typical = points == 3, nonanginal = points < 2, sex = male;
  const double lp = -9.5260 + 1.6128 * sex + 0.0844 * age + 2.7112 * typical - 0.4675 * nonanginal + 1.4940 * g - 0.0187 * age * typical - 0.0131 * age * g - 0.2799 * typical * g - 0.2091 * sex * g;
  return 1 / (1 + std::exp(-lp));
}

// Knuuti 2018, against invasive angiography. A normal result defers; an abnormal one supports angiography above 85 %. The
// first in the listed order that comes within one patient in ten of the best.
cathgate::Test most_telling_stress_imaging(double p) {
  struct Row { cathgate::Test test; double positive, negative; };
  const Row rows[] = {{cathgate::Test::stress_echo, 4.67, 0.18}, {cathgate::Test::stress_cmr, 4.54, 0.13}, {cathgate::Test::pet, 5.87, 0.12}, {cathgate::Test::spect, 2.88, 0.19}};
  const auto after = [&](double ratio) { return p * ratio / (p * ratio + 1 - p); };
  const auto settles = [&](const Row& r) {
    const double specificity = (r.positive - 1) / (r.positive - r.negative), sensitivity = 1 - r.negative * specificity;
    return (1 - p) * specificity + (after(r.positive) > 0.85 ? p * sensitivity : 0);
  };
  double best = 0;
  for (const Row& r : rows) best = std::max(best, settles(r));
  return std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return settles(r) > best - 0.10; })->test;
}

// ESC 2024: up to 5 % defer, up to 15 % calcium score, up to 50 % CCTA, up to 85 % stress imaging.
TEST(Likelihood, DecidesByTheUnroundedValueForEveryPatient) {
  int near_five = 0, near_fifteen = 0, near_fifty = 0;
  for (int age = 30; age <= 80; ++age)
    for (bool male : {false, true})
      for (int points = 1; points <= 3; ++points)
        for (int risk : {0, 1, 2, 3, 4, 5}) {
          const double p = rf_cl(age, male, points, risk);
          const auto a = Patient::outpatient(age, male, points, risk).assess();
          ASSERT_TRUE(a.likelihood);
          ASSERT_NEAR(a.likelihood->point, p, 1e-12) << age << male << points << risk;
          const auto decision = p <= 0.05 ? Decision::defer : Decision::test_first;
          ASSERT_EQ(a.decision, decision) << age << " " << male << points << risk << " " << p << " " << a.decision_reason;
          if (p > 0.05) {
            ASSERT_EQ(a.next_test->test, p <= 0.15 ? cathgate::Test::calcium_score : p <= 0.50 ? cathgate::Test::ccta : most_telling_stress_imaging(p)) << p;
          }
          near_five += std::abs(p - 0.05) < 0.002;
          near_fifteen += std::abs(p - 0.15) < 0.002;
          near_fifty += std::abs(p - 0.50) < 0.005;
        }
  EXPECT_GT(near_five, 3);
  EXPECT_GT(near_fifteen, 3);
  EXPECT_GT(near_fifty, 0);
}

struct Sweep {
  const char* fact;
  double threshold;
  bool from;              // the finding begins at the threshold; otherwise just below it
  const char* with;       // a category fact that comes with the number: its result
};

// ESC 2024, Recommendation Table 14: high event risk, and so angiography.
TEST(HighEventRisk, BeginsExactlyAtItsThresholds) {
  for (const auto& s : {Sweep{"spect.ischaemic_myocardium", 10, true, "spect.result"}, {"pet.ischaemic_myocardium", 10, true, "pet.result"}, {"stress_echo.ischaemic_segments", 3, true, "stress_echo.result"},
                        {"stress_cmr.perfusion_segments", 2, true, "stress_cmr.result"}, {"stress_cmr.dysfunctional_segments", 3, true, "stress_cmr.result"},
                        {"exercise_ecg.duke_score", -10, false, "exercise_ecg.result"}, {"ccta.stenosis_left_main", 50, true, nullptr}}) {
    const double below = std::nextafter(s.threshold, -1e9), above = std::nextafter(s.threshold, 1e9);
    for (const double value : {below, s.threshold, above}) {
      auto p = moderate().number(s.fact, value);
      if (s.with) p.category(s.with, "abnormal");
      const bool risk = s.from ? value >= s.threshold : value < s.threshold;
      const auto a = p.assess();
      EXPECT_EQ(a.decision == Decision::angiography_recommended, risk) << s.fact << " " << value << " " << a.decision_reason;
      EXPECT_NE(a.decision, Decision::defer);
    }
    if (s.with) {
      auto missing = moderate().category(s.with, "abnormal");
      const auto a = missing.assess();
      EXPECT_NE(a.decision, Decision::defer) << s.with;
      EXPECT_NE(a.decision, Decision::angiography_recommended) << s.with;
    }
  }
}

TEST(HighEventRisk, ThreeVesselsOfSeventyPercent) {
  for (const double third : {std::nextafter(70.0, 0.0), 70.0, std::nextafter(70.0, 100.0)}) {
    auto p = moderate().number("ccta.stenosis_lad", 75).number("ccta.stenosis_lad_proximal", 20).number("ccta.stenosis_lcx", 72).number("ccta.stenosis_rca", third);
    EXPECT_EQ(p.decision() == "angiography_recommended", third >= 70) << third;
  }
}

TEST(CadRads, SplitsBetweenTwoAndThree) {
  const auto decision = [](const char* category) { return moderate().category("ccta.cad_rads", category).assess().decision; };
  EXPECT_EQ(decision("2"), Decision::defer);
  EXPECT_EQ(decision("3"), Decision::test_first);
  EXPECT_EQ(decision("4A"), Decision::test_first);
  EXPECT_EQ(decision("4B"), Decision::angiography_recommended);
  EXPECT_NE(decision("5"), Decision::defer);
  EXPECT_EQ(moderate().decision(), "test_first");
}

TEST(CadRads, ANonDiagnosticSegmentTakesTheDeferralAway) { EXPECT_NE(moderate().category("ccta.cad_rads", "1").yes("ccta.non_diagnostic").decision(), "defer"); }

TEST(CadRads, AStenosisOfFiftyPercentIsReportedWithoutACategoryToo) {
  constexpr std::array kVessels = {"ccta.stenosis_left_main", "ccta.stenosis_lad", "ccta.stenosis_lad_proximal", "ccta.stenosis_lcx", "ccta.stenosis_rca"};
  for (auto vessel : kVessels) {
    const auto with = [&](double percent, Comparator comparator = Comparator::exact) {
      auto p = very_low();
      for (auto other : kVessels) p.number(other, other == vessel ? percent : 10, other == vessel ? comparator : Comparator::exact);
      return p.decision();
    };
    EXPECT_EQ(with(std::nextafter(50.0, 0.0)), "defer") << vessel;
    EXPECT_NE(with(50), "defer") << vessel;
    EXPECT_NE(with(40, Comparator::greater), "defer") << vessel;
    EXPECT_NE(very_low().number(vessel, 10).decision(), "test_first") << vessel;
  }
}

TEST(EjectionFraction, BelowFiftyForbidsADeferral) {
  for (const double value : {std::nextafter(50.0, 0.0), 50.0, std::nextafter(50.0, 100.0)}) EXPECT_EQ(very_low().number("lv.ejection_fraction", value).decision() == "defer", value >= 50) << value;
}

// Class III of ESC 2024, Recommendation Table 8, and ICA-15: the test changes, the advice does not become a deferral.
TEST(KidneyFunction, BelowThirtyExcludesCtAngiography) {
  for (const double egfr : {std::nextafter(30.0, 0.0), 30.0, std::nextafter(30.0, 100.0)}) {
    const auto a = moderate().number("lab.egfr", egfr).assess();
    EXPECT_EQ(a.decision, Decision::test_first);
    ASSERT_TRUE(a.next_test);
    EXPECT_EQ(a.next_test->test == cathgate::Test::ccta, egfr >= 30) << egfr;
  }
}

TEST(Symptoms, AnginaAtLowEffortBeginsAtClassThree) {
  EXPECT_EQ(moderate().number("symptom.ccs_class", 2).decision(), "test_first");
  EXPECT_EQ(moderate().number("symptom.ccs_class", 3).decision(), "angiography_recommended");
  EXPECT_EQ(moderate().number("symptom.ccs_class", 4).decision(), "angiography_recommended");
}

TEST(Troponin, CountsForTwentyFourHoursOrThisEncounter) {
  const auto ago = [](UnixSeconds seconds) { return very_low().at(seconds).yes("lab.troponin_above_limit").decision(); };
  EXPECT_EQ(ago(24 * kHour - 1), "emergency");
  EXPECT_EQ(ago(24 * kHour), "emergency");
  EXPECT_NE(ago(24 * kHour + 1), "emergency");
  auto same_visit = very_low().hide("encounter.acute").session("Encounter/1").yes("encounter.acute").at(60 * kHour).yes("lab.troponin_above_limit");
  EXPECT_EQ(same_visit.decision(), "emergency");
}

TEST(Troponin, OneRaisedValueOfTheDayIsEnough) {
  auto p = very_low().at(10 * kHour).yes("lab.troponin_above_limit").at(kHour).no("lab.troponin_above_limit");
  EXPECT_EQ(p.decision(), "emergency");
}

TEST(Age, ADeferralByImagingEndsAfterAYear) {
  EXPECT_EQ(moderate().days_ago(364).category("stress_echo.result", "normal").decision(), "defer");
  const auto a = moderate().days_ago(366).category("stress_echo.result", "normal").assess();
  EXPECT_EQ(a.decision, Decision::test_first);
  EXPECT_EQ(a.likelihood->steps.size(), 1u);
}

TEST(Age, AnOldOpenScanNeitherDefersNorLowersTheLikelihood) {
  const auto fresh = moderate().assess(), old = moderate().days_ago(3 * 365).category("ccta.cad_rads", "0").assess();
  EXPECT_EQ(old.decision, Decision::test_first);
  EXPECT_EQ(old.likelihood->point, fresh.likelihood->point);
  EXPECT_EQ(moderate().days_ago(700).category("ccta.cad_rads", "0").decision(), "defer");
}

// A scan too old to be diagnostic may still lower the number, but the deferral must hold without it.
TEST(Age, AScanBetweenItsTwoLimitsDoesNotDefer) {
  for (auto category : {"1", "2"}) {
    EXPECT_EQ(moderate().days_ago(364).category("ccta.cad_rads", category).decision(), "defer");
    const auto a = moderate().days_ago(366).category("ccta.cad_rads", category).assess();
    EXPECT_EQ(a.decision, Decision::test_first);
    EXPECT_EQ(a.decision_reason, message::kLikelihoodModerate);
  }
}

TEST(ExerciseEcg, SaysThatItAloneMadeTheLikelihoodVeryLow) {
  // Woman 62, dyspnoea-level symptoms, 3 risk factors: RF-CL 0.050710; the ratio 0.68 takes it below 5 %.
  auto p = Patient::outpatient(62, false, 2, 3).category("exercise_ecg.result", "normal");
  EXPECT_EQ(p.assess().decision, Decision::test_first);
  EXPECT_EQ(p.reason(), message::kExerciseEcgOnly);
}

TEST(Age, AnAbnormalResultForbidsADeferralForEver) {
  EXPECT_NE(very_low().days_ago(10 * 365).category("ccta.cad_rads", "4A").decision(), "defer");
  EXPECT_NE(very_low().days_ago(10 * 365).category("spect.result", "abnormal").decision(), "defer");
}

}  // namespace
}  // namespace cathgate
