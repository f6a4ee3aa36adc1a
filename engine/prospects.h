// What the result of a test that has not been done would change: the result is supposed, and the engine decides again.
#pragma once

#include <optional>

#include "engine/deliberation.h"

namespace cathgate {

struct Prospect {
  std::optional<double> likelihood_if_normal;  // proportion; empty where no ratio is published or an input is a range
  std::optional<double> likelihood_if_abnormal;
  std::optional<Decision> decision_if_normal;  // empty where no result can be supposed
  std::optional<Decision> decision_if_abnormal;
  // Proportion of patients like this one whose result ends in `defer` or `angiography_recommended` and is right: disease is
  // there after an abnormal result, absent after a normal one. A less specific test gains nothing by more abnormal results.
  // The chance of either follows from the likelihood before the test and after each result. Empty where that is unknown.
  std::optional<double> settles;

  // Whether any result would settle the question; true as well where nothing can be supposed.
  bool can_settle() const;
};

// The least reassuring normal and the least alarming abnormal result that the test's ratio knows are supposed, as of now;
// of a calcium score only zero, because its distribution in patients like this one is not published.
Prospect prospect_of(const Deliberation& d, Test test);

}  // namespace cathgate
