#include "engine/quantify.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace cathgate {
namespace {

using models::QuantificationData;
using models::SegmentReading;

// All values of one fact that belong to its latest study, by site.
struct Study {
  std::vector<std::optional<double>> by_site;
  std::optional<TimeRange> at;
  std::string_view source;
  Origin origin = Origin::coded;

  std::vector<double> values() const {
    std::vector<double> known;
    for (const auto& v : by_site)
      if (v) known.push_back(*v);
    return known;
  }
};

class Quantifier {
 public:
  Quantifier(const PatientSnapshot& snapshot, const Knowledge& k, FactView& view, std::vector<DataIssue>& issues)
      : snapshot_(snapshot), k_(k), data_(k.quantification), ids_(k.ids.measured), view_(view), issues_(issues) {}

  void run() {
    const bool sited = std::any_of(snapshot_.measurements.begin(), snapshot_.measurements.end(), [&](const Measurement& m) { return !k_.facts[m.fact].sites.empty(); });
    volumes(sited);
    walls();
    if (sited) {
      index(ids_.wall_motion, data_.least_wall_segments, ids_.wall_motion_index);
      index(ids_.strain, data_.least_strain_segments, ids_.global_strain);
      coronaries();
      for (const auto& p : ids_.perfusion) perfusion(p);
    }
    compare();
    fill();
  }

 private:
  Study latest(FactId fact) const {
    Study study;
    study.by_site.resize(k_.facts[fact].sites.size());
    for (const auto& m : snapshot_.measurements)
      if (m.fact == fact && m.at && (!study.at || m.at->latest > study.at->latest)) study.at = m.at;
    for (const auto& m : snapshot_.measurements) {
      if (m.fact != fact || !study.at || m.at != study.at) continue;
      const auto& sites = k_.facts[fact].sites;
      const auto site = std::find(sites.begin(), sites.end(), m.site);
      if (site == sites.end()) continue;
      auto& held = study.by_site[static_cast<std::size_t>(site - sites.begin())];
      held = held ? std::max(*held, m.value) : m.value;
      if (study.source.empty() || m.source < study.source) study.source = m.source;
      if (m.origin == Origin::text) study.origin = Origin::text;
    }
    return study;
  }

  void set(FactId fact, double low, double high, const Study& study) {
    FactValue value = FactValue::between(low, high);
    value.at = study.at;
    value.source = study.source;
    if (study.origin == Origin::text) value.origin = Origin::text;
    view_.set(fact, value);
  }
  void set(FactId fact, double value, const Study& study) { set(fact, value, value, study); }

  // The study of scalars that were all measured at one time; empty when one is missing or of another time.
  std::optional<Study> together(std::initializer_list<FactId> facts) const {
    Study study;
    for (const auto fact : facts) {
      const auto& value = view_[fact];
      if (!value.exact() || !value.at || (study.at && value.at != study.at)) return std::nullopt;
      study.at = value.at;
      study.source = value.source;
      if (value.origin == Origin::text) study.origin = Origin::text;
    }
    return study;
  }

  // Discs where they were traced whole, otherwise areas and lengths.
  std::optional<double> volume(const FactIds::Measured::Phase& p, bool sited, Study& study) const {
    if (sited) {
      const auto a = latest(p.discs_4c), b = latest(p.discs_2c);
      const auto va = a.values(), vb = b.values();
      const bool whole = va.size() == a.by_site.size() && vb.size() == b.by_site.size() && a.at == b.at;
      const auto lengths = whole ? together({p.length_4c, p.length_2c}) : std::nullopt;
      if (lengths && lengths->at == a.at) {
        study = a;
        return models::disc_volume_ml(va, vb, std::max(view_[p.length_4c].low, view_[p.length_2c].low));
      }
    }
    const auto traced = together({p.area_4c, p.area_2c, p.length_4c, p.length_2c});
    if (!traced) return std::nullopt;
    study = *traced;
    return models::area_length_volume_ml(view_[p.area_4c].low, view_[p.area_2c].low, std::min(view_[p.length_4c].low, view_[p.length_2c].low));
  }

  void volumes(bool sited) {
    Study diastole, systole;
    const auto edv = volume(ids_.diastole, sited, diastole), esv = volume(ids_.systole, sited, systole);
    if (edv) set(ids_.lv_edv, *edv, diastole);
    if (esv) set(ids_.lv_esv, *esv, systole);
    if (edv && esv && diastole.at == systole.at && *esv < *edv) set(ids_.lv_ejection_fraction, models::ejection_fraction_percent(*edv, *esv), diastole);
  }

  void walls() {
    if (const auto study = together({ids_.posterior_wall, ids_.lv_diameter})) set(ids_.relative_wall, models::relative_wall_thickness(view_[ids_.posterior_wall].low, view_[ids_.lv_diameter].low), *study);
    if (const auto study = together({ids_.septum, ids_.posterior_wall, ids_.lv_diameter}))
      set(ids_.lv_mass, models::lv_mass_g(data_.lv_mass, view_[ids_.septum].low, view_[ids_.lv_diameter].low, view_[ids_.posterior_wall].low), *study);
  }

