#include "study/threshold.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/design.h"
#include "study/statistics.h"

namespace cathgate::study {
namespace {

constexpr double kPriorPatients = 60;   // obstructed patients that the calibrated likelihoods count for
constexpr double kPriorDeferred = 20;   // deferred patients that they count for, for the cap
constexpr double kCapConfidence = 0.8;   // with which the cap is meant to hold
constexpr double kSmallest = 1e-6;
constexpr double kEverybody = 1.01;
constexpr int kPosteriorDraws = 200;

double log_odds_of(const ThresholdInput& input, const Calibration& calibration, std::size_t i) {
  return calibration.log_odds(input.z[i], input.ratio.empty() ? 0 : input.ratio[i], !input.woman.empty() && input.woman[i] == 1);
}

// A local sample in ascending likelihood; place k means that the first k are deferred.
class Sample {
 public:
  Sample(const ThresholdInput& input, bool left_out) : input_(input) {
    const auto n = input.z.size();
    if (left_out) {
      p_ = leave_one_out(input.calibration, input.z, input.ratio, input.y, input.woman);
    } else {
      for (std::size_t i = 0; i < n; ++i) p_.push_back(logistic(eta(i)));
    }
    order_.resize(n);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return place_of(a) < place_of(b); });
    misses_.assign(n + 1, 0);
    expected_.assign(n + 1, 0);
    for (std::size_t k = 0; k < n; ++k) {
      misses_[k + 1] = misses_[k] + input.y[order_[k]];
      expected_[k + 1] = expected_[k] + p_[order_[k]];
    }
  }

  std::size_t size() const { return order_.size(); }
  double obstructed() const { return misses_.back(); }
  double missed(std::size_t k) const { return misses_[k]; }
  double expected_share(std::size_t k) const { return expected_[k] / std::max(expected_.back(), kSmallest); }
  double threshold(std::size_t k) const { return k == 0 ? 0 : k >= size() ? kEverybody : place_of(order_[k]); }
  double place_of(std::size_t i) const { return input_.factor.empty() ? p_[i] : p_[i] / input_.factor[i]; }
  double eta(std::size_t i) const { return log_odds_of(input_, input_.calibration, i); }
  std::size_t patient(std::size_t place) const { return order_[place]; }

  // P(missed share <= bound).
  double confidence(std::size_t k, double bound) const {
    const double e = expected_share(k), m = missed(k);
    return beta_cdf(bound, kPriorPatients * e + m + kSmallest, kPriorPatients * (1 - e) + obstructed() - m + kSmallest);
  }

  // Whether the obstructed among the first k stay within the cap.
  bool within_cap(std::size_t k, double cap) const {
    if (k == 0 || cap >= 1) return true;
    const double n = static_cast<double>(k), q = expected_[k] / n;
    return beta_cdf(cap, kPriorDeferred * q + misses_[k] + kSmallest, kPriorDeferred * (1 - q) + n - misses_[k] + kSmallest) >= kCapConfidence;
  }

 private:
  const ThresholdInput& input_;
  std::vector<double> p_;
  std::vector<std::size_t> order_;
  std::vector<double> misses_, expected_;
};

// P, over the posterior of intercept and slope, that the expected missed share is within the bound, for each place.
std::vector<double> posterior_confidence(const Sample& sample, const ThresholdInput& input, double bound) {
  const auto& c = input.calibration;
  models::Matrix lower = c.covariance;
  models::factorise(lower);
  Random random(1);
  std::vector<double> within(sample.size() + 1);
  for (int draw = 0; draw < kPosteriorDraws; ++draw) {
    const double u = random.normal(), v = random.normal();
    Calibration other = c;
    other.intercept += lower(0, 0) * u;
    other.slope += lower(1, 0) * u + lower(1, 1) * v;
    std::vector<double> sums(sample.size() + 1);
    for (std::size_t k = 0; k < sample.size(); ++k) {
      const auto i = sample.patient(k);
      sums[k + 1] = sums[k] + logistic(log_odds_of(input, other, i));
    }
    for (std::size_t k = 0; k < sums.size(); ++k) within[k] += sums[k] <= bound * sums.back() ? 1.0 / kPosteriorDraws : 0;
  }
  return within;
}

double pooled_rank_threshold(const ThresholdInput& input, const ThresholdLimits& limits) {
  if (input.source_obstructed.empty() || input.z.empty()) return 0;
  const double n = static_cast<double>(input.z.size());
  const double mean = std::accumulate(input.z.begin(), input.z.end(), 0.0) / n;
  double square = 0;
  for (const double z : input.z) square += (z - mean) * (z - mean);
  const auto place = static_cast<std::size_t>(limits.missed * static_cast<double>(input.source_obstructed.size()));
  return logistic(input.calibration.log_odds(mean + std::sqrt(square / n) * input.source_obstructed[place], 0));
}

}  // namespace

std::string_view rule_name(ThresholdRule rule) {
  constexpr std::array<std::string_view, kThresholdRules.size()> names = {"posterior shares", "first crossing (recipe F)", "expected misses", "posterior of calibration", "conformal risk control", "exact binomial", "pooled ranks"};
  return names[static_cast<std::size_t>(rule)];
}

double choose_threshold(ThresholdRule rule, const ThresholdInput& input, const ThresholdLimits& limits) {
  const Sample sample(input, rule == ThresholdRule::first_crossing);
  const double alpha = limits.missed;
  if (rule == ThresholdRule::pooled_ranks) return std::min(pooled_rank_threshold(input, limits), limits.obstructed < 1 ? choose_threshold(ThresholdRule::expected, input, {1, 0.5, limits.obstructed}) : 1);
  std::vector<double> posterior;
  if (rule == ThresholdRule::posterior) posterior = posterior_confidence(sample, input, alpha);
  const auto holds = [&](std::size_t k) {
    const double m = sample.missed(k), n1 = sample.obstructed();
    switch (rule) {
      case ThresholdRule::shares:
      case ThresholdRule::first_crossing: return sample.confidence(k, alpha) >= limits.confidence;
      case ThresholdRule::expected: return sample.expected_share(k) <= alpha;
      case ThresholdRule::posterior: return posterior[k] >= limits.confidence;
      case ThresholdRule::conformal: return (m + 1) / (n1 + 1) <= alpha;
      case ThresholdRule::binomial: return exact_upper(static_cast<std::size_t>(m), static_cast<std::size_t>(n1), limits.confidence) <= alpha;
      case ThresholdRule::pooled_ranks: return false;
    }
    return false;
  };
  std::size_t best = 0;
  for (std::size_t k = 1; k <= sample.size(); ++k) {
    if (holds(k) && sample.within_cap(k, limits.obstructed)) best = k;
    else if (rule == ThresholdRule::first_crossing && !holds(k)) break;
  }
  return sample.threshold(best);
}

double sex_factor(std::size_t own_obstructed, double cautious) {
  const double weight = std::min(1.0, static_cast<double>(own_obstructed) / kCertifyingObstructed);
  return weight + (1 - weight) * cautious;
}

std::size_t least_obstructed(const ThresholdLimits& limits) {
  return static_cast<std::size_t>(std::ceil(std::log(1 - limits.confidence) / std::log(1 - limits.missed)));
}

}  // namespace cathgate::study
