// How good a likelihood is: discrimination, calibration, net benefit, and what a deferral threshold would have done.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "study/statistics.h"

namespace cathgate::study {

struct Interval { double value = 0, low = 0, high = 0; };  // 95 %

double area_under_curve(const std::vector<double>& p, const std::vector<double>& y);

struct CurvePoint { double predicted = 0, observed = 0; std::size_t patients = 0; Bounds interval; };
struct BenefitPoint { double threshold = 0, model = 0, everybody = 0; };  // net benefit for each patient

struct Performance {
  std::size_t patients = 0, obstructed = 0;
  Interval auc, brier, observed_expected;
  double slope = 0, intercept = 0;        // of a logistic fit on the log-odds
  std::vector<CurvePoint> calibration;    // eighths of the predicted likelihoods
  std::vector<BenefitPoint> benefit;
};
// `p` strictly between 0 and 1. Intervals: bootstrap for AUC and Brier (500 resamples), exact Poisson-like for O:E by bootstrap.
Performance measure(const std::vector<double>& p, const std::vector<double>& y, std::uint64_t seed);

struct Share { std::size_t count = 0, of = 0; Bounds interval; double value() const { return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of); } };
struct Deferral {
  Share deferred, avoided, missed, obstructed_among_deferred;
};
// Exact 95 % intervals.
Deferral count_deferral(const std::vector<bool>& deferred, const std::vector<double>& y, const std::function<bool(std::size_t)>& counts);

// The largest share of the unobstructed that any threshold avoids while at most this share of the obstructed is missed: in
// hindsight, a bound that no rule reaches.
double best_avoided(const std::vector<double>& p, const std::vector<double>& y, double missed);

}  // namespace cathgate::study
