#include "study/report_text.h"

#include <cstdio>

namespace cathgate::study {

std::string fixed(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

std::string percent(double proportion) { return fixed(proportion * 100, 1) + " %"; }

std::string with_interval(const Interval& value, int digits) { return fixed(value.value, digits) + " (" + fixed(value.low, digits) + " to " + fixed(value.high, digits) + ")"; }

}  // namespace cathgate::study
