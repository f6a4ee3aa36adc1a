// The formulas of quantification at values that geometry or a source gives.
#include "models/quantification.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/unit/models/fixture.h"

namespace cathgate::models {
namespace {

const QuantificationData& data() {
  static const auto loaded = [] {
    auto l = QuantificationData::load(kRoot + "/models/quantification.json", facts());
    for (const auto& e : l.errors) ADD_FAILURE() << e.where << ": " << e.message;
    return l;
  }();
  return *loaded.value;
}

// Twenty discs of a cylinder are the cylinder: pi/4 x 5^2 x 8 = 157.08 mL.
TEST(Discs, OfACylinderAreItsVolume) {
  const std::vector<double> d(20, 5.0);
  EXPECT_NEAR(disc_volume_ml(d, d, 8), std::numbers::pi / 4 * 25 * 8, 1e-9);
}

// Discs of half an ellipsoid (long axis 9 cm, diameter 5 cm) come near to its volume, 2/3 x pi x 2.5^2 x 9 = 117.8 mL.
TEST(Discs, OfHalfAnEllipsoidComeNearItsVolume) {
  std::vector<double> d(20);
  for (std::size_t i = 0; i < d.size(); ++i) {
    const double z = (static_cast<double>(i) + 0.5) / 20;
    d[i] = 5 * std::sqrt(1 - z * z);
  }
  EXPECT_NEAR(disc_volume_ml(d, d, 9), 2.0 / 3 * std::numbers::pi * 6.25 * 9, 0.5);
}

// The area-length formula is exact for an ellipsoid: length 9, diameters 5 and 4.6, volume pi/6 x 9 x 5 x 4.6.
TEST(AreaLength, IsExactForAnEllipsoid) {
  const double a = std::numbers::pi / 4 * 9 * 5, b = std::numbers::pi / 4 * 9 * 4.6;
  EXPECT_NEAR(area_length_volume_ml(a, b, 9), std::numbers::pi / 6 * 9 * 5 * 4.6, 1e-9);
}

TEST(EjectionFraction, IsTheShareThatLeaves) {
  EXPECT_DOUBLE_EQ(ejection_fraction_percent(120, 48), 60);
}

// Lang RM et al. J Am Soc Echocardiogr 2015;28:1: 0.8 x 1.04 x [(septum + diameter + wall)^3 - diameter^3] + 0.6 g. With
// 1.07, 5.05 and 1.33 cm: 0.832 x (413.49 - 128.79) + 0.6.
TEST(LvMass, ByTheCubeFormula) {
  EXPECT_NEAR(lv_mass_g(data().lv_mass, 1.07, 5.05, 1.33), 0.832 * (std::pow(7.45, 3) - std::pow(5.05, 3)) + 0.6, 1e-9);
  EXPECT_NEAR(lv_mass_g(data().lv_mass, 1.07, 5.05, 1.33), 237.5, 0.1);
  EXPECT_NEAR(lv_mass_g(data().lv_mass, 0.9, 4.8, 0.9), 0.832 * (std::pow(6.6, 3) - std::pow(4.8, 3)) + 0.6, 1e-9);
}
TEST(RelativeWallThickness, IsTwiceTheWallByTheDiameter) {
  EXPECT_NEAR(relative_wall_thickness(1.33, 5.05), 0.5267, 1e-4);
}

// Published ends of the index: 1 when every segment is normal, 4 when every one is dyskinetic.
TEST(WallMotion, IndexIsTheMeanOfTheScoredSegments) {
  EXPECT_DOUBLE_EQ(mean_of(std::vector<double>(16, 1)), 1);
  EXPECT_DOUBLE_EQ(mean_of(std::vector<double>(16, 4)), 4);
  std::vector<double> some(16, 1);
  some[0] = 2, some[1] = 3;
  EXPECT_DOUBLE_EQ(mean_of(some), 19.0 / 16);
}

// Cury RC et al. J Cardiovasc Comput Tomogr 2022;16:536: the vectors of the categories.
struct Vector { std::vector<std::pair<const char*, double>> stenoses; const char* category; };
class CadRads : public testing::TestWithParam<Vector> {};

std::vector<SegmentReading> readings(const std::vector<std::pair<const char*, double>>& stenoses) {
  std::vector<SegmentReading> all;
  for (const auto& s : data().coronary.segments) {
    SegmentReading reading{0.0, {}};
    for (const auto& [site, stenosis] : stenoses)
      if (s.site == site) reading.stenosis = stenosis;
    all.push_back(reading);
  }
  return all;
}
std::string name_of(double category) { return facts()[facts().require("ccta.cad_rads")].categories[static_cast<std::size_t>(category)]; }

TEST_P(CadRads, OfAllSegments) {
  const auto grade = grade_coronaries(data().coronary, readings(GetParam().stenoses));
  EXPECT_EQ(grade.category_low, grade.category_high);
  EXPECT_EQ(name_of(grade.category_low), GetParam().category);
}
INSTANTIATE_TEST_SUITE_P(Published, CadRads,
                         testing::Values(Vector{{}, "0"}, Vector{{{"LAD.mid", 10}}, "1"}, Vector{{{"LAD.mid", 24}}, "1"}, Vector{{{"LAD.mid", 25}}, "2"}, Vector{{{"LAD.mid", 49}}, "2"},
                                         Vector{{{"LAD.proximal", 60}}, "3"}, Vector{{{"LAD.proximal", 50}}, "3"}, Vector{{{"LAD.proximal", 69}}, "3"}, Vector{{{"LAD.proximal", 80}}, "4A"},
                                         Vector{{{"LM", 55}}, "4B"}, Vector{{{"LM", 50}}, "4B"}, Vector{{{"LM", 49}}, "2"},
                                         Vector{{{"LAD.proximal", 75}, {"LCx.distal", 72}, {"RCA.mid", 70}}, "4B"}, Vector{{{"LAD.proximal", 75}, {"LAD.mid", 75}}, "4A"},
                                         Vector{{{"LAD.proximal", 75}, {"RCA.mid", 75}}, "4A"}, Vector{{{"RCA.proximal", 100}}, "5"}, Vector{{{"LM", 60}, {"RCA.proximal", 100}}, "5"}));

TEST(CadRads, PlaqueWithoutStenosisIsCategory1) {
  auto all = readings({});
  all[1].plaque = true;
  EXPECT_EQ(name_of(grade_coronaries(data().coronary, all).category_low), "1");
}

TEST(CadRads, ARequiredSegmentThatIsNotReportedLeavesARange) {
  auto all = readings({{"LAD.mid", 30}});
  all[11].stenosis.reset();  // proximal right coronary
  const auto grade = grade_coronaries(data().coronary, all);
  EXPECT_EQ(name_of(grade.category_low), "2");
  EXPECT_EQ(name_of(grade.category_high), "5");
  EXPECT_EQ(grade.segments_high - grade.segments_low, 1);
}

// Bands 1-100, 101-300, 301-999, 1000 and more; by segments 1-2, 3-4, 5-7, 8 and more.
TEST(PlaqueBurden, ByCalciumOrBySegments) {
  const auto& t = data().coronary;
  const auto p = [&](std::optional<double> calcium, bool stent, double segments) { return plaque_grade(t, calcium, stent, segments); };
  EXPECT_EQ(p(100, false, 2), 0);
  EXPECT_EQ(p(120, false, 2), 1);
  EXPECT_EQ(p(300, false, 2), 1);
  EXPECT_EQ(p(301, false, 2), 2);
  EXPECT_EQ(p(999, false, 2), 2);
  EXPECT_EQ(p(1000, false, 2), 3);
  EXPECT_EQ(p(std::nullopt, false, 2), 0);
  EXPECT_EQ(p(std::nullopt, false, 3), 1);
  EXPECT_EQ(p(std::nullopt, false, 5), 2);
  EXPECT_EQ(p(std::nullopt, false, 8), 3);
  EXPECT_EQ(p(1500, true, 3), 1);   // a stent: the segments count
  EXPECT_EQ(p(0, false, 3), 1);     // plaque without calcium: the segments count
  EXPECT_EQ(p(0, false, 0), std::nullopt);
}

TEST(Quantification, ABrokenFileTellsEveryProblem) {
  EXPECT_FALSE(QuantificationData::load(kRoot + "/models/troponin.json", facts()).ok());
}

}  // namespace
}  // namespace cathgate::models
