// What tests that the learned score was not trained on add to its log-odds: the published ratios of at most one anatomical
// and one functional imaging result. The exercise ECG is part of the score and has no ratio here.
#pragma once

#include <vector>

#include "models/likelihood_ratios.h"

namespace cathgate {

struct OutsideRatios {
  std::vector<models::AppliedRatio> applied;
  double log_odds = 0;
  double variance = 0;  // of log_odds, from the published intervals
};

OutsideRatios outside_ratios(const models::LikelihoodRatios& ratios, const FactView& view);

}  // namespace cathgate
