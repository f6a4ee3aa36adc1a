#include "study/statistics.h"

#include <algorithm>
#include <cmath>

namespace cathgate::study {
namespace {

constexpr int kMaxTerms = 500;
constexpr double kTiny = 1e-300;
constexpr double kPrecision = 1e-14;
constexpr int kBisections = 100;

// The continued fraction of the incomplete beta function, by Lentz's method.
double beta_fraction(double x, double a, double b) {
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  if (std::abs(d) < kTiny) d = kTiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m < kMaxTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (const double term : {even, odd}) {
      d = 1 + term * d;
      if (std::abs(d) < kTiny) d = kTiny;
      c = 1 + term / c;
      if (std::abs(c) < kTiny) c = kTiny;
      d = 1 / d;
      h *= d * c;
    }
    if (std::abs(d * c - 1) < kPrecision) break;
  }
  return h;
}

}  // namespace

double beta_cdf(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double beta_quantile(double probability, double a, double b) {
  double low = 0, high = 1;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (beta_cdf(middle, a, b) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

double normal_quantile(double probability) {
  double low = -10, high = 10;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

Bounds exact_interval(std::size_t k, std::size_t n, double level) {
  if (n == 0) return {0, 1};
  const double tail = (1 - level) / 2, hits = static_cast<double>(k), all = static_cast<double>(n);
  return {k == 0 ? 0 : beta_quantile(tail, hits, all - hits + 1), k == n ? 1 : beta_quantile(1 - tail, hits + 1, all - hits)};
}

double exact_upper(std::size_t k, std::size_t n, double confidence) {
  return k >= n ? 1 : beta_quantile(confidence, static_cast<double>(k) + 1, static_cast<double>(n - k));
}

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

double Random::normal() {
  const double u = std::max(uniform(), 1e-300), v = uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979323846 * v);
}

}  // namespace cathgate::study
