// A range found in parts is the range over every combination: tried on all shipped scores whose combinations can be walked.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "models/score_library.h"
#include "tests/unit/models/fixture.h"

namespace cathgate::models {
namespace {

const ScoreLibrary& scores() {
  static const auto loaded = ScoreLibrary::load(kRoot + "/models/artifacts", facts());
  return *loaded.value;
}

std::vector<const Score*> additive_scores() {
  std::vector<const Score*> found;
  for (const auto& file : scores().files()) {
    const auto* score = scores().find(file.id);
    if (score && score->data().formula.link <= Link::points) found.push_back(score);
  }
  return found;
}

// Few values for each variable, so that every combination can be tried too.
std::vector<Candidates> some_values(const Score& score, std::size_t several) {
  std::vector<Candidates> all(score.data().variables.size());
  for (std::size_t v = 0; v < all.size(); ++v) {
    const auto& variable = score.data().variables[v];
    const auto& fact = facts()[variable.fact];
    const double low = variable.span ? variable.span->first : fact.kind == FactKind::quantity ? std::max(fact.plausible_min, 30.0) : 0;
    const double high = variable.span ? variable.span->second : fact.kind == FactKind::quantity ? std::min(fact.plausible_max, 80.0) : 1;
    all[v].add(variable.values.empty() ? low : variable.values.front());
    if (v % several != 0) continue;
    all[v].add(variable.values.empty() ? (low + high) / 2 : variable.values.back());
    all[v].add(variable.values.empty() ? high : variable.values[variable.values.size() / 2]);
  }
  return all;
}

TEST(FormulaParts, GiveTheRangeOfAllCombinations) {
  const auto tried = additive_scores();
  ASSERT_GE(tried.size(), 20u);
  for (const auto* score : tried)
    for (const std::size_t several : {2, 3}) {
      const auto values = some_values(*score, several);
      const auto& formula = score->data().formula;
      const auto whole = evaluate_range(formula, values), parts = evaluate_by_parts(formula, values);
      ASSERT_EQ(whole.valid, parts.valid) << score->id();
      if (!whole.valid) continue;
      EXPECT_NEAR(whole.low, parts.low, 1e-9) << score->id();
      EXPECT_NEAR(whole.high, parts.high, 1e-9) << score->id();
    }
}

// GRACE with nothing but the age known spans some 10^7 combinations; in parts it is still a matter of microseconds.
TEST(FormulaParts, ManyUnknownInputsStayCheap) {
  FactView view(facts(), 0);
  view.set(facts().require("patient.age_years"), FactValue::exactly(60));
  const auto start = std::chrono::steady_clock::now();
  const auto prediction = scores().find("grace-six-months")->predict(view);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
  ASSERT_TRUE(prediction.possible);
  // Age 60: 36 + 5 x 1.8 = 45; the rest from its lowest points (systolic 200 or more, rate below 70, creatinine 0.3: 2) to
  // its highest (Killip IV 44, systolic below 80: 40, rate just below 200: 22 + 50 x 0.3 = 37, creatinine of 4: 28, arrest 30, ST 17, marker 13).
  EXPECT_NEAR(prediction.low, 45 + 2, 1e-9);
  EXPECT_NEAR(prediction.high, 45 + 44 + 40 + 37 + 28 + 30 + 17 + 13, 1e-9);
  EXPECT_FALSE(prediction.missing.empty());
}

}  // namespace
}  // namespace cathgate::models
