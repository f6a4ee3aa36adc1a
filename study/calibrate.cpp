#include "study/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "study/design.h"

namespace cathgate::study {
namespace {

constexpr int kMaxSteps = 100;
constexpr double kLongestStep = 1;
constexpr double kConverged = 1e-10;
constexpr std::size_t kParameters = 4;  // intercept, slope, weight of the ratio, women
constexpr double kMostLeverage = 0.95;

double at(std::span<const double> values, std::size_t i) { return values.empty() ? 0 : values[i]; }

}  // namespace

Calibration fit_calibration(std::span<const double> z, std::span<const double> ratio, std::span<const double> y, const CalibrationPriors& priors, std::span<const double> woman) {
  Calibration c;
  c.centre = z.empty() ? 0 : std::accumulate(z.begin(), z.end(), 0.0) / static_cast<double>(z.size());
  c.intercept = c.centre;
  const double penalty[kParameters] = {1 / (priors.intercept * priors.intercept), 1 / (priors.slope * priors.slope), 1 / (priors.ratio_weight * priors.ratio_weight), 1 / (priors.women * priors.women)};
  models::Matrix hessian(kParameters, kParameters);
  for (int step = 0; step < kMaxSteps; ++step) {
    std::array<double, kParameters> gradient = {-penalty[0] * (c.intercept - c.centre), -penalty[1] * (c.slope - 1), -penalty[2] * (c.ratio_weight - 1), -penalty[3] * c.women};
    hessian = models::Matrix(kParameters, kParameters);
    for (std::size_t d = 0; d < kParameters; ++d) hessian(d, d) = penalty[d];
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double x[kParameters] = {1, z[i] - c.centre, at(ratio, i), at(woman, i)};
      const double p = logistic(c.log_odds(z[i], x[2], x[3] == 1)), w = p * (1 - p);
      for (std::size_t d = 0; d < kParameters; ++d) {
        gradient[d] += x[d] * (y[i] - p);
        for (std::size_t e = 0; e < kParameters; ++e) hessian(d, e) += w * x[d] * x[e];
      }
    }
    models::Matrix lower = hessian;
    if (!models::factorise(lower)) break;
    models::solve(lower, gradient);
    const double length = std::sqrt(models::dot(gradient, gradient));
    if (length > kLongestStep)
      for (double& step_part : gradient) step_part *= kLongestStep / length;
    c.intercept += gradient[0];
    c.slope += gradient[1];
    c.ratio_weight += gradient[2];
    c.women += gradient[3];
    if (std::abs(gradient[0]) + std::abs(gradient[1]) + std::abs(gradient[2]) + std::abs(gradient[3]) < kConverged) break;
  }
  const models::Matrix all = models::invert(hessian);
  c.covariance = models::Matrix(2, 2);
  for (std::size_t d = 0; d < 2 && all.rows == kParameters; ++d)
    for (std::size_t e = 0; e < 2; ++e) c.covariance(d, e) = all(d, e);
  return c;
}

std::vector<double> leave_one_out(const Calibration& calibration, std::span<const double> z, std::span<const double> ratio, std::span<const double> y, std::span<const double> woman) {
  std::vector<double> p(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) {
    const std::vector<double> a = {1, z[i] - calibration.centre};
    const double eta = calibration.log_odds(z[i], at(ratio, i), at(woman, i) == 1), fitted = logistic(eta), w = fitted * (1 - fitted);
    const double h = std::min(w * models::quadratic(a, calibration.covariance, a), kMostLeverage);
    p[i] = logistic(eta - h / (1 - h) * (y[i] - fitted) / w);
  }
  return p;
}

}  // namespace cathgate::study
