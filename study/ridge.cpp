#include "study/ridge.h"

#include <algorithm>
#include <cmath>

#include "study/design.h"

namespace cathgate::study {
namespace {

using models::Matrix;

constexpr double kHospitalPenalty = 1.0 / 9;  // an intercept of a hospital has a prior deviation of 3
constexpr double kLongestStep = 5;
constexpr double kConverged = 1e-9;
constexpr int kMaxSteps = 100;

// Newton's method for a logistic likelihood with a quadratic penalty around 0. Parameters that are not free stay at 0.
// Returns the Hessian's inverse for the free ones.
Matrix maximise(const Matrix& x, std::span<const double> y, std::span<const double> offset, std::span<const double> penalty, const std::vector<bool>& free, std::vector<double>& beta) {
  std::vector<std::size_t> used;
  for (std::size_t c = 0; c < x.columns; ++c)
    if (free[c]) used.push_back(c);
  const auto n = used.size();
  Matrix hessian(n, n);
  for (int step = 0; step < kMaxSteps; ++step) {
    hessian = Matrix(n, n);
    std::vector<double> gradient(n);
    for (std::size_t i = 0; i < n; ++i) {
      gradient[i] = -penalty[used[i]] * beta[used[i]];
      hessian(i, i) = penalty[used[i]];
    }
    for (std::size_t r = 0; r < x.rows; ++r) {
      const auto row = x.row(r);
      double eta = offset.empty() ? 0 : offset[r];
      for (const auto c : used) eta += beta[c] * row[c];
      const double p = logistic(eta), w = p * (1 - p);
      for (std::size_t i = 0; i < n; ++i) {
        const double xi = row[used[i]];
        if (xi == 0) continue;
        gradient[i] += xi * (y[r] - p);
        for (std::size_t j = 0; j <= i; ++j) hessian(i, j) += w * xi * row[used[j]];
      }
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) hessian(j, i) = hessian(i, j);
    Matrix lower = hessian;
    if (!models::factorise(lower)) break;
    models::solve(lower, gradient);
    double length = std::sqrt(models::dot(gradient, gradient));
    const double scale = length > kLongestStep ? kLongestStep / length : 1;
    for (std::size_t i = 0; i < n; ++i) beta[used[i]] += scale * gradient[i];
    if (length < kConverged) break;
  }
  return models::invert(hessian);
}

}  // namespace

RidgeFit fit_ridge(const RidgeInput& input) {
  const std::size_t columns = input.x.columns, all = columns + input.hospitals;
  Matrix x(input.x.rows, all);
  for (std::size_t r = 0; r < x.rows; ++r) {
    std::copy(input.x.row(r).begin(), input.x.row(r).end(), x.values.begin() + static_cast<std::ptrdiff_t>(r * all));
    x(r, columns + input.hospital[r]) = 1;
  }
  std::vector<double> penalty(all, input.penalty), beta(all);
  std::fill(penalty.begin() + static_cast<std::ptrdiff_t>(columns), penalty.end(), kHospitalPenalty);
  std::vector<bool> free(all, true);
  Matrix inverse;
  // A coefficient that comes out with the wrong sign is held at 0 and the others are fitted again.
  for (bool again = true; again;) {
    inverse = maximise(x, input.y, input.offset, penalty, free, beta);
    again = false;
    for (std::size_t c = 0; c < columns && !input.signs.empty(); ++c)
      if (free[c] && beta[c] * input.signs[c] < 0) {
        free[c] = false;
        beta[c] = 0;
        again = true;
      }
  }
  RidgeFit fit;
  fit.coefficients.assign(beta.begin(), beta.begin() + static_cast<std::ptrdiff_t>(columns));
  fit.intercepts.assign(beta.begin() + static_cast<std::ptrdiff_t>(columns), beta.end());
  fit.covariance = Matrix(columns, columns);
  std::vector<std::size_t> place(all);
  for (std::size_t c = 0, i = 0; c < all; ++c) place[c] = free[c] ? i++ : 0;
  for (std::size_t r = 0; r < columns; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      if (free[r] && free[c] && inverse.rows > 0) fit.covariance(r, c) = inverse(place[r], place[c]);
  return fit;
}

std::vector<double> fit_hierarchical(const Matrix& x, std::span<const double> y, std::span<const std::size_t> hospital, std::size_t hospitals, const HierarchicalPriors& priors) {
  const std::size_t k = x.columns, all = k * (1 + hospitals);
  Matrix wide(x.rows, all);
  for (std::size_t r = 0; r < x.rows; ++r)
    for (std::size_t c = 0; c < k; ++c) wide(r, c) = wide(r, k * (1 + hospital[r]) + c) = x(r, c);
  std::vector<double> penalty(all), beta(all);
  for (std::size_t c = 0; c < all; ++c) {
    const bool constant = c % k == 0, own = c >= k;
    const double deviation = own ? (constant ? priors.hospital_constant : priors.hospital_slope) : (constant ? priors.constant : priors.slope);
    penalty[c] = 1 / (deviation * deviation);
  }
  maximise(wide, y, {}, penalty, std::vector<bool>(all, true), beta);
  beta.resize(k);
  return beta;
}

double fit_intercept(std::span<const double> z, std::span<const double> y) {
  double a = 0;
  for (int step = 0; step < kMaxSteps; ++step) {
    double gradient = 0, curvature = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double p = logistic(a + z[i]);
      gradient += y[i] - p;
      curvature += p * (1 - p);
    }
    const double change = std::clamp(gradient / std::max(curvature, 1e-12), -kLongestStep, kLongestStep);
    a += change;
    if (std::abs(change) < kConverged) break;
  }
  return a;
}

}  // namespace cathgate::study
