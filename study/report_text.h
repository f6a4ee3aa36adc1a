// Numbers as the reports print them.
#pragma once

#include <string>

#include "study/metrics.h"

namespace cathgate::study {

std::string fixed(double value, int digits);
std::string percent(double proportion);  // "4.8 %"
std::string with_interval(const Interval& value, int digits);

}  // namespace cathgate::study
