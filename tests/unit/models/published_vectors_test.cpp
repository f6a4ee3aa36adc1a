// Published and recomputed vectors of the scores, kept apart from the golden rows: a row lost from a file still fails here.
#include <gtest/gtest.h>

#include <array>

#include "models/score_library.h"

namespace cathgate::models {
namespace {

const FactCatalogue& facts() {
  static const auto loaded = FactCatalogue::load(std::string(CATHGATE_SOURCE_DIR) + "/core/facts.json");
  return *loaded.value;
}
const ScoreLibrary& scores() {
  static const auto loaded = ScoreLibrary::load(std::string(CATHGATE_SOURCE_DIR) + "/models/artifacts", facts());
  return *loaded.value;
}

struct Person {
  double age;
  bool male;
  int symptom, risk;
};

FactView view_of(const Person& p) {
  FactView view(facts(), 0);
  view.set(facts().require("patient.age_years"), FactValue::exactly(p.age));
  view.set(facts().require("patient.male"), FactValue::exactly(p.male));
  view.set(facts().require("derived.symptom_score"), FactValue::exactly(p.symptom));
  view.set(facts().require("derived.risk_factor_count"), FactValue::exactly(p.risk));
  return view;
}

double rf_cl(const Person& p) { return scores().find("rf-cl")->predict(view_of(p)).low; }

double cacs_cl(const Person& p, double calcium) {
  auto view = view_of(p);
  view.set(facts().require("ct.calcium_score"), FactValue::exactly(calcium));
  return scores().find("cacs-cl")->predict(view).low;
}

// R package pretestcad 1.1.0, unit tests; the scores are those of Winther S et al. J Am Coll Cardiol 2020;76:2421.
TEST(PublishedVectors, OfTheRPackage) {
  struct Row {
    Person person;
    double calcium, rf_cl, cacs_cl;
  };
  for (const auto& r : {Row{{30, false, 1, 0}, 0, 0.00172552, 0.001648728}, {{39, false, 1, 1}, 10, 0.003272902, 0.02671354}, {{30, false, 1, 2}, 100, 0.005171025, 0.1175533},
                        {{39, false, 1, 3}, 400, 0.00869995, 0.2377107}, {{30, false, 1, 4}, 1000, 0.01539042, 0.4153192}, {{39, false, 1, 5}, 9, 0.02291907, 0.01713664}}) {
    EXPECT_NEAR(rf_cl(r.person), r.rf_cl, 5e-8) << r.person.age << r.person.risk;
    EXPECT_NEAR(cacs_cl(r.person, r.calcium), r.cacs_cl, 5e-8) << r.calcium;
  }
  EXPECT_NEAR(rf_cl({39, true, 3, 5}), 0.23914, 5e-6);
  EXPECT_NEAR(rf_cl({49, true, 2, 5}), 0.1360374, 5e-8);
}

// Computed from the coefficients of Winther 2020, six decimals.
TEST(PublishedVectors, ComputedFromTheCoefficients) {
  EXPECT_NEAR(rf_cl({55, true, 3, 2}), 0.265125, 1e-6);
  EXPECT_NEAR(rf_cl({70, false, 2, 4}), 0.131587, 1e-6);
  EXPECT_NEAR(rf_cl({69, true, 3, 4}), 0.409653, 1e-6);
  EXPECT_NEAR(rf_cl({45, false, 1, 1}), 0.005011, 1e-6);
  EXPECT_NEAR(rf_cl({62, false, 2, 3}), 0.050710, 1e-6);
  EXPECT_NEAR(rf_cl({58, true, 1, 2}), 0.080520, 1e-6);
  const Person woman{62, false, 2, 3};
  for (auto [calcium, expected] : {std::pair{0.0, 0.011548}, {50.0, 0.050100}, {250.0, 0.145323}, {600.0, 0.265769}, {1500.0, 0.438312}}) EXPECT_NEAR(cacs_cl(woman, calcium), expected, 1e-6) << calcium;
  EXPECT_NEAR(cacs_cl({58, true, 1, 2}, 0), 0.017573, 1e-6);
}

// Mark DB et al. N Engl J Med 1991;325:849: minutes - 5 x mm - 4 x angina index.
TEST(PublishedVectors, DukeTreadmillScore) {
  struct Row {
    double minutes, millimetres, index, score;
  };
  for (const auto& r : {Row{9, 1, 1, 0}, {3, 2, 2, -15}, {12, 0, 0, 12}}) {
    FactView view(facts(), 0);
    view.set(facts().require("exercise_ecg.minutes"), FactValue::exactly(r.minutes));
    view.set(facts().require("exercise_ecg.st_deviation_mm"), FactValue::exactly(r.millimetres));
    view.set(facts().require("exercise_ecg.angina_index"), FactValue::exactly(r.index));
    EXPECT_NEAR(scores().find("duke-treadmill-score")->predict(view).low, r.score, 1e-9);
  }
}

// The effect of a term can reverse with the others (interactions of Winther 2020): the ends of a range of two unknown
// inputs need not be at the ends of each, but no value lies outside.
TEST(Ranges, HoldEveryValueTheUnknownInputsCanTake) {
  for (int age = 30; age <= 80; age += 5)
    for (bool male : {false, true}) {
      FactView view(facts(), 0);
      view.set(facts().require("patient.age_years"), FactValue::between(age, age + 5));
      view.set(facts().require("patient.male"), FactValue::exactly(male));
      view.set(facts().require("derived.symptom_score"), FactValue::between(1, 3));
      const auto range = scores().find("rf-cl")->predict(view);
      ASSERT_TRUE(range.possible);
      for (int symptom = 1; symptom <= 3; ++symptom)
        for (int risk = 0; risk <= 5; ++risk)
          for (int older = 0; older <= 5; ++older) {
            const double value = rf_cl({static_cast<double>(age + older), male, symptom, risk});
            ASSERT_GE(value, range.low - 1e-15) << age << male << symptom << risk;
            ASSERT_LE(value, range.high + 1e-15) << age << male << symptom << risk;
          }
    }
}

}  // namespace
}  // namespace cathgate::models
