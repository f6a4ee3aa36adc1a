#include "models/quantification.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cathgate::models {

double disc_volume_ml(std::span<const double> a_cm, std::span<const double> b_cm, double length_cm) {
  double sum = 0;
  for (std::size_t i = 0; i < a_cm.size(); ++i) sum += a_cm[i] * b_cm[i];
  return std::numbers::pi / 4 * sum * length_cm / static_cast<double>(a_cm.size());
}

double area_length_volume_ml(double area_a_cm2, double area_b_cm2, double shorter_length_cm) { return 8 * area_a_cm2 * area_b_cm2 / (3 * std::numbers::pi * shorter_length_cm); }

double ejection_fraction_percent(double end_diastolic_ml, double end_systolic_ml) { return (end_diastolic_ml - end_systolic_ml) / end_diastolic_ml * 100; }

double relative_wall_thickness(double posterior_wall_cm, double diameter_cm) { return 2 * posterior_wall_cm / diameter_cm; }

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

double lv_mass_g(const LvMassConstants& c, double septum_cm, double diameter_cm, double posterior_wall_cm) {
  return c.scale * c.density * (std::pow(septum_cm + diameter_cm + posterior_wall_cm, 3) - std::pow(diameter_cm, 3)) + c.offset_g;
}

std::optional<double> band_of(std::span<const Band> bands, double number) {
  std::optional<double> value;
  for (const auto& band : bands)
    if (band.above ? number > band.edge : number >= band.edge) value = band.value;
  return value;
}

namespace {

// The category of one assignment of stenoses to vessels.
double category_of(const CoronaryTable& table, const double (&stenosis)[kVessels], bool plaque) {
  const double worst = *std::max_element(std::begin(stenosis), std::end(stenosis));
  double category = band_of(table.categories, worst).value_or(plaque ? band_of(table.categories, 1).value_or(0) : 0);
  int severe_vessels = 0;
  for (const auto vessel : {Vessel::lad, Vessel::lcx, Vessel::rca}) severe_vessels += stenosis[static_cast<std::size_t>(vessel)] >= table.three_vessels_from;
  const bool severe = stenosis[static_cast<std::size_t>(Vessel::left_main)] >= table.left_main_from || severe_vessels == 3;
  return severe ? std::max(category, table.severe_category) : category;
}

}  // namespace

CoronaryGrade grade_coronaries(const CoronaryTable& table, std::span<const SegmentReading> readings) {
  constexpr double kWhole = 100;
  CoronaryGrade grade;
  bool plaque = false;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto& reading = readings[i];
    const auto vessel = static_cast<std::size_t>(table.segments[i].vessel);
    const bool involved = reading.plaque.value_or(false) || reading.stenosis.value_or(0) > 0;
    plaque |= involved;
    grade.segments_low += involved;
    grade.stenosis_low[vessel] = std::max(grade.stenosis_low[vessel], reading.stenosis.value_or(0));
    const bool open = !reading.stenosis && table.segments[i].required;
    grade.segments_high += involved || open;
    grade.stenosis_high[vessel] = std::max(grade.stenosis_high[vessel], open ? kWhole : reading.stenosis.value_or(0));
  }
  grade.category_low = category_of(table, grade.stenosis_low, plaque);
  grade.category_high = category_of(table, grade.stenosis_high, plaque);
  return grade;
}

std::optional<double> plaque_grade(const CoronaryTable& table, std::optional<double> calcium, bool stent, double segments) {
  const bool by_calcium = calcium && !stent && !(*calcium == 0 && segments > 0);
  return by_calcium ? band_of(table.plaque_by_calcium, *calcium) : band_of(table.plaque_by_segments, segments);
}

}  // namespace cathgate::models
