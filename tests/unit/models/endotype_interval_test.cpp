// The stored draws against 100,000 pseudo-random ones: the ends of the 90 % intervals agree within 0.01.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "endotype_fixture.h"

namespace cathgate::models {
namespace {

constexpr std::size_t kReferenceDraws = 100'000;
constexpr double kAgreement = 0.01;

std::vector<EndotypeInputs> patients() {
  EndotypeInputs prior, reserve, conflict, invasive, spasm, secondary;
  prior.female = reserve.female = conflict.female = secondary.female = true;
  prior.obstruction = reserve.obstruction = conflict.obstruction = secondary.obstruction = 0.02;
  reserve.readings[static_cast<std::size_t>(FlowIndex::ttde_cfvr)] = 1.7;
  reserve.ischaemia[0] = true;
  conflict.readings[static_cast<std::size_t>(FlowIndex::pet_mfr)] = 1.7;
  conflict.readings[static_cast<std::size_t>(FlowIndex::ttde_cfvr)] = 3.0;
  invasive.ffr = 0.91;
  invasive.readings[static_cast<std::size_t>(FlowIndex::cfr_bolus)] = 2.4;
  invasive.readings[static_cast<std::size_t>(FlowIndex::imr)] = 27;
  invasive.acetylcholine = Spasm::none;
  spasm.findings = {true, true, true, {}, {}, {}};
  spasm.readings[static_cast<std::size_t>(FlowIndex::pet_mfr)] = 3.0;
  secondary.age_years = 70;
  secondary.secondary_cause = secondary.hypertension = true;
  secondary.readings[static_cast<std::size_t>(FlowIndex::ttde_cfvr)] = 2.2;
  return {prior, reserve, conflict, invasive, spasm, secondary};
}

struct Reference {
  std::vector<double> reduced, raised, epicardial, none;
};

Reference reference(const EndotypeInputs& in, const EndotypeQuestion& question) {
  const auto& data = endotype_model().data();
  const PreparedInputs prepared(data, in, question);
  std::mt19937_64 random(31'415'926);  // not the seed by which the stored draws were chosen
  std::normal_distribution<double> normal;
  Reference all;
  for (std::size_t i = 0; i < kReferenceDraws; ++i) {
    std::array<double, kDrawColumns> z;
    for (double& value : z) value = normal(random);
    const auto p = evaluate_endotype(draw_parameters(data, z), data.constants, prepared).point;
    all.reduced.push_back(p.reserve_reduced);
    all.raised.push_back(p.resistance_raised);
    all.epicardial.push_back(p.spasm[2]);
    all.none.push_back(p.endotype.back());
  }
  return all;
}

TEST(EndotypeInterval, AgreesWithAHundredThousandDraws) {
  const EndotypeQuestion question{2.5, false, true};
  double largest = 0;
  for (const auto& in : patients()) {
    const auto ours = endotype_model().posterior(in, question);
    auto all = reference(in, question);
    const auto near = [&](const Estimate& estimate, std::vector<double>& draws) {
      const auto expected = interval_of(draws);
      EXPECT_NEAR(estimate.low, expected.low, kAgreement);
      EXPECT_NEAR(estimate.high, expected.high, kAgreement);
      largest = std::max({largest, std::abs(estimate.low - expected.low), std::abs(estimate.high - expected.high)});
    };
    near(ours.reserve_reduced, all.reduced);
    near(ours.resistance_raised, all.raised);
    near(ours.spasm[2], all.epicardial);
    near(ours.endotype.back(), all.none);
  }
  RecordProperty("largest_deviation", std::to_string(largest));
  printf("largest deviation %.4f\n", largest);
}

}  // namespace
}  // namespace cathgate::models
