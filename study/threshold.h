// The deferral threshold: from calibrated likelihoods and known outcomes of a local sample to the likelihood below which a
// non-invasive test comes first. Several rules, so that they can be compared; the shipped one is kShippedRule.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "study/calibrate.h"

namespace cathgate::study {

struct ThresholdLimits {
  double missed = 0.05;       // bound on the missed share of the obstructed
  double confidence = 0.7;    // with which the bound is meant to hold
  double obstructed = 0.15;   // cap on the obstructed among the deferred; 1: no cap
};

enum class ThresholdRule {
  shares,          // posterior of the missed share: calibrated likelihoods as prior, local misses as data; the last place that holds
  first_crossing,  // the same from leave-one-out likelihoods, up to the first place that does not hold (recipe F)
  expected,        // expected missed share from calibrated likelihoods alone, without confidence
  posterior,       // probability, over the posterior of intercept and slope, that the expected share is within the bound
  conformal,       // conformal risk control: (misses + 1) / (obstructed + 1)
  binomial,        // exact binomial upper bound from local misses alone
  pooled_ranks,    // the place that the sources' obstructed leave below them, in standardised log-odds
};
inline constexpr std::array kThresholdRules = {ThresholdRule::shares, ThresholdRule::first_crossing, ThresholdRule::expected, ThresholdRule::posterior, ThresholdRule::conformal, ThresholdRule::binomial, ThresholdRule::pooled_ranks};
inline constexpr ThresholdRule kShippedRule = ThresholdRule::shares;
std::string_view rule_name(ThresholdRule rule);

struct ThresholdInput {
  std::span<const double> z, ratio, y;
  const Calibration& calibration;
  std::span<const double> factor;             // of the threshold for each patient's sex; empty: 1. Likelihoods are ordered divided by it
  std::span<const double> woman;              // 1 for a woman; empty: the calibration has no intercept of theirs
  std::span<const double> source_obstructed;  // pooled_ranks: standardised log-odds of the sources' obstructed, ascending
};

// A likelihood: defer whoever lies below it times the own factor. 0: defer nobody.
double choose_threshold(ThresholdRule rule, const ThresholdInput& input, const ThresholdLimits& limits);

// Of this many obstructed patients of a sex on, its threshold stands on its own sample; with fewer it is shrunk towards one
// that is lower by `cautious` (recipe F missed women where one threshold served both).
inline constexpr double kCertifyingObstructed = 60;
inline constexpr double kCautiousWomen = 0.7, kCautiousMen = 1.0;
double sex_factor(std::size_t own_obstructed, double cautious);

// The fewest obstructed patients from whom the bound can be shown with this confidence: none of them missed.
std::size_t least_obstructed(const ThresholdLimits& limits);

}  // namespace cathgate::study
