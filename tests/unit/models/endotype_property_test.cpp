// What must hold for every patient, whatever the numbers are: endotypes.md, section 8.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "endotype_fixture.h"
#include "models/bivariate_normal.h"

namespace cathgate::models {
namespace {

constexpr EndotypeQuestion kStrict{2.5, false, true}, kResearch{2.5, true, true};

EndotypeInputs woman(double obstruction = 0.03) {
  EndotypeInputs in;
  in.female = true;
  in.obstruction = obstruction;
  return in;
}
void set(EndotypeInputs& in, FlowIndex index, double value) { in.readings[static_cast<std::size_t>(index)] = value; }
void set(EndotypeInputs& in, SpasmFinding finding, bool present) { in.findings[static_cast<std::size_t>(finding)] = present; }

// Patients of every kind, each input known or not.
std::vector<EndotypeInputs> population(std::size_t count) {
  std::mt19937_64 random(7);
  const auto uniform = [&](double low, double high) { return low + (high - low) * std::generate_canonical<double, 53>(random); };
  const auto coin = [&] { return (random() & 1) != 0; };
  std::vector<EndotypeInputs> all;
  for (std::size_t i = 0; i < count; ++i) {
    EndotypeInputs in = woman(uniform(0, 0.2));
    in.female = coin();
    in.age_years = uniform(30, 85);
    in.hypertension = coin(), in.smoker = coin(), in.secondary_cause = coin();
    for (std::size_t r = 0; r < kFlowIndices; ++r)
      if (coin() && coin()) in.readings[r] = r == static_cast<std::size_t>(FlowIndex::imr) ? uniform(8, 60) : uniform(1, 4.5);
    for (auto& test : in.ischaemia)
      if (coin()) test = coin();
    for (auto& finding : in.findings)
      if (coin()) finding = coin();
    if (coin()) in.acetylcholine = static_cast<Spasm>(random() % 3);
    if (random() % 4 == 0) in.ffr = uniform(0.7, 1);
    all.push_back(in);
  }
  return all;
}

double difference(const EndotypePoint& a, const EndotypePoint& b) {
  double largest = std::max(std::abs(a.reserve_reduced - b.reserve_reduced), std::abs(a.resistance_raised - b.resistance_raised));
  for (std::size_t i = 0; i < kEndotypes; ++i) largest = std::max(largest, std::abs(a.endotype[i] - b.endotype[i]));
  for (std::size_t s = 0; s < kSpasmStates; ++s) largest = std::max(largest, std::abs(a.spasm[s] - b.spasm[s]));
  return largest;
}

TEST(EndotypeProperty, ProbabilitiesAddUpToOne) {
  for (const auto& in : population(2000))
    for (const auto& question : {kStrict, kResearch}) {
      const auto p = endotype_model().point(in, question);
      double sum = 0;
      for (const double e : p.endotype) {
        EXPECT_GE(e, 0);
        sum += e;
      }
      EXPECT_NEAR(sum, 1, 1e-12);
      EXPECT_NEAR(p.spasm[0] + p.spasm[1] + p.spasm[2], 1, 1e-12);
    }
}

TEST(EndotypeProperty, LowerReserveNeverLowersTheProbabilityOfReducedReserve) {
  for (auto in : population(300)) {
    double before = 2;
    for (double mfr = 0.8; mfr < 5; mfr += 0.1) {
      set(in, FlowIndex::pet_mfr, mfr);
      const double now = endotype_model().point(in, kStrict).reserve_reduced;
      EXPECT_LE(now, before + 1e-12);
      before = now;
    }
  }
}

TEST(EndotypeProperty, MigraineChangesNothing) {
  for (const auto& in : population(500)) {
    auto with = in, without = in;
    set(with, SpasmFinding::migraine, true);
    without.findings[static_cast<std::size_t>(SpasmFinding::migraine)].reset();
    EXPECT_EQ(difference(endotype_model().point(with, kStrict), endotype_model().point(without, kStrict)), 0);
  }
}

TEST(EndotypeProperty, OrderOfReadingsChangesNothing) {
  const auto& data = endotype_model().data();
  for (const auto& in : population(500)) {
    PreparedInputs prepared(data, in, kResearch);
    const auto first = evaluate_endotype(data.central, data.constants, prepared).point;
    // Which flow test speaks for obstruction is a matter of rank, not of order: keep it.
    bool counted = false;
    for (auto& r : prepared.readings) r.counts_for_obstruction = r.counts_for_obstruction && !std::exchange(counted, true);
    std::reverse(prepared.readings.begin(), prepared.readings.end());
    std::reverse(prepared.findings.begin(), prepared.findings.end());
    EXPECT_LT(difference(first, evaluate_endotype(data.central, data.constants, prepared).point), 1e-9);
  }
}

TEST(EndotypeProperty, StrictModeIgnoresResearchFindingsExactly) {
  for (const auto& in : population(500)) {
    auto bare = in;
    for (const auto index : {FlowIndex::cmr_mpri, FlowIndex::pet_stress_mbf, FlowIndex::cmr_stress_mbf}) bare.readings[static_cast<std::size_t>(index)].reset();
    bare.ischaemia[static_cast<std::size_t>(IschaemiaTest::visual_perfusion)].reset();
    for (const auto finding : {SpasmFinding::rest_or_night_pain, SpasmFinding::nitrate_response}) bare.findings[static_cast<std::size_t>(finding)].reset();
    auto full = in;
    full.cta_setting = true;
    EXPECT_EQ(difference(endotype_model().point(full, kStrict), endotype_model().point(bare, kStrict)), 0);
  }
}

// Odds of obstruction may move by one functional test only: with two, the result is that of one of them alone.
TEST(EndotypeProperty, ObstructionUsesOneFunctionalTest) {
  for (const double mfr : {1.2, 1.8, 2.6, 3.4})
    for (const bool positive : {false, true})
      for (const double cfvr : {1.4, 2.2, 3.1}) {
        auto flow = woman(0.1), both = woman(0.1), two_flows = woman(0.1);
        set(flow, FlowIndex::pet_mfr, mfr), set(both, FlowIndex::pet_mfr, mfr), set(two_flows, FlowIndex::pet_mfr, mfr);
        set(two_flows, FlowIndex::ttde_cfvr, cfvr);
        both.ischaemia[0] = positive;
        const auto obstructed = [](const EndotypeInputs& in) { return endotype_model().point(in, kStrict).endotype[0]; };
        EXPECT_EQ(obstructed(two_flows), obstructed(flow));
        // The ischaemia test's ratio depends on what the flow test says of the axes, and is capped: between its extremes.
        const double odds = obstructed(both) / (1 - obstructed(both));
        const double alone = obstructed(flow) / (1 - obstructed(flow));
        const double before = 0.1 / 0.9;
        const bool by_flow = std::abs(odds - alone) < 1e-12;
        const bool by_test = positive ? odds / before > 1 && odds / before < 0.58 / 0.20 : odds / before < 1 && odds / before > 0.42 / 0.80;
        EXPECT_TRUE(by_flow || by_test) << mfr << ' ' << positive;
      }
}

TEST(EndotypeProperty, ATestInsideTheLikelihoodLeavesObstructionAlone) {
  auto in = woman(0.30);
  set(in, FlowIndex::pet_mfr, 1.4);
  in.reading_in_obstruction[static_cast<std::size_t>(FlowIndex::pet_mfr)] = true;
  EXPECT_NEAR(endotype_model().point(in, kStrict).endotype[0], 0.30, 1e-12);
}

TEST(EndotypeProperty, FfrAtTheThresholdIsEven) {
  auto in = woman(0.9);
  in.ffr = 0.80;
  EXPECT_NEAR(endotype_model().point(in, kStrict).endotype[0], 0.5, 1e-12);
}

TEST(EndotypeProperty, AReadingWithoutReferenceRangeTellsLess) {
  auto in = woman();
  set(in, FlowIndex::pet_mfr, 1.5);
  const double own = endotype_model().point(in, {2.5, false, true}).reserve_reduced, foreign = endotype_model().point(in, {2.5, false, false}).reserve_reduced;
  EXPECT_LT(foreign, own);
  EXPECT_GT(foreign, endotype_model().point(woman(), kStrict).reserve_reduced);
}

TEST(EndotypeProperty, ARepeatedReadingCountsOnce) {
  auto one = woman(), two = woman();
  set(one, FlowIndex::cfr_continuous, 2.0), set(two, FlowIndex::cfr_continuous, 2.0);
  set(two, FlowIndex::mrr, 2.2);
  EXPECT_EQ(difference(endotype_model().point(one, kStrict), endotype_model().point(two, kStrict)), 0);
}

TEST(EndotypeProperty, TheIntervalHoldsThePoint) {
  for (const auto& in : population(40)) {
    const auto p = endotype_model().posterior(in, kStrict);
    for (const auto& e : p.endotype) EXPECT_TRUE(-1e-12 <= e.low && e.low <= e.value && e.value <= e.high && e.high <= 1 + 1e-12);
  }
}

TEST(EndotypeProperty, CalibrationMovesTheReading) {
  EndotypeCalibration site;
  site.bias[static_cast<std::size_t>(FlowIndex::pet_mfr)] = EndotypeCalibration::Shift{-0.10, 0.02};
  const auto local = endotype_model().calibrated(site);
  auto in = woman(), shifted = woman();
  set(in, FlowIndex::pet_mfr, 2.0), set(shifted, FlowIndex::pet_mfr, 2.0 * std::exp(0.10));
  in.reading_in_obstruction.fill(true), shifted.reading_in_obstruction.fill(true);
  EXPECT_LT(difference(local.point(in, kStrict), endotype_model().point(shifted, kStrict)), 1e-12);
  EXPECT_LT(local.posterior(in, kStrict).reserve_reduced.width(), endotype_model().posterior(shifted, kStrict).reserve_reduced.width());
}

TEST(BivariateNormal, KnownValues) {
  EXPECT_NEAR(bivariate_normal_cdf(0, 0, -0.35), 0.25 + std::asin(-0.35) / (2 * M_PI), 1e-10);  // Sheppard 1899
  EXPECT_NEAR(bivariate_normal_cdf(0, 0, 0.8), 0.25 + std::asin(0.8) / (2 * M_PI), 1e-9);
  EXPECT_NEAR(bivariate_normal_cdf(1.2, -0.4, 0), normal_cdf(1.2) * normal_cdf(-0.4), 1e-15);
  EXPECT_NEAR(bivariate_normal_cdf(8, -0.4, -0.5), normal_cdf(-0.4), 1e-12);
  // Both sides of one reflection: P(X < h, Y < k; r) + P(X < h, Y < -k; -r) = P(X < h).
  for (const double r : {-0.75, -0.3, 0.4, 0.7}) EXPECT_NEAR(bivariate_normal_cdf(0.7, 0.2, r) + bivariate_normal_cdf(0.7, -0.2, -r), normal_cdf(0.7), 1e-9);
}

}  // namespace
}  // namespace cathgate::models
