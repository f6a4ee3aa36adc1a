// Figures from plain measurements, end to end: what is filled in, what differs from the report, what it changes.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/fact_view_builder.h"
#include "engine/message_ids.h"
#include "tests/unit/engine/patient.h"

namespace cathgate {
namespace {

struct Built {
  std::vector<DataIssue> issues;
  FactView view;
  const FactValue& operator[](std::string_view fact) const { return view[fact_id(fact)]; }
  bool differs() const {
    return std::any_of(issues.begin(), issues.end(), [](const DataIssue& i) { return i.code == "calculated_differs" && i.kind == DataIssue::Kind::conflicting; });
  }
};
Built build(Patient& p) {
  p.snapshot.as_of = kNow;
  std::vector<DataIssue> issues;
  FactView view = build_fact_view(p.snapshot, *knowledge(), issues);
  return {std::move(issues), std::move(view)};
}

Patient with_volumes() {
  auto p = Patient::outpatient(60, true, 3, 2);
  for (const auto* view : {"4c", "2c"}) {
    const std::string v = view;
    p.number("echo.lv_area_" + v + "_diastole", 36).number("echo.lv_length_" + v + "_diastole", 9);
    p.number("echo.lv_area_" + v + "_systole", 27).number("echo.lv_length_" + v + "_systole", 8);
  }
  return p;
}

TEST(Quantify, VolumesAndEjectionFractionFromAreasAndLengths) {
  auto p = with_volumes();
  const auto b = build(p);
  const double edv = 8 * 36.0 * 36 / (3 * std::numbers::pi * 9), esv = 8 * 27.0 * 27 / (3 * std::numbers::pi * 8);
  EXPECT_NEAR(b["derived.lv_edv"].low, edv, 1e-9);
  EXPECT_NEAR(b["derived.lv_esv"].low, esv, 1e-9);
  EXPECT_NEAR(b["derived.lv_ejection_fraction"].low, (edv - esv) / edv * 100, 1e-9);
  EXPECT_NEAR(b["lv.ejection_fraction"].low, (edv - esv) / edv * 100, 1e-9) << "the report has none: filled in";
  EXPECT_FALSE(b.differs());
}

TEST(Quantify, TracedDiscsGoBeforeAreas) {
  auto p = with_volumes();
  for (const auto* name : {"4c_diastole", "2c_diastole"}) p.all_sites("echo.lv_discs_" + std::string(name), 5);
  EXPECT_NEAR(build(p)["derived.lv_edv"].low, std::numbers::pi / 4 * 25 * 9, 1e-9);
}

TEST(Quantify, MeasurementsOfDifferentTimesAreNotPutTogether) {
  auto p = Patient::outpatient(60, true, 3, 2);
  p.number("echo.lv_area_4c_diastole", 36).number("echo.lv_length_4c_diastole", 9).days_ago(30);
  p.number("echo.lv_area_2c_diastole", 36).number("echo.lv_length_2c_diastole", 9);
  EXPECT_FALSE(build(p)["derived.lv_edv"].known());
}

TEST(Quantify, TheReportStandsAndADifferenceBeyondMeasurementErrorIsToldOnce) {
  auto near = with_volumes(), far = with_volumes();
  const double ef = build(near)["derived.lv_ejection_fraction"].low;
  near.number("lv.ejection_fraction", std::round(ef) + 9);
  EXPECT_FALSE(build(near).differs());
  far.number("lv.ejection_fraction", std::round(ef) + 12);
  const auto b = build(far);
  EXPECT_TRUE(b.differs());
  EXPECT_EQ(b["lv.ejection_fraction"].low, std::round(ef) + 12);
  auto other_day = with_volumes();
  other_day.days_ago(40).number("lv.ejection_fraction", std::round(ef) + 12);
  EXPECT_FALSE(build(other_day).differs()) << "another study";
}

TEST(Quantify, WallMotionStrainMassAndWalls) {
  auto p = Patient::outpatient(60, true, 3, 2).all_sites("echo.wall_motion", 1).all_sites("echo.strain", -18);
  p.number("echo.septum", 1).number("echo.lv_diameter", 5).number("echo.posterior_wall", 1);
  const auto b = build(p);
  EXPECT_DOUBLE_EQ(b["derived.wall_motion_score_index"].low, 1);
  EXPECT_DOUBLE_EQ(b["derived.global_longitudinal_strain"].low, -18);
  EXPECT_NEAR(b["derived.lv_mass"].low, 0.832 * (343 - 125) + 0.6, 1e-9);
  EXPECT_NEAR(b["derived.relative_wall_thickness"].low, 0.4, 1e-12);
  auto few = Patient::outpatient(60, true, 3, 2).site("echo.wall_motion", "1", 3);
  EXPECT_FALSE(build(few)["derived.wall_motion_score_index"].known()) << "too few segments";
}

// Ten per cent of the myocardium are 7 of 68 points: SDS 7 / (4 x 17) = 10.3 %.
TEST(Quantify, PerfusionSegmentsGiveTheIschaemicMyocardium) {
  auto p = Patient::outpatient(60, true, 3, 2).all_sites("spect.rest_score", 0);
  for (int i = 1; i <= 17; ++i) p.site("spect.stress_score", std::to_string(i), i <= 3 ? 2 : i == 4 ? 1 : 0);
  const auto b = build(p);
  EXPECT_DOUBLE_EQ(b["derived.spect_summed_stress"].low, 7);
  EXPECT_DOUBLE_EQ(b["derived.spect_summed_difference"].low, 7);
  EXPECT_NEAR(b["spect.ischaemic_myocardium"].low, 700.0 / 68, 1e-9);
  EXPECT_EQ(p.decision(), "angiography_recommended") << "10 % or more is a high event risk (ESC 2024, Recommendation Table 14)";
  auto p6 = Patient::outpatient(60, true, 3, 2).all_sites("spect.rest_score", 0);
  for (int i = 1; i <= 17; ++i) p6.site("spect.stress_score", std::to_string(i), i <= 3 ? 2 : 0);
  EXPECT_NE(p6.decision(), "angiography_recommended");
}

TEST(Quantify, CoronarySegmentsGiveCadRadsAndTheVessels) {
  auto p = Patient::outpatient(60, true, 2, 2).all_sites("ccta.segment_stenosis", 0).site("ccta.segment_stenosis", "LM", 55);
  const auto b = build(p);
  EXPECT_EQ(b["ccta.cad_rads"].low, knowledge()->facts[fact_id("ccta.cad_rads")].category("4B"));
  EXPECT_EQ(b["ccta.stenosis_left_main"].low, 55);
  EXPECT_EQ(p.decision(), "angiography_recommended");
  EXPECT_EQ(p.reason(), message::kHighEventRisk);
}

TEST(Quantify, AReportThatSaysLessThanItsSegmentsIsNeverADeferral) {
  auto p = Patient::outpatient(60, true, 2, 2).all_sites("ccta.segment_stenosis", 0).site("ccta.segment_stenosis", "LAD.mid", 60).category("ccta.cad_rads", "2");
  EXPECT_TRUE(build(p).differs());
  EXPECT_NE(p.decision(), "defer");
}

TEST(Quantify, SegmentsThatAreNotAllReportedAreNeverADeferral) {
  auto p = Patient::outpatient(60, true, 2, 2).site("ccta.segment_stenosis", "LM", 0).site("ccta.segment_stenosis", "LAD.proximal", 0);
  EXPECT_FALSE(build(p)["ccta.cad_rads"].exact());
  EXPECT_NE(p.decision(), "defer");
}

}  // namespace
}  // namespace cathgate
