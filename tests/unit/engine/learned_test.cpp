#include "engine/learned.h"

#include <gtest/gtest.h>

#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

std::shared_ptr<const models::Recalibration> recalibration(double threshold_men, double threshold_women) {
  models::Recalibration r;
  r.model_digest = knowledge()->learned.digest;
  r.covariance = models::Matrix(2, 2);
  r.covariance(0, 0) = 0.05;
  r.covariance(1, 1) = 0.03;
  r.supported = true;
  r.men.threshold = threshold_men;
  r.women.threshold = threshold_women;
  r.men.certified = true;
  return std::make_shared<const models::Recalibration>(std::move(r));
}

SiteOptions site(double threshold_men = 0.15, double threshold_women = 0.1) {
  SiteOptions options;
  options.recalibration = recalibration(threshold_men, threshold_women);
  return options;
}

// An elective patient whose exercise test speaks clearly.
Patient with_exercise_test(int age, bool male, int points, bool ischaemic) {
  Patient p = Patient::outpatient(age, male, points, ischaemic ? 3 : 1);
  p.category("symptom.main", "chest_pain").no("ecg.st_t_abnormal").no("ecg.lvh").days_ago(20);
  p.number("exercise_ecg.st_deviation_mm", ischaemic ? 3 : 0).number("exercise_ecg.peak_heart_rate", ischaemic ? 115 : 170).number("exercise_ecg.workload_mets", ischaemic ? 5 : 10);
  p.yes("exercise_ecg.angina", ischaemic).no("exercise_ecg.hypotension");
  if (ischaemic) p.category("exercise_ecg.st_slope", "flat");
  return p;
}

// The snapshot must outlive the answer's views of it: the tests read numbers only.
Assessment answer(Patient p, const SiteOptions& options) { return p.assess(options); }

TEST(Learned, StandsBesideTheGuidelineAndDecidesNothing) {
  for (const bool ischaemic : {false, true}) {
    const auto a = answer(with_exercise_test(60, true, 3, ischaemic), {});
    ASSERT_TRUE(a.learned && a.learned->possible);
    EXPECT_FALSE(a.learned->decided);
    EXPECT_FALSE(a.learned->threshold);
    EXPECT_EQ(a.decision, Decision::test_first);
    EXPECT_LT(a.learned->low, a.learned->point);
    EXPECT_GT(a.learned->high, a.learned->point);
  }
}

TEST(Learned, DecidesAtASiteThatHasRecalibratedIt) {
  const auto sick = answer(with_exercise_test(62, true, 3, true), site());
  EXPECT_EQ(sick.decision, Decision::angiography_recommended);
  EXPECT_EQ(sick.decision_reason, message::kLearnedAbove);
  EXPECT_TRUE(sick.learned->decided);
  ASSERT_FALSE(sick.drivers.empty());
  EXPECT_EQ(fact_name(sick.drivers[0].fact), "likelihood.learned_percent");
  const auto well = answer(with_exercise_test(52, true, 2, false), site());
  EXPECT_EQ(well.decision, Decision::test_first);
  EXPECT_EQ(well.decision_reason, message::kLearnedBelow);
  ASSERT_TRUE(well.next_test);
  EXPECT_EQ(well.next_test->test, cathgate::Test::ccta);
}

TEST(Learned, NeverMeansNoTestUnlessTheGuidelineSaysSoToo) {
  for (int age = 32; age <= 78; age += 6)
    for (const bool male : {false, true})
      for (int points = 0; points <= 3; ++points)
        for (const bool ischaemic : {false, true}) {
          const auto p = with_exercise_test(age, male, points, ischaemic);
          const auto local = answer(p, site(0.99, 0.99)), plain = answer(p, {});
          if (local.decision == Decision::defer) {
            EXPECT_EQ(plain.decision, Decision::defer);
            EXPECT_TRUE(!local.learned || local.learned->point <= 0.05);
          }
        }
}

TEST(Learned, AVeryLowGuidelineLikelihoodIsNotAnsweredWithAnAngiogram) {
  const auto a = answer(with_exercise_test(40, false, 1, true), site(0, 0));
  ASSERT_TRUE(a.learned && a.learned->possible);
  EXPECT_NE(a.decision, Decision::angiography_recommended);
}

TEST(Learned, ResultsAndGatesGoFirst) {
  auto p = with_exercise_test(62, true, 3, true);
  p.category("ccta.cad_rads", "1");
  const auto a = answer(p, site());
  EXPECT_FALSE(a.learned && a.learned->decided);
  auto acute = with_exercise_test(62, true, 3, true);
  acute.yes("ecg.st_elevation").at(0).yes("encounter.acute");
  EXPECT_EQ(answer(acute, site()).decision, answer(acute, {}).decision);
  auto known = with_exercise_test(62, true, 3, true);
  known.yes("history.pci");
  EXPECT_FALSE(answer(known, site()).learned);
}

TEST(Learned, ARecalibrationOfAnotherModelIsNotUsed) {
  SiteOptions options;
  auto other = *recalibration(0.5, 0.5);
  other.model_digest = "another";
  options.recalibration = std::make_shared<const models::Recalibration>(other);
  EXPECT_FALSE(answer(with_exercise_test(62, true, 3, true), options).learned->decided);
}

TEST(Learned, HidingATestNeverLowersTheVarianceOfTheRecalibratedEstimate) {
  for (const bool ischaemic : {false, true}) {
    const auto p = with_exercise_test(58, true, 3, ischaemic);
    const auto whole = answer(p, site());
    for (std::size_t i = 0; i < p.snapshot.measurements.size(); ++i) {
      Patient hidden = p;
      const auto name = fact_name(hidden.snapshot.measurements[i].fact);
      if (!name.starts_with("exercise_ecg.") && !name.starts_with("ecg.")) continue;
      hidden.snapshot.measurements.erase(hidden.snapshot.measurements.begin() + static_cast<std::ptrdiff_t>(i));
      const auto a = answer(hidden, site());
      ASSERT_TRUE(a.learned && a.learned->possible) << name;
      EXPECT_GE(a.learned->variance, whole.learned->variance - 1e-9) << name;
    }
  }
}

TEST(Learned, PerfusionEntersByItsPublishedRatio) {
  auto p = with_exercise_test(58, true, 2, false);
  const auto before = answer(p, {});
  p.category("spect.result", "abnormal");
  const auto after = answer(p, {});
  ASSERT_EQ(after.learned->ratios.size(), 1U);
  EXPECT_NEAR(after.learned->log_odds - before.learned->log_odds, std::log(2.88), 1e-9);
  EXPECT_GT(after.learned->variance, before.learned->variance);
}

TEST(Learned, SpeaksOnlyOfPatientsWhoAreReferredForAngiography) {
  auto p = with_exercise_test(62, true, 3, true);
  ASSERT_TRUE(answer(p, site()).learned);
  std::erase_if(p.snapshot.measurements, [](const Measurement& m) { return fact_name(m.fact) == "order.urgent"; });
  EXPECT_FALSE(answer(p, site()).learned);
}

TEST(Learned, AbstainsAndSaysWhy) {
  const auto young = answer(with_exercise_test(25, true, 3, true), site());
  ASSERT_TRUE(young.learned);
  EXPECT_FALSE(young.learned->possible);
  EXPECT_FALSE(young.learned->outside.empty());
  auto breathless = with_exercise_test(60, true, 0, false);
  breathless.category("symptom.main", "dyspnoea");
  EXPECT_FALSE(answer(breathless, site()).learned) << "the main symptom is another one";
}

}  // namespace
}  // namespace cathgate
