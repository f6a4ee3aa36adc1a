#include <gtest/gtest.h>

#include <cmath>

#include "study/calibrate.h"
#include "study/design.h"
#include "study/ridge.h"
#include "study/statistics.h"
#include "study/threshold.h"

namespace cathgate::study {
namespace {

// The recalibration vectors of recipe F: z evenly from -3 to 3, y as written.
struct Vectors {
  std::vector<double> z, y = {0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1};
  Vectors() {
    for (int i = 0; i < 20; ++i) z.push_back(-3 + 6.0 * i / 19);
  }
};

TEST(Calibrate, ReproducesTheVectorsOfRecipeF) {
  const Vectors v;
  const auto c = fit_calibration(v.z, {}, v.y);
  EXPECT_NEAR(c.centre, 0, 1e-9);
  EXPECT_NEAR(c.intercept, -0.250238, 1e-6);
  EXPECT_NEAR(c.slope, 0.958668, 1e-6);
  EXPECT_NEAR(c.covariance(0, 0), 0.251694, 1e-6);
  EXPECT_NEAR(c.covariance(0, 1), -0.008050, 1e-6);
  EXPECT_NEAR(c.covariance(1, 1), 0.058369, 1e-6);
  const auto loo = leave_one_out(c, v.z, {}, v.y);
  const double expected[] = {0.04351, 0.05832, 0.07779, 0.10309, 0.08836};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(loo[i], expected[i], 1e-5);
}

TEST(Calibrate, AnInterceptOfWomenFollowsTheirOutcomesAndIsShrunk) {
  const Vectors v;
  std::vector<double> woman, none(v.z.size(), 0.0);
  for (std::size_t i = 0; i < v.z.size(); ++i) woman.push_back(i % 2 == 0 ? 1 : 0);  // 3 of 10 women and 6 of 10 men are obstructed
  const auto with = fit_calibration(v.z, {}, v.y, {}, woman), without = fit_calibration(v.z, {}, v.y), nobody = fit_calibration(v.z, {}, v.y, {}, none);
  EXPECT_EQ(without.women, 0);
  EXPECT_EQ(nobody.women, 0);
  EXPECT_NEAR(nobody.intercept, without.intercept, 1e-9);
  EXPECT_LT(with.women, -0.1);
  CalibrationPriors tight;
  tight.women = 0.1;
  EXPECT_GT(fit_calibration(v.z, {}, v.y, tight, woman).women, with.women);
  EXPECT_NEAR(with.log_odds(1, 0, true) - with.log_odds(1, 0, false), with.women, 1e-12);
}

TEST(Threshold, FirstCrossingReproducesRecipeF) {
  const Vectors v;
  const auto c = fit_calibration(v.z, {}, v.y);
  const ThresholdInput input{v.z, {}, v.y, c, {}, {}, {}};
  EXPECT_NEAR(choose_threshold(ThresholdRule::first_crossing, input, {0.05, 0.6, 1}), 0.10309, 1e-5);
  EXPECT_NEAR(choose_threshold(ThresholdRule::first_crossing, input, {0.15, 0.5, 1}), 0.36244, 1e-5);
}

TEST(Threshold, MoreConfidenceNeverDefersMore) {
  const Vectors v;
  const auto c = fit_calibration(v.z, {}, v.y);
  const ThresholdInput input{v.z, {}, v.y, c, {}, {}, {}};
  for (const auto rule : {ThresholdRule::shares, ThresholdRule::posterior, ThresholdRule::binomial}) {
    double before = 2;
    for (double confidence = 0.3; confidence < 0.99; confidence += 0.05) {
      const double t = choose_threshold(rule, input, {0.1, confidence, 1});
      EXPECT_LE(t, before) << rule_name(rule) << " at " << confidence;
      before = t;
    }
  }
}

TEST(Threshold, TheCapOnlyLowers) {
  const Vectors v;
  const auto c = fit_calibration(v.z, {}, v.y);
  const ThresholdInput input{v.z, {}, v.y, c, {}, {}, {}};
  for (const auto rule : kThresholdRules)
    EXPECT_LE(choose_threshold(rule, input, {0.3, 0.5, 0.1}), choose_threshold(rule, input, {0.3, 0.5, 1})) << rule_name(rule);
}

TEST(Threshold, ASexWithFewObstructedGetsAMoreCautiousOne) {
  EXPECT_DOUBLE_EQ(sex_factor(0, kCautiousWomen), kCautiousWomen);
  EXPECT_DOUBLE_EQ(sex_factor(60, kCautiousWomen), 1);
  EXPECT_LT(sex_factor(12, kCautiousWomen), sex_factor(40, kCautiousWomen));
}

TEST(Threshold, SaysHowManyObstructedABoundNeeds) {
  // The rule of three: 59 without a miss show 5 % with 95 %.
  EXPECT_EQ(least_obstructed({0.05, 0.95, 1}), 59U);
  EXPECT_EQ(least_obstructed({0.05, 0.7, 1}), 24U);
}

// Clopper and Pearson: 0 of 50, 100 and 300 give one-sided 95 % upper bounds of 5.8, 3.0 and 1.0 %.
TEST(Statistics, ExactBounds) {
  EXPECT_NEAR(exact_upper(0, 50), 0.0582, 5e-5);
  EXPECT_NEAR(exact_upper(0, 100), 0.0295, 5e-5);
  EXPECT_NEAR(exact_upper(1, 300), 0.0157, 5e-5);
  const auto interval = exact_interval(5, 20);
  EXPECT_NEAR(interval.low, 0.0866, 1e-4);
  EXPECT_NEAR(interval.high, 0.4910, 1e-4);
  EXPECT_NEAR(beta_cdf(0.3, 2, 5), 0.579825, 1e-6);
  EXPECT_NEAR(normal_quantile(0.95), 1.6448536, 1e-6);
}

TEST(Ridge, HoldsACoefficientOfTheWrongSignAtZero) {
  RidgeInput input;
  input.x = models::Matrix(40, 2);
  for (std::size_t r = 0; r < 40; ++r) {
    input.x(r, 0) = r < 20 ? -1 : 1;
    input.x(r, 1) = r % 2 == 0 ? -1 : 1;
    input.y.push_back(r >= 20 ? (r % 5 == 0 ? 0 : 1) : (r % 5 == 0 ? 1 : 0));
  }
  input.hospital.assign(40, 0);
  input.penalty = 1;
  input.signs = {-1, 0};
  const auto held = fit_ridge(input);
  EXPECT_EQ(held.coefficients[0], 0);
  EXPECT_EQ(held.covariance(0, 0), 0);
  input.signs = {1, 0};
  EXPECT_GT(fit_ridge(input).coefficients[0], 0.5);
}

}  // namespace
}  // namespace cathgate::study
