// A sum of terms falls apart into groups of variables that never meet in one term; its extremes are the sums of theirs.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/formula.h"

namespace cathgate::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The variables that an input reads, one bit each.
std::uint32_t variables_of(const Formula& formula, const Input& input) {
  if (input.nested < 0) return 1u << input.variable;
  std::uint32_t bits = 0;
  for (const auto& inner : formula.nested[static_cast<std::size_t>(input.nested)].inputs)
    bits |= variables_of(formula.nested[static_cast<std::size_t>(input.nested)], inner);
  return bits;
}

std::uint32_t variables_of(const Formula& formula, const Term& term) {
  std::uint32_t bits = 0;
  for (const auto i : term.inputs) bits |= variables_of(formula, formula.inputs[i]);
  return bits;
}

// Groups of variables, each as bits; terms of one group read no variable of another.
std::vector<std::uint32_t> groups_of(const Formula& formula) {
  std::vector<std::uint32_t> groups;
  for (const auto& term : formula.terms) {
    auto bits = variables_of(formula, term);
    if (bits == 0) continue;
    std::erase_if(groups, [&](std::uint32_t other) {
      const bool meets = (other & bits) != 0;
      if (meets) bits |= other;
      return meets;
    });
    groups.push_back(bits);
  }
  return groups;
}

double value_of(const Formula& formula, const Input& input, std::span<const double> point) {
  return input.nested >= 0 ? formula.nested[static_cast<std::size_t>(input.nested)].evaluate(point) : input.transform(point[input.variable]);
}

// The sum of the terms that read these variables.
double sum_of(const Formula& formula, std::uint32_t group, std::span<const double> point) {
  double sum = 0;
  for (const auto& term : formula.terms) {
    if ((variables_of(formula, term) & group) == 0) continue;
    double product = term.coefficient;
    for (const auto i : term.inputs) product *= value_of(formula, formula.inputs[i], point);
    sum += product;
  }
  return sum;
}

struct Span {
  double low = kInfinity;
  double high = -kInfinity;
  void add(double value) { low = std::min(low, value), high = std::max(high, value); }
};

// The extremes of one group, and for each of its variables the mean width that is left when it is known.
struct Part {
  Span all;
  std::array<double, kMaxVariables> width_if_known{};
  bool valid = true;
};

class GroupWalk {
 public:
  GroupWalk(const Formula& formula, std::span<const Candidates> variables, std::uint32_t group) : formula_(formula), variables_(variables), group_(group) {
    for (std::size_t v = 0; v < variables.size(); ++v) point_[v] = variables[v].values[0];
  }

  Part walk() {
    visit(0);
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      if (!in_group(v)) continue;
      double sum = 0;
      for (std::size_t c = 0; c < variables_[v].count; ++c) sum += each_[v][c].high - each_[v][c].low;
      part_.width_if_known[v] = sum / static_cast<double>(variables_[v].count);
    }
    return part_;
  }

 private:
  bool in_group(std::size_t v) const { return (group_ >> v & 1u) != 0; }

  void visit(std::size_t v) {
    while (v < variables_.size() && !in_group(v)) ++v;
    if (v == variables_.size()) return try_point();
    for (index_[v] = 0; index_[v] < variables_[v].count; ++index_[v]) {
      point_[v] = variables_[v].values[index_[v]];
      visit(v + 1);
    }
  }

  void try_point() {
    const double sum = sum_of(formula_, group_, {point_.data(), variables_.size()});
    if (std::isnan(sum)) part_.valid = false;
    part_.all.add(sum);
    for (std::size_t v = 0; v < variables_.size(); ++v)
      if (in_group(v)) each_[v][index_[v]].add(sum);
  }

  const Formula& formula_;
  std::span<const Candidates> variables_;
  std::uint32_t group_;
  std::array<double, kMaxVariables> point_{};
  std::array<std::size_t, kMaxVariables> index_{};
  std::array<std::array<Span, kMaxCandidates>, kMaxVariables> each_;
  Part part_;
};

}  // namespace

Range evaluate_by_parts(const Formula& formula, std::span<const Candidates> variables) {
  const auto groups = groups_of(formula);
  double low = 0, high = 0;
  for (const auto& term : formula.terms)
    if (term.inputs.empty()) low += term.coefficient, high += term.coefficient;
  std::vector<Part> parts;
  for (const auto group : groups) {
    parts.push_back(GroupWalk(formula, variables, group).walk());
    if (!parts.back().valid) return {};
    low += parts.back().all.low;
    high += parts.back().all.high;
  }
  Range range{.low = apply_link(formula, low), .high = apply_link(formula, high), .valid = true};
  const double middle = (low + high) / 2;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    double left = high - low;
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (groups[g] >> v & 1u) left += parts[g].width_if_known[v] - (parts[g].all.high - parts[g].all.low);
    range.remaining_width[v] = apply_link(formula, middle + left / 2) - apply_link(formula, middle - left / 2);
  }
  return range;
}

}  // namespace cathgate::models
