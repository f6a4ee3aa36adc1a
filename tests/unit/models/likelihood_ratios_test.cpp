// Knuuti J et al. Eur Heart J 2018;39:3322: the arithmetic, and which result may use a ratio.
#include <gtest/gtest.h>

#include "models/score_library.h"
#include "tests/unit/models/fixture.h"

namespace cathgate::models {
namespace {

const LikelihoodRatios& ratios() {
  static const auto loaded = ScoreLibrary::load(kRoot + "/models/artifacts", facts());
  return loaded.value->ratios();
}

constexpr UnixSeconds kNow = 1'790'000'000;

FactValue result(double value, UnixSeconds days_ago) {
  auto v = FactValue::exactly(value);
  v.origin = Origin::coded;
  v.at = TimeRange{kNow - days_ago * kSecondsPerDay, kNow - days_ago * kSecondsPerDay};
  return v;
}

class Results {
 public:
  Results& set(std::string_view fact, double value, UnixSeconds days_ago = 1) {
    view_.set(facts().require(fact), result(value, days_ago));
    return *this;
  }
  std::string used(TestKind kind) const {
    const auto one = ratios().select(view_, kind);
    return one ? one->test->test + (one->abnormal ? "+" : "-") : "none";
  }

 private:
  FactView view_{facts(), kNow};
};

// The vectors of the paper's ratios against invasive angiography and against FFR (same formula, ratios as printed).
TEST(Bayes, Vectors) {
  struct Row { double pre, ratio, post; };
  for (const auto& row : {Row{0.16, 4.44, 0.458}, {0.16, 0.04, 0.008}, {0.16, 1.97, 0.273}, {0.16, 0.13, 0.024}, {0.27, 1.97, 0.422}, {0.27, 0.13, 0.046},
                          {0.27, 7.10, 0.724}, {0.27, 4.21, 0.609}, {0.27, 0.33, 0.109}, {0.60, 6.04, 0.901}, {0.60, 0.13, 0.163}, {0.60, 4.44, 0.869}, {0.60, 0.04, 0.057}})
    EXPECT_NEAR(apply_ratio(row.pre, row.ratio), row.post, 5e-4) << row.pre << " x " << row.ratio;
  EXPECT_NEAR(apply_ratio(apply_ratio(0.27, 1.97), 7.10), 0.838, 5e-4);
  EXPECT_NEAR(apply_ratio(apply_ratio(0.27, 1.97), 0.13), 0.087, 5e-4);
  EXPECT_EQ(apply_ratio(0, 4.44), 0);
  EXPECT_DOUBLE_EQ(apply_ratio(1, 0.04), 1);
}

// Sensitivity and specificity of the same table: the ratio is sens / (1 - spec) within the rounding of both.
TEST(Ratios, AgreeWithSensitivityAndSpecificity) {
  struct Row { const char* test; double sens, spec; };
  for (const auto& row : {Row{"exercise_ecg", .58, .62}, {"stress_echo", .85, .82}, {"spect", .87, .70}, {"pet", .90, .85}, {"stress_cmr", .90, .80}, {"ccta", .97, .78}}) {
    const auto* test = ratios().find(row.test);
    ASSERT_NE(test, nullptr);
    EXPECT_NEAR(test->positive.value, row.sens / (1 - row.spec), 0.15) << row.test;
    EXPECT_NEAR(test->negative.value, (1 - row.sens) / row.spec, 0.01) << row.test;
  }
}

TEST(Ratios, CadRadsSplitsAtFiftyPercent) {
  for (auto [category, used] : {std::pair{0, "ccta-"}, {2, "ccta-"}, {3, "ccta+"}, {6, "ccta+"}}) EXPECT_EQ(Results().set("ccta.cad_rads", category).used(TestKind::anatomical), used);
  EXPECT_EQ(Results().used(TestKind::anatomical), "none");
}

TEST(Ratios, AnIncompleteScanCannotBeNormalButCanBeAbnormal) {
  EXPECT_EQ(Results().set("ccta.cad_rads", 1).set("ccta.non_diagnostic", 1).used(TestKind::anatomical), "none");
  EXPECT_EQ(Results().set("ccta.cad_rads", 3).set("ccta.non_diagnostic", 1).used(TestKind::anatomical), "ccta+");
}

TEST(Ratios, OneFunctionalTestAndImagingReplacesTheExerciseEcg) {
  EXPECT_EQ(Results().set("exercise_ecg.result", 2).used(TestKind::functional), "exercise_ecg+");
  EXPECT_EQ(Results().set("exercise_ecg.result", 2).set("spect.result", 0).used(TestKind::functional), "spect-");
  EXPECT_EQ(Results().set("exercise_ecg.result", 2).set("spect.result", 1).used(TestKind::functional), "exercise_ecg+");
  EXPECT_EQ(Results().set("pet.result", 0, 1).set("spect.result", 2, 90).used(TestKind::functional), "spect+");
  EXPECT_EQ(Results().set("pet.result", 0, 1).set("spect.result", 0, 90).used(TestKind::functional), "pet-");
}

TEST(Ratios, OldResultsAreMissing) {
  EXPECT_EQ(Results().set("ccta.cad_rads", 4, 20 * 365).used(TestKind::anatomical), "none");
}

}  // namespace
}  // namespace cathgate::models
