// How one value is chosen among several, what a limit and an absence mean, and what is derived.
#include "engine/fact_view_builder.h"

#include <algorithm>

#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

struct Built {
  std::vector<DataIssue> issues;
  FactView view;
  const FactValue& operator[](std::string_view fact) const { return view[fact_id(fact)]; }
};

Built build(Patient& p) {
  p.snapshot.as_of = kNow;
  std::vector<DataIssue> issues;
  FactView view = build_fact_view(p.snapshot, *knowledge(), issues);
  return {std::move(issues), std::move(view)};
}

TEST(Choice, TheLatestValueCounts) {
  auto p = Patient().days_ago(3).number("lab.ldl", 190).days_ago(1).number("lab.ldl", 70).days_ago(2).number("lab.ldl", 120);
  EXPECT_EQ(build(p)["lab.ldl"].low, 70);
}

TEST(Choice, ADatedValueGoesBeforeAnUndatedOne) {
  auto p = Patient().days_ago(300).number("lab.ldl", 190).number("lab.ldl", 70);
  p.snapshot.measurements.back().at.reset();
  EXPECT_EQ(build(p)["lab.ldl"].low, 190);
}

TEST(Choice, HighestAndLowestWhereTheCatalogueSaysSo) {
  auto p = Patient().days_ago(300).number("invasive.stenosis_max", 60).number("invasive.ffr", 0.7).days_ago(1).number("invasive.stenosis_max", 20).number("invasive.ffr", 0.9);
  const auto b = build(p);
  EXPECT_EQ(b["invasive.stenosis_max"].low, 60);
  EXPECT_EQ(b["invasive.ffr"].low, 0.7);
}

TEST(Choice, TwoValuesAtOneInstantConflict) {
  auto p = Patient().number("lab.ldl", 70).number("lab.ldl", 190);
  const auto b = build(p);
  EXPECT_FALSE(b["lab.ldl"].known());
  EXPECT_EQ(b["lab.ldl"].unknown, UnknownReason::conflicting);
  ASSERT_EQ(b.issues.size(), 1u);
  EXPECT_EQ(b.issues[0].kind, DataIssue::Kind::conflicting);
  auto same = Patient().number("lab.ldl", 70).number("lab.ldl", 70);
  EXPECT_EQ(build(same)["lab.ldl"].low, 70);
  auto settled = p.at(kHour).number("lab.ldl", 100);
  EXPECT_EQ(build(settled)["lab.ldl"].low, 100);
}

TEST(Comparator, ALimitIsAnInterval) {
  auto below = Patient().number("lab.egfr", 60, Comparator::less), above = Patient().number("lab.egfr", 60, Comparator::greater);
  auto up_to = Patient().number("lab.egfr", 60, Comparator::less_or_equal), from = Patient().number("lab.egfr", 60, Comparator::greater_or_equal);
  EXPECT_EQ(build(below)["lab.egfr"].at_least(60), Truth::no);
  EXPECT_EQ(build(up_to)["lab.egfr"].at_least(60), Truth::unknown);
  EXPECT_EQ(build(above)["lab.egfr"].above(60), Truth::yes);
  EXPECT_EQ(build(from)["lab.egfr"].at_least(60), Truth::yes);
  EXPECT_EQ(build(from)["lab.egfr"].above(60), Truth::unknown);
  EXPECT_EQ(build(below)["lab.egfr"].at_least(30), Truth::unknown);
}

TEST(Absence, IsAssumedOnlyFromACompleteList) {
  auto complete = Patient().lists(), incomplete = Patient().lists(false);
  EXPECT_TRUE(build(complete)["risk.diabetes"].exact());
  EXPECT_EQ(build(complete)["risk.diabetes"].low, 0);
  EXPECT_EQ(build(complete)["risk.diabetes"].origin, Origin::assumed);
  EXPECT_EQ(build(incomplete)["risk.diabetes"].unknown, UnknownReason::list_incomplete);
  EXPECT_FALSE(build(complete)["symptom.pain_relieved"].known()) << "the character of the pain is never assumed";
  EXPECT_FALSE(build(complete)["risk.smoking"].known());
}

TEST(Diagnosis, PresentWinsUnlessAbsentIsLater) {
  const auto value = [](double present_days, double absent_days) {
    auto p = Patient().days_ago(present_days).diagnosis("risk.diabetes").days_ago(absent_days).diagnosis("risk.diabetes", Polarity::absent);
    return build(p)["risk.diabetes"].low;
  };
  EXPECT_EQ(value(10, 20), 1);
  EXPECT_EQ(value(10, 10), 1);
  EXPECT_EQ(value(20, 10), 0);
  auto undated = Patient().days_ago(10).diagnosis("risk.diabetes", Polarity::absent).diagnosis("risk.diabetes");
  undated.snapshot.diagnoses.back().since.reset();
  EXPECT_EQ(build(undated)["risk.diabetes"].low, 1);
}

TEST(Treatment, IsPresentWhenActive) {
  auto p = Patient().lists().drug("drug.statin");
  EXPECT_EQ(build(p)["drug.statin"].low, 1);
  EXPECT_EQ(build(p)["drug.nitrate"].low, 0);
}

TEST(Derived, AgeIsInCompletedYearsAndARangeWhereTheBirthDateIsPartial) {
  auto p = Patient();
  p.snapshot.birth_date = TimeRange{kNow - 60 * 365 * kSecondsPerDay, kNow - 59 * 365 * kSecondsPerDay};  // a year only
  const auto b = build(p);
  EXPECT_TRUE(b["patient.age_years"].known());
  EXPECT_LT(b["patient.age_years"].low, b["patient.age_years"].high);
  p.snapshot.birth_date = TimeRange{kNow + kSecondsPerDay * 400, kNow + kSecondsPerDay * 400};
  EXPECT_FALSE(build(p)["patient.age_years"].known());
}

// Vectors of the Duke treadmill score: 9 min, 1 mm, index 1 -> 0; parts of two tests make none.
TEST(Derived, DukeScoreFromThePartsOfOneTest) {
  auto one = Patient().session("Observation/1").number("exercise_ecg.minutes", 9).number("exercise_ecg.st_deviation_mm", 1).number("exercise_ecg.angina_index", 1);
  EXPECT_EQ(build(one)["derived.duke_score"].low, 0);
  auto two = Patient().session("Observation/1").number("exercise_ecg.minutes", 9).number("exercise_ecg.st_deviation_mm", 1).session("Observation/2").number("exercise_ecg.angina_index", 1);
  EXPECT_FALSE(build(two)["derived.duke_score"].known());
  auto reported = one.number("exercise_ecg.duke_score", -12);
  EXPECT_EQ(build(reported)["derived.duke_score"].low, -12);
}

TEST(Derived, AScoreReadFromTextIsText) {
  auto p = Patient().from(Origin::text).yes("symptom.pain_location").yes("symptom.pain_exertional").yes("symptom.pain_relieved");
  EXPECT_EQ(build(p)["derived.symptom_score"].origin, Origin::text);
}

TEST(Derived, DaysSinceOnsetGoOnCounting) {
  auto p = Patient().days_ago(10).number("symptom.onset_days", 30);
  EXPECT_EQ(build(p)["derived.days_since_symptom_onset"].low, 40);
}

TEST(Derived, TroponinMeasuredIsNotTroponinNormal) {
  auto p = Patient().at(kHour).number("lab.troponin_i", 3);
  EXPECT_EQ(build(p)["troponin.measured"].low, 1);
  EXPECT_FALSE(build(p)["troponin.above_limit"].known());
}

}  // namespace
}  // namespace cathgate
