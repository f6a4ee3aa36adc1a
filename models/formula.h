// The arithmetic of a published score: inputs that transform facts, terms that are products of inputs, a link. Values are
// found over every combination of what the unknown facts can be, so that a range is right where an effect is not monotone.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/fact_view.h"

namespace cathgate::models {

inline constexpr std::size_t kMaxVariables = 12;   // facts of one score
inline constexpr std::size_t kMaxCandidates = 48;  // values of one fact that can change the result

enum class Link : std::uint8_t {
  logistic,  // 1 / (1 + exp(-sum))
  linear,    // the sum, held within [0, 1]
  points,    // the sum
  maximum,   // the largest term
  table,     // the sum is an index into cells
};

// One step of a piecewise constant transform: from `edge` on (or above it), the input has `value`, until the next step.
struct InputStep {
  double edge = 0;
  bool above = false;
  double value = 0;
};

enum class Curve : std::uint8_t { straight, ln_plus_one, log10_plus_one };

// An input of the terms: a fact as it is, a piecewise constant of a fact, or another formula.
struct Input {
  std::string name;
  std::size_t variable = 0;
  std::vector<InputStep> steps;  // ascending; empty: identity
  double scale = 1;              // identity only: the fact is multiplied by it first
  Curve curve = Curve::straight; // identity only: ln(x + 1) or log10(x + 1)
  int nested = -1;               // index into Formula::nested, or -1

  // Not a number when the fact lies before the first step.
  double transform(double fact) const;
};

struct Term {
  double coefficient = 0;
  std::vector<std::uint8_t> inputs;  // a product of these; empty: the constant
};

struct Formula {
  Link link = Link::points;
  std::vector<Input> inputs;
  std::vector<Term> terms;
  std::vector<double> cells;     // link table
  std::vector<Formula> nested;   // they read the same variables

  // Not a number when an input is outside its steps or the table has no such cell.
  double evaluate(std::span<const double> variables) const;
};

// The values that one fact can have, as far as they matter.
struct Candidates {
  std::array<double, kMaxCandidates> values;
  std::size_t count = 0;
  void add(double value);
};

struct Range {
  double low = 0;
  double high = 0;
  bool valid = false;  // false: some combination has no value
  // For each variable: the mean width that would remain if it were known.
  std::array<double, kMaxVariables> remaining_width{};
};

// The extremes over every combination. Terms that share no variable are taken apart first where there are very many
// combinations (links logistic, linear and points), which gives the same range.
Range evaluate_range(const Formula& formula, std::span<const Candidates> variables);

// As evaluate_range, each group of variables that meet in a term by itself. Links logistic, linear and points only.
Range evaluate_by_parts(const Formula& formula, std::span<const Candidates> variables);
// What the link makes of a sum.
double apply_link(const Formula& formula, double sum);

}  // namespace cathgate::models
