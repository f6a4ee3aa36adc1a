// Small plots for the reports: self-contained SVG, readable on white, with a text alternative.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cathgate::study {

struct Series {
  std::string label;
  std::vector<std::pair<double, double>> points;
  bool dashed = false;
  bool dots = false;                               // marks instead of a line
  std::vector<std::pair<double, double>> errors;   // low and high for each point; empty: none
};

struct Plot {
  std::string title, x_label, y_label;
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  std::vector<Series> series;
};

std::string write_svg(const Plot& plot);

}  // namespace cathgate::study
