// Fits the learned score: the shrunk linear score with signs, then trees on its offset, and all that its variance needs.
#pragma once

#include <vector>

#include "models/learned_score.h"
#include "study/design.h"

namespace cathgate::study {

struct FusionOptions {
  double penalty = 10;          // of the linear score's standardised coefficients
  bool signs = true;            // coefficients obey the inputs' signs
  double slope_deviation = 0.3; // by which a coefficient may differ at a hospital that took no part
  int boosters = 4;             // the mean of as many sets of trees counts; 0: linear alone
  models::TreeOptions trees;
  std::uint32_t seed = 0;
  std::vector<std::string> leave_out;  // inputs, by name
  bool variance = true;         // false: only what predictions need (for studies)
};

// One input's mean and spread as the training data have it.
struct InputMoments {
  double mean = 0;       // mean of the hospitals' means; hospitals with fewer than ten known values do not count
  double deviation = 1;  // within hospitals
  double low = 0, high = 0;
  std::size_t known = 0;
};
InputMoments moments_of(const std::vector<const Design*>& hospitals, std::size_t input);

// Everything but id, version, texts and threshold. The graph is the designs' own.
Result<models::LearnedScore::Data> fit_fusion(const std::vector<const Design*>& hospitals, const models::InputGraph& graph, const FusionOptions& options);

}  // namespace cathgate::study
