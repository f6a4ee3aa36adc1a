// The acute pathway end to end: troponin in time, scores as ranges, ST elevation by its amplitudes.
#include <algorithm>

#include "engine/fact_view_builder.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

FactView view_of(Patient& p) {
  p.snapshot.as_of = kNow;
  std::vector<DataIssue> issues;
  return build_fact_view(p.snapshot, *knowledge(), issues);
}
std::string result_of(Patient& p, std::string_view fact = "troponin.esc_result") {
  const auto view = view_of(p);
  const auto& value = view[fact_id(fact)];
  return value.exact() ? knowledge()->facts[fact_id(fact)].categories[static_cast<std::size_t>(value.low)] : "unknown";
}
bool says(Patient& p, std::string_view rule) {
  const auto a = p.assess();
  return std::any_of(a.statements.begin(), a.statements.end(), [&](const Statement& s) { return s.finding.id == rule; });
}

Patient emergency_patient() { return Patient::outpatient(50, true, 2, 2).hide("encounter.acute").yes("encounter.acute").yes("ecg.normal").yes("ecg.recorded"); }
Patient elecsys(double first, double second, double hours) {
  auto p = emergency_patient().method("Elecsys hs-TnT");
  return p.at(2 * kHour + static_cast<UnixSeconds>(hours * 3600)).number("lab.troponin_t", first).at(2 * kHour).number("lab.troponin_t", second).method("").days_ago(1);
}

TEST(TroponinSeries, TimesComeFromTheRecord) {
  auto out = elecsys(9, 10, 1), in = elecsys(9, 15, 1), two_hours = elecsys(13, 16, 2), too_soon = elecsys(9, 15, 0.3);
  EXPECT_EQ(result_of(out), "rule_out");
  EXPECT_EQ(result_of(in), "rule_in");
  EXPECT_EQ(result_of(two_hours), "rule_out");
  EXPECT_EQ(result_of(too_soon), "repeat");
  EXPECT_EQ(in.decision(), "emergency");
  EXPECT_TRUE(says(in, "esc-acs-2023.timing-early"));
  EXPECT_TRUE(says(out, "esc-acs-2023.troponin-rule-out"));
}

TEST(TroponinSeries, OnsetComesFromTheQuestionnaire) {
  const auto single = [](double onset_hours_ago) {
    auto p = emergency_patient().method("Elecsys").at(kHour).number("lab.troponin_t", 3).method("");
    return p.at(0).number("acute.pain_onset_hours", onset_hours_ago).days_ago(1);
  };
  auto late = single(6), early = single(3);
  EXPECT_EQ(result_of(late), "rule_out");
  EXPECT_EQ(result_of(early), "repeat") << "two hours before the sample";
  EXPECT_NE(early.decision(), "defer");
}

TEST(TroponinSeries, AnUnknownAssayHasNoAlgorithm) {
  auto p = emergency_patient().at(kHour).number("lab.troponin_t", 3);
  EXPECT_EQ(result_of(p), "unknown");
  EXPECT_TRUE(says(p, "esc-acs-2023.troponin-unknown-assay"));
}

TEST(TroponinSeries, OldSamplesAreNotOfThisEpisode) {
  auto p = emergency_patient().method("Elecsys").days_ago(10).number("lab.troponin_t", 60);
  EXPECT_EQ(result_of(p), "unknown");
}

TEST(TroponinSeries, EscAndAhaDifferExactlyOnTheLimit) {
  auto p = elecsys(9, 14, 1);
  EXPECT_EQ(result_of(p), "rule_in");
  EXPECT_EQ(result_of(p, "troponin.aha_result"), "observe");
  EXPECT_TRUE(says(p, "aha-2021.troponin-differs"));
}

TEST(AcuteScores, MissingItemsAreARange) {
  auto p = emergency_patient().number("vital.bmi", 25).number("lab.troponin_limit", 14);
  const auto view = view_of(p);
  // Age 50: 1; two risk factors: 1; a normal ECG: 0; history 0 to 2; troponin 0 to 2.
  EXPECT_EQ(view[fact_id("derived.heart_score")].low, 2);
  EXPECT_EQ(view[fact_id("derived.heart_score")].high, 6);
  auto outpatient = Patient::outpatient(50, true, 2, 2);
  EXPECT_FALSE(view_of(outpatient)[fact_id("derived.heart_score")].known()) << "not asked of an outpatient";
}

TEST(AcuteScores, TroponinAsAMultipleOfItsLimit) {
  auto p = emergency_patient().at(kHour).number("lab.troponin_t", 30);
  p.number("lab.troponin_limit", 14);
  p.snapshot.measurements.back().source = p.snapshot.measurements[p.snapshot.measurements.size() - 2].source;
  EXPECT_NEAR(view_of(p)[fact_id("troponin.times_limit")].low, 30.0 / 14, 1e-12);
}

// Both GRACE scales are given by name; the limit of 140 belongs to the in-hospital one alone (vectors of the two scales).
TEST(AcuteScores, TheTwoGraceScalesAreNeverMixed) {
  auto p = Patient::outpatient(75, true, 2, 2).hide("encounter.acute").yes("encounter.acute").at(kHour);
  p.number("acute.killip_class", 2).number("vital.systolic_bp", 100).number("vital.heart_rate", 110).number("lab.creatinine", 1.5).no("acute.cardiac_arrest_admission").yes("ecg.st_depression").yes("lab.troponin_above_limit");
  p.no("ecg.st_elevation");
  const auto view = view_of(p);
  EXPECT_DOUBLE_EQ(view[fact_id("derived.grace_in_hospital")].low, 214);
  EXPECT_DOUBLE_EQ(view[fact_id("derived.grace_six_months")].low, 172.5);
  EXPECT_TRUE(says(p, "acute-scores.grace-in-hospital"));
  EXPECT_TRUE(says(p, "acute-scores.grace-six-months"));
  EXPECT_TRUE(says(p, "esc-acs-2023.timing-early"));
}

TEST(StElevation, ByAmplitudeSexAndAge) {
  const auto leads = [](int age, bool male, double mv) { return Patient::outpatient(age, male, 2, 1).at(kHour).number("ecg.st_v2_mv", mv).number("ecg.st_v3_mv", mv).days_ago(1); };
  auto woman = leads(60, false, 0.15), man = leads(60, true, 0.15), man2 = leads(60, true, 0.2), young = leads(35, true, 0.2), young2 = leads(35, true, 0.25);
  EXPECT_EQ(woman.decision(), "emergency");
  EXPECT_NE(man.decision(), "emergency");
  EXPECT_EQ(man2.decision(), "emergency");
  EXPECT_NE(young.decision(), "emergency");
  EXPECT_EQ(young2.decision(), "emergency");
  auto one_lead = Patient::outpatient(60, false, 2, 1).at(kHour).number("ecg.st_v2_mv", 0.3);
  EXPECT_NE(one_lead.decision(), "emergency");
  auto old = Patient::outpatient(60, false, 2, 1).days_ago(9).number("ecg.st_v2_mv", 0.3).number("ecg.st_v3_mv", 0.3);
  EXPECT_NE(old.decision(), "emergency");
}

TEST(StElevation, SecondaryCriteriaOpenTheGateToo) {
  auto posterior = Patient::outpatient(60, true, 2, 1).at(kHour).number("ecg.st_v8_mv", 0.05);
  EXPECT_EQ(posterior.decision(), "emergency");
}

}  // namespace
}  // namespace cathgate
