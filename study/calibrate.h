// Local recalibration: intercept and slope of the log-odds from about a hundred local patients, shrunk towards "no change".
#pragma once

#include <span>
#include <vector>

#include "models/linear_algebra.h"

namespace cathgate::study {

// eta = intercept + slope (z - centre) + ratio_weight ratio, and `women` more for a woman.
struct Calibration {
  double centre = 0;
  double intercept = 0;
  double slope = 1;
  double ratio_weight = 1;    // of the published log-ratios of tests outside the score: below 1 where they tell what the score knows already
  double women = 0;           // 0 unless an intercept of their own was asked for
  models::Matrix covariance;  // of intercept and slope
  double log_odds(double z, double ratio, bool woman = false) const { return intercept + slope * (z - centre) + ratio_weight * ratio + (woman ? women : 0); }
};

struct CalibrationPriors {
  double intercept = 1;       // standard deviation around the mean log-odds
  double slope = 0.3;         // around 1
  double ratio_weight = 0.5;  // around 1
  double women = 0.5;         // around 0
};

// `ratio` is given log-odds of tests outside the score; empty: none. `woman` is 1 for a woman; empty: no intercept of their
// own. The mode of the posterior.
Calibration fit_calibration(std::span<const double> z, std::span<const double> ratio, std::span<const double> y, const CalibrationPriors& priors = {}, std::span<const double> woman = {});

// What each patient's likelihood would be if the patient had taken no part in the fit (one Newton step).
std::vector<double> leave_one_out(const Calibration& calibration, std::span<const double> z, std::span<const double> ratio, std::span<const double> y, std::span<const double> woman = {});

}  // namespace cathgate::study
