// Echo and imaging quantification from plain measurements: pure formulas, and the data that they and their use need
// (models/quantification.json holds the constants, bands, sources and how far a report may differ).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/json_reader.h"

namespace cathgate::models {

// Biplane method of discs: pi/4 x sum(a_i x b_i) x length / n. Diameters in cm from two perpendicular views, as many in one
// as in the other; the length in cm is the longer of the two views. Gives mL.
double disc_volume_ml(std::span<const double> a_cm, std::span<const double> b_cm, double length_cm);
// Biplane area-length: 8 x area x area / (3 x pi x the shorter length). cm2 and cm in, mL out.
double area_length_volume_ml(double area_a_cm2, double area_b_cm2, double shorter_length_cm);
double ejection_fraction_percent(double end_diastolic_ml, double end_systolic_ml);
double relative_wall_thickness(double posterior_wall_cm, double diameter_cm);
double mean_of(std::span<const double> values);

struct LvMassConstants { double scale = 0, density = 0, offset_g = 0; };
// Cube formula: scale x density x ((septum + diameter + wall)^3 - diameter^3) + offset; cm in, g out.
double lv_mass_g(const LvMassConstants& c, double septum_cm, double diameter_cm, double posterior_wall_cm);

// A step function: the value of the last band that a number reaches; empty below the first.
struct Band { double edge = 0; bool above = false; double value = 0; };
std::optional<double> band_of(std::span<const Band> bands, double number);

enum class Vessel : std::uint8_t { left_main, lad, lcx, rca };
inline constexpr std::size_t kVessels = 4;

struct CoronarySegment { std::string site; Vessel vessel = Vessel::lad; bool required = false; };

struct CoronaryTable {
  std::vector<CoronarySegment> segments;  // in the order of the fact's sites
  std::vector<Band> categories;           // stenosis per cent -> index of a CAD-RADS category
  double severe_category = 0, left_main_from = 0, three_vessels_from = 0;
  std::vector<Band> plaque_by_calcium, plaque_by_segments;  // -> index of a grade
};

// What is known of one segment; both empty: not reported.
struct SegmentReading { std::optional<double> stenosis; std::optional<bool> plaque; };

// Low and high differ while a required segment is not reported: it could have any stenosis.
struct CoronaryGrade {
  double category_low = 0, category_high = 0;
  double segments_low = 0, segments_high = 0;    // segment involvement score
  double stenosis_low[kVessels] = {}, stenosis_high[kVessels] = {};  // per cent, by vessel
};
// `readings`: one for each segment of the table.
CoronaryGrade grade_coronaries(const CoronaryTable& table, std::span<const SegmentReading> readings);
// P by the calcium score, or by the segments where there is no score, a stent, or plaque without calcium. Empty: no plaque.
std::optional<double> plaque_grade(const CoronaryTable& table, std::optional<double> calcium, bool stent, double segments);

struct QuantificationData {
  struct Fill { FactId fact = kNoFact, from = kNoFact; };
  struct Comparison { FactId reported = kNoFact, calculated = kNoFact; double tolerance = 0; bool relative = false; };
  LvMassConstants lv_mass;
  std::size_t least_wall_segments = 0, least_strain_segments = 0, least_perfusion_segments = 0;
  double greatest_perfusion_score = 0;
  double rest_within_days = 0, same_study_hours = 0;
  CoronaryTable coronary;
  std::vector<Fill> fills;
  std::vector<Comparison> comparisons;

  // Reports every problem of the file.
  static Loaded<QuantificationData> load(const std::string& path, const FactCatalogue& facts);
};

}  // namespace cathgate::models
