// Penalised logistic fits by Newton's method: the shrunk linear score with an own intercept for each hospital and with signs
// that medicine dictates, and the hierarchical one whose hospitals may differ in every slope.
#pragma once

#include <span>
#include <vector>

#include "models/linear_algebra.h"

namespace cathgate::study {

struct RidgeInput {
  models::Matrix x;                    // standardised inputs
  std::vector<double> y;
  std::vector<std::size_t> hospital;   // 0 .. hospitals-1, one for each row
  std::size_t hospitals = 1;
  std::vector<double> offset;          // log-odds that are given; empty: none
  double penalty = 10;                 // on each squared coefficient
  std::vector<int> signs;              // for each column -1, 0 (free) or 1; empty: all free
};

struct RidgeFit {
  std::vector<double> coefficients;    // one for each column
  std::vector<double> intercepts;      // one for each hospital
  models::Matrix covariance;           // of the coefficients; rows of those held at 0 by their sign are 0
};

RidgeFit fit_ridge(const RidgeInput& input);

// logit p = x'(mu + delta_hospital), with normal priors around 0: the joint mode. `x` begins with a column of ones.
// Deviations are for the constant and for the slopes.
struct HierarchicalPriors { double constant = 3, slope = 0.7, hospital_constant = 1.5, hospital_slope = 0.3; };
std::vector<double> fit_hierarchical(const models::Matrix& x, std::span<const double> y, std::span<const std::size_t> hospital, std::size_t hospitals, const HierarchicalPriors& priors);

// The intercept that makes the mean of logistic(a + z) the mean of y.
double fit_intercept(std::span<const double> z, std::span<const double> y);

}  // namespace cathgate::study
