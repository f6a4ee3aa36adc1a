#include "models/bivariate_normal.h"

#include <cmath>
#include <numbers>

namespace cathgate::models {
namespace {

struct Node {
  double at;
  double weight;
};
// The positive half of the 24-point Gauss-Legendre rule on [-1, 1].
constexpr Node kNodes[] = {
    {0.06405689286260563, 0.12793819534675202},
    {0.19111886747361631, 0.12583745634682825},
    {0.3150426796961634, 0.12167047292780329},
    {0.43379350762604513, 0.11550566805372552},
    {0.54542147138883956, 0.10744427011596556},
    {0.64809365193697555, 0.097618652104113926},
    {0.74012419157855436, 0.086190161531953205},
    {0.82000198597390295, 0.073346481411080161},
    {0.88641552700440107, 0.05929858491543636},
    {0.9382745520027328, 0.044277438817419412},
    {0.97472855597130947, 0.028531388628933559},
    {0.99518721999702131, 0.01234122979998869},
};

// d/dr of P(X < h, Y < k): the bivariate normal density at (h, k).
double density(double h, double k, double r) {
  const double rest = 1 - r * r;
  return std::exp(-(h * h - 2 * r * h * k + k * k) / (2 * rest)) / std::sqrt(rest);
}

}  // namespace

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double bivariate_normal_cdf(double h, double k, double correlation) {
  const double half = correlation / 2;
  double sum = 0;
  for (const auto& node : kNodes)
    sum += node.weight * (density(h, k, half * (1 - node.at)) + density(h, k, half * (1 + node.at)));
  return normal_cdf(h) * normal_cdf(k) + half * sum / (2 * std::numbers::pi);
}

}  // namespace cathgate::models
