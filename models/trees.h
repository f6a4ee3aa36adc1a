// Boosted trees behind the XGBoost C API, whose only home is trees.cpp: fitted for the log-odds beside a given offset, kept
// as XGBoost's own JSON, and asked for exact additive contributions. One thread: set once, when the first trees are made.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/linear_algebra.h"

namespace cathgate::models {

struct TreeOptions {
  int rounds = 60;
  int depth = 2;
  double eta = 0.05;
  double subsample = 0.7;
  double columns = 0.3;       // share of the inputs that each tree may use
  double min_child_weight = 5;
  double lambda = 4;
  std::uint32_t seed = 0;
  std::vector<int> monotone;  // for each input -1, 0 or 1; empty: free
};

class Trees {
 public:
  // Reads what save() wrote. `inputs` is the number of inputs that a row has.
  static Result<Trees> load(std::string_view json, std::size_t inputs);
  // Fits trees to y (0 or 1) on top of `offset` (log-odds, one for each row). Same data, options and version of XGBoost:
  // same trees.
  static Result<Trees> fit(const Matrix& x, std::span<const double> y, std::span<const double> offset, const TreeOptions& options);

  std::string save() const;
  // The version of the library that this program runs with, "1.7.4".
  static std::string library_version();

  // The log-odds that the trees add for each row. Thread-safe.
  std::vector<double> margins(const Matrix& x) const;
  // Adds the parts of one row to `out`: one for each input, then the constant; they sum to the margin. Thread-safe.
  void add_contributions(std::span<const double> row, std::span<double> out) const;

 private:
  struct Booster;
  std::shared_ptr<const Booster> booster_;
  std::size_t inputs_ = 0;
};

}  // namespace cathgate::models
