// The scores that were measured against each other, each fitted on some hospitals and asked about another.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "study/design.h"
#include "study/fit_fusion.h"

namespace cathgate::study {

// One hospital by both sets of inputs: the learned score's own and those of recipe F.
struct Hospital {
  const Cohort* cohort = nullptr;
  Design main;
  Design recipe;
};

struct Candidate {
  std::string name;
  // Log-odds of every patient of `test`, fitted on `train`.
  std::function<Result<std::vector<double>>(const std::vector<const Hospital*>& train, const Hospital& test)> score;
};

struct Graphs {
  models::InputGraph main;
  models::InputGraph recipe;
};

// The shipped one is last. `options` are the shipped fit's.
std::vector<Candidate> candidates(const Graphs& graphs, const FusionOptions& options);

}  // namespace cathgate::study
