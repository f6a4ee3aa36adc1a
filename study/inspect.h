// Does a cohort mean by its inputs what the training data mean? Looked at before anything is fitted.
#pragma once

#include <string>
#include <vector>

#include "models/learned_score.h"
#include "study/design.h"

namespace cathgate::study {

struct InputFinding {
  std::string hospital;
  std::string input;
  enum class Kind {
    shifted,   // its mean lies more than one standard deviation away
    reversed,  // it goes with the outcome in the direction that medicine excludes, beyond chance: a reversed coding?
    absent,    // known in fewer than one patient in ten, although the training data have it
  } kind = Kind::shifted;
  double value = 0;  // shifted: standard deviations; reversed: z of the association; absent: share known
};
std::string describe(const InputFinding& finding);

// Each hospital of a training set against the others.
std::vector<InputFinding> inspect_training(const std::vector<const Design*>& hospitals, const models::InputGraph& graph);
// A cohort against a fitted score.
std::vector<InputFinding> inspect_cohort(const Design& design, const models::LearnedScore::Data& score);

}  // namespace cathgate::study
