#include "models/formula.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cathgate::models {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Extremes {
  double low = kInfinity;
  double high = -kInfinity;
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// Combinations up to which all of them are tried.
constexpr std::size_t kManyCombinations = 4096;

using PerCandidate = std::array<std::array<Extremes, kMaxCandidates>, kMaxVariables>;

double mean_width(const std::array<Extremes, kMaxCandidates>& extremes, std::size_t count) {
  double sum = 0;
  for (std::size_t c = 0; c < count; ++c) sum += extremes[c].high - extremes[c].low;
  return sum / static_cast<double>(count);
}

// Counts `index` up over all combinations; false after the last.
bool advance(std::span<const Candidates> variables, std::array<std::size_t, kMaxVariables>& index, std::array<double, kMaxVariables>& point) {
  for (std::size_t v = 0; v < variables.size(); ++v) {
    index[v] = index[v] + 1 < variables[v].count ? index[v] + 1 : 0;
    point[v] = variables[v].values[index[v]];
    if (index[v] != 0) return true;
  }
  return false;
}

}  // namespace

double apply_link(const Formula& formula, double sum) {
  switch (formula.link) {
    case Link::logistic: return 1 / (1 + std::exp(-sum));
    case Link::linear: return std::isnan(sum) ? sum : std::clamp(sum, 0.0, 1.0);
    case Link::points:
    case Link::maximum: return sum;
    case Link::table: break;
  }
  return sum >= 0 && sum < static_cast<double>(formula.cells.size()) ? formula.cells[static_cast<std::size_t>(sum)] : kNaN;
}

double Input::transform(double fact) const {
  if (steps.empty()) {
    const double scaled = fact * scale;
    return curve == Curve::straight ? scaled : curve == Curve::ln_plus_one ? std::log1p(scaled) : std::log10(scaled + 1);
  }
  double value = kNaN;
  for (const auto& step : steps) {
    if (step.above ? fact <= step.edge : fact < step.edge) break;
    value = step.value;
  }
  return value;
}

double Formula::evaluate(std::span<const double> variables) const {
  std::array<double, 2 * kMaxVariables> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& input = inputs[i];
    values[i] = input.nested >= 0 ? nested[static_cast<std::size_t>(input.nested)].evaluate(variables) : input.transform(variables[input.variable]);
    if (std::isnan(values[i])) return kNaN;
  }
  double sum = link == Link::maximum ? -kInfinity : 0;
  for (const auto& term : terms) {
    double product = term.coefficient;
    for (const auto i : term.inputs) product *= values[i];
    sum = link == Link::maximum ? std::max(sum, product) : sum + product;
  }
  return apply_link(*this, sum);
}

void Candidates::add(double value) {
  for (std::size_t i = 0; i < count; ++i)
    if (values[i] == value) return;
  if (count < kMaxCandidates) values[count++] = value;
}

Range evaluate_range(const Formula& formula, std::span<const Candidates> variables) {
  std::array<std::size_t, kMaxVariables> index{};
  std::array<double, kMaxVariables> point{};
  std::size_t combinations = 1;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (variables[v].count == 0) return {};
    point[v] = variables[v].values[0];
    combinations *= variables[v].count;
  }
  const std::span<const double> at(point.data(), variables.size());
  if (combinations == 1) {
    const double value = formula.evaluate(at);
    return {.low = value, .high = value, .valid = !std::isnan(value)};
  }
  const bool additive = formula.link == Link::logistic || formula.link == Link::linear || formula.link == Link::points;
  if (additive && combinations > kManyCombinations) return evaluate_by_parts(formula, variables);
  Extremes all;
  PerCandidate each;
  do {
    const double value = formula.evaluate(at);
    if (std::isnan(value)) return {};
    all.add(value);
    for (std::size_t v = 0; v < variables.size(); ++v) each[v][index[v]].add(value);
  } while (advance(variables, index, point));
  Range range{.low = all.low, .high = all.high, .valid = true};
  for (std::size_t v = 0; v < variables.size(); ++v) range.remaining_width[v] = mean_width(each[v], variables[v].count);
  return range;
}

}  // namespace cathgate::models
