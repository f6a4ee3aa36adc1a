#include "models/endotype_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cathgate::models {

double auc(std::vector<Scored> scored) {
  std::sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) { return a.probability < b.probability; });
  double below = 0, won = 0, positives = 0, negatives = 0;
  for (std::size_t i = 0; i < scored.size();) {
    double here_positive = 0, here_negative = 0;
    const double value = scored[i].probability;
    for (; i < scored.size() && scored[i].probability == value; ++i) (scored[i].truth ? here_positive : here_negative) += 1;
    won += here_positive * (below + here_negative / 2);
    below += here_negative;
    positives += here_positive, negatives += here_negative;
  }
  return positives > 0 && negatives > 0 ? won / (positives * negatives) : std::numeric_limits<double>::quiet_NaN();
}

double calibration_error(const std::vector<Scored>& scored) {
  struct Bin { double count = 0, probability = 0, truth = 0; };
  std::array<Bin, 10> bins{};
  for (const auto& s : scored) {
    auto& bin = bins[std::min<std::size_t>(bins.size() - 1, static_cast<std::size_t>(s.probability * static_cast<double>(bins.size())))];
    bin.count += 1, bin.probability += s.probability, bin.truth += s.truth;
  }
  double error = 0;
  for (const auto& bin : bins) error += std::abs(bin.probability - bin.truth);
  return error / static_cast<double>(scored.size());
}

double calibration_slope(const std::vector<Scored>& scored) {
  constexpr double kEdge = 1e-6;
  constexpr int kSteps = 25;
  double intercept = 0, slope = 1;
  for (int step = 0; step < kSteps; ++step) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (const auto& s : scored) {
      const double p = std::clamp(s.probability, kEdge, 1 - kEdge), x = std::log(p / (1 - p)), q = 1 / (1 + std::exp(-intercept - slope * x)), w = q * (1 - q);
      g0 += s.truth - q, g1 += (s.truth - q) * x;
      h00 += w, h01 += w * x, h11 += w * x * x;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (std::abs(determinant) < 1e-12) return std::numeric_limits<double>::quiet_NaN();
    intercept += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  return slope;
}

}  // namespace cathgate::models
