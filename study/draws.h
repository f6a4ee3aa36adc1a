// One split of a hospital into patients who recalibrate and patients who try, and what a rule did on the latter. Internal
// to study/.
#pragma once

#include "study/protocol.h"

namespace cathgate::study {

// Log-odds of one hospital by one score, with what is known beside them.
struct Scored {
  const Design* design = nullptr;
  std::vector<double> z;
  std::vector<double> ratio;              // log-odds of tests outside the score; empty: none
  std::vector<double> source_obstructed;  // for the rule by pooled ranks
};

struct Split { std::vector<std::size_t> local, rest; };
Split split(std::size_t patients, const ProtocolOptions& options, int draw);

struct RuleChoice {
  ThresholdRule rule = kShippedRule;
  ThresholdLimits limits;
  double cautious_women = kCautiousWomen;  // see sex_factor(); 1: one threshold for both sexes
  bool sex_intercept = false;              // women get an intercept of their own
};
// Means over all draws.
HospitalResult try_rule(const Scored& scored, const RuleChoice& choice, const ProtocolOptions& options);

// Recalibrated likelihoods and thresholds from a local sample.
struct LocalFit {
  Calibration calibration;
  double threshold_men = 0, threshold_women = 0;
};
LocalFit fit_local(const Scored& scored, const std::vector<std::size_t>& local, const RuleChoice& choice);

}  // namespace cathgate::study
