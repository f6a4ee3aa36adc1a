// Leave one hospital out: fitted on the others, recalibrated on 134 (or half) of its patients, tried on the rest, over many
// draws. The same for every candidate and every threshold rule.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "study/candidates.h"
#include "study/threshold.h"

namespace cathgate::study {

struct ProtocolOptions {
  std::size_t recalibrate_on = 134;  // patients; half of the hospital where it is smaller
  int draws = 100;
  std::uint64_t seed = 0;
  ThresholdLimits limits;
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

// Means over the draws of one hospital.
struct HospitalResult {
  std::string hospital;
  double auc = 0, observed_expected = 0, slope = 0, brier = 0;
  double avoided = 0, missed = 0, missed_women = 0, missed_men = 0, obstructed_among_deferred = 0, deferred = 0;
  double avoided_low = 0, avoided_high = 0, missed_low = 0, missed_high = 0;  // 10th and 90th percentile of the draws
  double kept = 0;         // share of the draws in which the missed share of the obstructed was within the bound
  double best_avoided = 0; // in hindsight, at exactly the bound
};

struct CandidateResult {
  std::string name;
  std::vector<HospitalResult> hospitals;
};

// One rule with one confidence, for the shipped score.
struct RuleResult {
  ThresholdRule rule = kShippedRule;
  ThresholdLimits limits;
  bool by_sex = true;      // women's threshold shrunk towards a more cautious one
  std::vector<HospitalResult> hospitals;
};

// One treatment of the sexes, for the shipped score and rule: how cautious women's threshold is, and whether a recalibration
// gives women an intercept of their own.
struct SexResult {
  double cautious_women = 1;
  bool intercept = false;
  std::vector<HospitalResult> hospitals;
};

// How often the observed share of an eighth of the patients lies in the mean of its 90 % intervals.
struct CoverageResult { std::string hospital; double covered = 0; double mean_width = 0; };

// What the one written rule fixes inside the training hospitals alone (their own mutual predictions), and what it did where
// nothing was recalibrated.
struct UncalibratedResult { std::string hospital; double threshold = 0, observed_expected = 0, avoided = 0, missed = 0, missed_women = 0, obstructed_among_deferred = 0; };

struct ProtocolResult {
  ProtocolOptions options;
  std::vector<CandidateResult> candidates;
  std::vector<CandidateResult> with_perfusion;  // the shipped score with and without the published ratio of perfusion imaging
  std::vector<RuleResult> rules;
  std::vector<SexResult> sexes;
  std::vector<CoverageResult> coverage;
  std::vector<UncalibratedResult> uncalibrated;
};

Result<ProtocolResult> run_protocol(const std::vector<Hospital>& hospitals, const Graphs& graphs, const FusionOptions& fusion, const ProtocolOptions& options);

// The threshold that the written rule fixes inside these hospitals: each predicted by the others, pooled with equal weight.
Result<double> fix_threshold(const std::vector<const Hospital*>& hospitals, const Graphs& graphs, const FusionOptions& fusion, const ThresholdLimits& limits);

}  // namespace cathgate::study
