// The worth of a further test and a site's calibration.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/json.h"
#include "endotype_fixture.h"
#include "models/endotype_calibration.h"
#include "models/endotype_information.h"
#include "models/endotype_metrics.h"

namespace cathgate::models {
namespace {

constexpr EndotypeQuestion kQuestion{2.5, false, true};
constexpr Accuracy kCcta{0.97, 0.78};  // Knuuti J et al. Eur Heart J 2018;39:3322-3330

EndotypeInputs woman(double obstruction) {
  EndotypeInputs in;
  in.female = true;
  in.obstruction = obstruction;
  return in;
}
double bits(const EndotypeInputs& in, EndotypeTest test) { return expected_information(endotype_model(), in, kQuestion, test, kCcta); }

// Two states of the published table of bits (endotypes.md, section 5); where a continuous answer has to be integrated its grid
// of points is not printed, so that the last digit may differ. What has two answers only agrees to the last digit.
TEST(EndotypeInformation, PublishedTable) {
  using enum EndotypeTest;
  constexpr double kNear = 0.016, kExact = 0.0006;
  const auto before = woman(0.20), after = woman(0.03);
  EXPECT_NEAR(bits(before, pet), 0.363, kNear);
  EXPECT_NEAR(bits(before, ccta), 0.304, kNear);
  EXPECT_NEAR(bits(before, ttde), 0.278, kNear);
  EXPECT_NEAR(bits(before, stress_cmr), 0.268, kNear);
  EXPECT_NEAR(bits(before, stress_echo), 0.242, kExact);
  EXPECT_NEAR(bits(before, exercise_ecg), 0.054, kExact);
  EXPECT_NEAR(bits(before, invasive_function), 1.630, 0.05);
  EXPECT_NEAR(bits(after, pet), 0.316, kNear);
  EXPECT_NEAR(bits(after, ttde), 0.272, kNear);
  EXPECT_NEAR(bits(after, stress_cmr), 0.220, kNear);
  EXPECT_NEAR(bits(after, ccta), 0.056, kNear);
  EXPECT_NEAR(bits(after, stress_echo), 0.048, kExact);
  EXPECT_NEAR(bits(after, exercise_ecg), 0.032, kExact);
  EXPECT_NEAR(bits(after, invasive_function), 1.586, 0.05);
}

TEST(EndotypeInformation, AKnownTestTellsNothingMore) {
  auto in = woman(0.03);
  in.readings[static_cast<std::size_t>(FlowIndex::pet_mfr)] = 2.0;
  in.ischaemia[static_cast<std::size_t>(IschaemiaTest::exercise_ecg)] = true;
  EXPECT_EQ(bits(in, EndotypeTest::pet), 0);
  EXPECT_EQ(bits(in, EndotypeTest::exercise_ecg), 0);
}

// About fifty readings of a site whose readings are 10 % low: the bias is found, the mean stays.
TEST(EndotypeCalibration, FindsTheBiasOfASite) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<SiteReading> site(50);
  const auto mfr = static_cast<std::size_t>(FlowIndex::pet_mfr), doppler = static_cast<std::size_t>(FlowIndex::cfr_doppler);
  for (auto& patient : site) {
    patient.female = (random() & 1) != 0;
    const double x = endotype_model().data().central.mean_ln_cfr[patient.female ? 1 : 0] + 0.23 * normal(random);
    patient.values[doppler] = std::exp(x + 0.13 * normal(random));
    patient.values[mfr] = std::exp(x - 0.10 + 0.20 * normal(random));
  }
  const auto fit = fit_endotype_calibration(endotype_model(), site);
  EXPECT_EQ(fit.patients, 50U);
  EXPECT_NEAR(fit.calibration.bias[mfr]->value, -0.10, 0.06);
  EXPECT_NEAR(fit.calibration.mean_ln_cfr->value, 0, 0.06);
  EXPECT_LT(fit.calibration.bias[mfr]->sd, endotype_model().data().readings[mfr].bias_sd);
  EXPECT_FALSE(fit.calibration.bias[static_cast<std::size_t>(FlowIndex::ttde_cfvr)]);
}
TEST(EndotypeCalibration, NothingIsFittedFromNothing) { EXPECT_FALSE(fit_endotype_calibration(endotype_model(), {}).calibration.mean_ln_cfr); }
TEST(EndotypeCalibration, ReadsWhatItWrote) {
  std::vector<SiteReading> site(60);
  for (auto& patient : site) patient.values[static_cast<std::size_t>(FlowIndex::ttde_cfvr)] = 2.2;
  const auto fit = fit_endotype_calibration(endotype_model(), site);
  const auto document = JsonDocument::parse(write_endotype_calibration(fit, endotype_model()));
  ASSERT_TRUE(document);
  const auto again = read_endotype_calibration(document->root());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->calibration, fit.calibration);
  EXPECT_EQ(again->model_digest, endotype_model().digest());
}
TEST(EndotypeCalibration, RefusesWhatIsNone) {
  for (const auto text : {R"({"id": "other"})", R"({"id": "endotype.site", "model": "x", "bias": {}})"}) {
    const auto document = JsonDocument::parse(text);
    EXPECT_FALSE(read_endotype_calibration(document->root())) << text;
  }
}

TEST(EndotypeMetrics, KnownValues) {
  EXPECT_DOUBLE_EQ(auc({{0.1, false}, {0.4, true}, {0.35, false}, {0.8, true}}), 1);
  EXPECT_DOUBLE_EQ(auc({{0.5, false}, {0.5, true}}), 0.5);
  EXPECT_TRUE(std::isnan(auc({{0.5, true}})));
  EXPECT_NEAR(calibration_error({{0.25, true}, {0.25, false}, {0.25, false}, {0.25, false}}), 0, 1e-12);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform;
  std::vector<Scored> calibrated;
  for (int i = 0; i < 20'000; ++i) {
    const double p = uniform(random);
    calibrated.push_back({p, uniform(random) < p});
  }
  EXPECT_NEAR(calibration_slope(calibrated), 1, 0.05);
}

}  // namespace
}  // namespace cathgate::models
