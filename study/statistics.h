// Distributions and intervals that the standard library does not have.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cathgate::study {

// The regularised incomplete beta function: P(X <= x) for X ~ Beta(a, b); a and b above 0.
double beta_cdf(double x, double a, double b);
double beta_quantile(double probability, double a, double b);
double normal_quantile(double probability);

struct Bounds { double low = 0, high = 1; };
// Clopper and Pearson's exact interval for k of n, two-sided. n = 0: [0, 1].
Bounds exact_interval(std::size_t k, std::size_t n, double level = 0.95);
// The exact upper bound for k of n with this one-sided confidence.
double exact_upper(std::size_t k, std::size_t n, double confidence = 0.95);

// A small generator whose numbers are the same everywhere (the standard library's distributions are not).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
  std::uint64_t next();
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double normal();

 private:
  std::uint64_t state_;
};

}  // namespace cathgate::study