  // The mean over the segments that were scored, when they are enough.
  void index(FactId segments, std::size_t least, FactId result) {
    const auto study = latest(segments);
    const auto values = study.values();
    if (values.size() >= least) set(result, models::mean_of(values), study);
  }

  void perfusion(const FactIds::Measured::Perfusion& p) {
    const auto stress = latest(p.stress), rest = latest(p.rest);
    const auto s = stress.values(), r = rest.values();
    const auto sum = [](const std::vector<double>& v) { return models::mean_of(v) * static_cast<double>(v.size()); };
    const bool has_stress = s.size() >= data_.least_perfusion_segments, has_rest = r.size() >= data_.least_perfusion_segments;
    if (has_stress) set(p.summed_stress, sum(s), stress);
    if (has_rest) set(p.summed_rest, sum(r), rest);
    if (!has_stress || !has_rest || s.size() != r.size()) return;
    const auto apart = std::abs(static_cast<double>(stress.at->latest - rest.at->latest)) / static_cast<double>(kSecondsPerDay);
    if (apart > data_.rest_within_days) return;
    const double difference = sum(s) - sum(r);
    set(p.summed_difference, difference, stress);
    set(p.ischaemic, std::max(0.0, difference) / (data_.greatest_perfusion_score * static_cast<double>(s.size())) * 100, stress);
  }

  void coronaries() {
    const auto stenosis = latest(ids_.segment_stenosis), plaque = latest(ids_.segment_plaque);
    if (!stenosis.at) return;
    std::vector<SegmentReading> readings(stenosis.by_site.size());
    for (std::size_t i = 0; i < readings.size(); ++i) {
      readings[i].stenosis = stenosis.by_site[i];
      if (plaque.at == stenosis.at && plaque.by_site[i]) readings[i].plaque = *plaque.by_site[i] != 0;
    }
    const auto grade = models::grade_coronaries(data_.coronary, readings);
    set(ids_.calculated_cad_rads, grade.category_low, grade.category_high, stenosis);
    set(ids_.segments_involved, grade.segments_low, grade.segments_high, stenosis);
    for (std::size_t v = 0; v < models::kVessels; ++v) fill_range(ids_.vessel_stenosis[v], grade.stenosis_low[v], grade.stenosis_high[v], stenosis);
    if (const auto& proximal = stenosis.by_site[ids_.lad_proximal_site]) fill_range(ids_.lad_proximal_stenosis, *proximal, *proximal, stenosis);
    if (grade.segments_low != grade.segments_high) return;
    const auto& calcium = view_[ids_.calcium];
    const bool stent = view_[ids_.stent].equals(1) == Truth::yes;
    const auto p = models::plaque_grade(data_.coronary, calcium.exact() ? std::optional(calcium.low) : std::nullopt, stent, grade.segments_low);
    if (p) set(ids_.calculated_plaque, *p, stenosis);
  }

  void fill_range(FactId fact, double low, double high, const Study& study) {
    if (!view_[fact].known() && view_[fact].unknown != UnknownReason::conflicting) set(fact, low, high, study);
  }

  bool same_study(const FactValue& a, const FactValue& b) const {
    return a.at && b.at && std::abs(static_cast<double>(a.at->latest - b.at->latest)) <= data_.same_study_hours * 3600;
  }

  // The report's own figure stands; that its measurements say something else is told.
  void compare() {
    for (const auto& c : data_.comparisons) {
      const auto &reported = view_[c.reported], &calculated = view_[c.calculated];
      if (!reported.exact() || !calculated.known() || reported.source.empty() || !same_study(reported, calculated)) continue;
      const double allowed = c.relative ? c.tolerance * std::abs(reported.low) : c.tolerance;
      if (reported.low >= calculated.low - allowed && reported.low <= calculated.high + allowed) continue;
      issues_.push_back({DataIssue::Kind::conflicting, std::string(reported.source), "calculated_differs", k_.facts[c.reported].label + ": the measurements of the same study give another value than the report; the report's value is used.", c.reported, {}, 1});
    }
  }

  void fill() {
    for (const auto& f : data_.fills) {
      if (view_[f.fact].known() || view_[f.fact].unknown == UnknownReason::conflicting || !view_[f.from].known()) continue;
      view_.set(f.fact, view_[f.from]);
    }
  }

  const PatientSnapshot& snapshot_;
  const Knowledge& k_;
  const QuantificationData& data_;
  const FactIds::Measured& ids_;
  FactView& view_;
  std::vector<DataIssue>& issues_;
};

}  // namespace

void quantify(const PatientSnapshot& snapshot, const Knowledge& knowledge, FactView& view, std::vector<DataIssue>& issues) { Quantifier(snapshot, knowledge, view, issues).run(); }

}  // namespace cathgate
