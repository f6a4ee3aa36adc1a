// Measures of a probability against the truth, for the simulation of the endotype model.
#pragma once

#include <vector>

namespace cathgate::models {

struct Scored {
  double probability = 0;
  bool truth = false;
};

// Area under the receiver operating curve; ties count half. Not a number without both classes.
double auc(std::vector<Scored> scored);
// Mean distance between mean probability and share of the true, over ten bins of equal width, weighted by size.
double calibration_error(const std::vector<Scored>& scored);
// Slope of the logistic regression of the truth on the log odds of the probability.
double calibration_slope(const std::vector<Scored>& scored);

}  // namespace cathgate::models
