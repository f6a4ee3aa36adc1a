// The learned score on several threads at once, and trees whose thread has ended: XGBoost keeps state for each thread.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "models/learned_score_json.h"
#include "models/score_library.h"
#include "tests/unit/models/fixture.h"

namespace cathgate::models {
namespace {

LoadedScore load_score() {
  static const auto scores = ScoreLibrary::load(kRoot + "/models/artifacts", facts());
  auto loaded = load_learned_score(kRoot + "/models/fusion", facts(), [](std::string_view id) { return scores.value->find(id); });
  if (!loaded.ok()) throw std::runtime_error(loaded.errors.front().message);
  return std::move(*loaded.value);
}

FactView patient(double depression) {
  FactView view(facts(), 0);
  const auto set = [&](const char* name, double value) {
    FactValue known = FactValue::exactly(value);
    known.at = TimeRange{0, 0};
    view.set(facts().require(name), known);
  };
  set("patient.age_years", 61), set("patient.male", 1), set("symptom.main", 0), set("symptom.chest_pain_points", 2);
  set("exercise_ecg.st_deviation_mm", depression), set("exercise_ecg.angina", depression > 1);
  return view;
}

TEST(LearnedThreads, EstimatesAtTheSameTimeAreThoseOfOneThread) {
  const auto loaded = load_score();
  std::vector<double> expected;
  for (int i = 0; i < 8; ++i) expected.push_back(loaded.score->estimate(patient(i * 0.5)).log_odds);
  EXPECT_LT(expected.front(), expected.back());
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int run = 0; run < 200; ++run) {
        const auto i = static_cast<std::size_t>(run + t) % expected.size();
        if (loaded.score->estimate(patient(static_cast<double>(i) * 0.5)).log_odds != expected[i]) ++different;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
}

TEST(LearnedThreads, AScoreMayOutliveTheThreadThatLoadedItAndEndOnAnother) {
  const double expected = load_score().score->estimate(patient(2)).log_odds;
  LoadedScore made;
  std::thread([&] { made = load_score(); }).join();
  EXPECT_EQ(made.score->estimate(patient(2)).log_odds, expected);
  std::thread([&] {
    EXPECT_EQ(made.score->estimate(patient(2)).log_odds, expected);
    made = {};
  }).join();
  EXPECT_FALSE(made.score);
}

}  // namespace
}  // namespace cathgate::models
