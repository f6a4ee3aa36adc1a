#include "study/recalibrate.h"

#include <cmath>

#include "study/statistics.h"

namespace cathgate::study {
namespace {

using models::LocalPatient;
using models::Recalibration;

constexpr double kUnsupportedConfidence = 0.9;  // a sample that cannot show the bound defers less

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

models::SexCounts count(const Recalibration& r, bool male, double threshold) {
  models::SexCounts sex;
  sex.threshold = threshold;
  for (const auto& p : r.sample) {
    if (p.male != male) continue;
    const bool deferred = logistic(r.log_odds(p.log_odds, p.log_ratio)) < threshold;
    ++sex.patients;
    sex.obstructed += p.obstructed;
    sex.deferred += deferred;
    sex.missed += deferred && p.obstructed;
  }
  sex.missed_upper = exact_upper(sex.missed, sex.obstructed);
  sex.certified = static_cast<double>(sex.obstructed) >= kCertifyingObstructed;
  return sex;
}

struct Columns { std::vector<double> z, ratio, y; std::size_t obstructed_women = 0, obstructed_men = 0; };

Columns columns_of(const std::vector<LocalPatient>& sample) {
  Columns c;
  for (const auto& p : sample) {
    c.z.push_back(p.log_odds);
    c.ratio.push_back(p.log_ratio);
    c.y.push_back(p.obstructed ? 1 : 0);
    if (p.obstructed) ++(p.male ? c.obstructed_men : c.obstructed_women);
  }
  return c;
}

}  // namespace

std::vector<double> score_all(const models::LearnedScore& score, const Design& design) {
  std::vector<double> z;
  for (const auto& row : design.rows) z.push_back(score.log_odds(row));
  return z;
}

Result<Recalibration> make_recalibration(const models::LoadedScore& model, const Cohort& cohort, const Design& design, const ThresholdLimits& limits, const Recalibration* previous) {
  Recalibration r;
  r.model_id = model.score->data().id;
  r.model_version = model.score->data().version;
  r.model_digest = model.digest;
  r.cohort = cohort.name;
  r.cohort_digest = cohort.digest;
  if (previous) {
    if (previous->model_digest != r.model_digest) return Error{ErrorCode::invalid_input, "recalibration.json", "it belongs to another version of the model; begin anew with --fresh"};
    if (previous->cohort_digest == r.cohort_digest) return Error{ErrorCode::invalid_input, cohort.name, "this batch is the one that was added last"};
    r.version = previous->version + 1;
    r.previous = previous->signature;
    r.sample = previous->sample;
  }
  const auto z = score_all(*model.score, design);
  for (std::size_t i = 0; i < z.size(); ++i) r.sample.push_back({rounded(z[i]), rounded(design.log_ratio[i]), design.male[i], design.y[i] == 1});
  if (r.sample.size() > kWindow) r.sample.erase(r.sample.begin(), r.sample.end() - static_cast<std::ptrdiff_t>(kWindow));
  const auto c = columns_of(r.sample);
  const std::size_t obstructed = c.obstructed_men + c.obstructed_women;
  if (obstructed == 0 || obstructed == r.sample.size()) return Error{ErrorCode::missing_data, cohort.name, "a recalibration needs patients with and without obstructive disease"};
  const auto fit = fit_calibration(c.z, c.ratio, c.y);
  r.centre = fit.centre;
  r.intercept = fit.intercept;
  r.slope = fit.slope;
  r.ratio_weight = fit.ratio_weight;
  r.covariance = fit.covariance;
  r.missed_bound = limits.missed;
  r.obstructed_cap = limits.obstructed;
  r.supported = obstructed >= least_obstructed(limits);
  ThresholdLimits used = limits;
  if (!r.supported) used.confidence = std::max(used.confidence, kUnsupportedConfidence);
  r.confidence = used.confidence;
  const double of_women = sex_factor(c.obstructed_women, kCautiousWomen), of_men = sex_factor(c.obstructed_men, kCautiousMen);
  std::vector<double> factor;
  for (const auto& p : r.sample) factor.push_back(p.male ? of_men : of_women);
  const double t = choose_threshold(kShippedRule, {c.z, c.ratio, c.y, fit, factor, {}, {}}, used);
  r.men = count(r, true, t * of_men);
  r.women = count(r, false, t * of_women);
  r.signature = models::sign(r);
  return r;
}

Interval drift_of(const models::LearnedScore& score, const Design& design, const Recalibration& in_use, std::uint64_t seed) {
  const auto z = score_all(score, design);
  std::vector<double> p;
  for (std::size_t i = 0; i < z.size(); ++i) p.push_back(logistic(in_use.log_odds(z[i], design.log_ratio[i])));
  return measure(p, design.y, seed).observed_expected;
}

}  // namespace cathgate::study
