// A score and its comparators on a cohort that took no part in fitting or recalibrating.
#pragma once

#include <optional>

#include "models/recalibration.h"
#include "study/metrics.h"
#include "study/recalibrate.h"

namespace cathgate::study {

struct GroupDeferral { std::string group; Deferral deferral; };

struct ScorerEvaluation {
  std::string name;
  std::string threshold_basis;  // where the thresholds come from
  double threshold_men = 0, threshold_women = 0;
  Performance performance;
  std::vector<GroupDeferral> groups;  // "all", then by sex, age band and hospital
};

struct Evaluation {
  std::string cohort, cohort_digest, reference_standard;
  std::string model, model_version, model_digest, recalibration;  // its signature, or empty
  std::size_t patients = 0, obstructed = 0, abstained = 0;        // abstained: an input missing that is required, or outside the training range
  std::vector<ScorerEvaluation> scorers;  // the learned score first
  std::vector<std::string> left_out;      // comparators that need what some patient lacks
};

struct EvaluationInput {
  const models::LoadedScore& model;
  const models::Recalibration* recalibration = nullptr;  // null: the score as it was shipped
  const Cohort& cohort;
  const Design& design;
  const Design* local = nullptr;  // the comparators are recalibrated on it by the same rule; null: as published
  ThresholdLimits limits;
  std::uint64_t seed = 0;
};
Evaluation evaluate(const EvaluationInput& input);

}  // namespace cathgate::study
