#include "models/score.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cathgate::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

FactValue value_of(const Variable& variable, const FactView& view) {
  return variable.max_age_days ? view.not_older_than(variable.fact, *variable.max_age_days) : view[variable.fact];
}

// The values within [low, high] at which the formula can take its extremes: the ends, and both sides of every jump.
void add_continuous(const Variable& variable, double low, double high, Candidates& candidates) {
  candidates.add(low);
  candidates.add(high);
  for (const double edge : variable.edges)
    for (const double value : {std::nextafter(edge, -kInfinity), edge, std::nextafter(edge, kInfinity)})
      if (value > low && value < high) candidates.add(value);
}

bool holds(const Fallback& fallback, const FactView& view) {
  return fallback.fact == kNoFact || view[fallback.fact].equals(fallback.is) == Truth::yes;
}

Candidates candidates_of(const Variable& variable, const FactValue& value, const FactView& view) {
  Candidates candidates;
  if (value.exact()) {
    candidates.add(value.low);
    return candidates;
  }
  if (value.known()) {
    for (const double v : variable.values)
      if (v >= value.low && v <= value.high) candidates.add(v);
    if (variable.values.empty()) add_continuous(variable, value.low, value.high, candidates);
    return candidates;
  }
  for (const auto& fallback : variable.if_unknown)
    if (holds(fallback, view)) {
      candidates.add(fallback.value);
      return candidates;
    }
  if (variable.required) return candidates;
  for (const double v : variable.values) candidates.add(v);
  if (variable.span) add_continuous(variable, variable.span->first, variable.span->second, candidates);
  return candidates;
}

// Narrows a range by what other facts say; where they contradict it, the range covers both.
void apply_bounds(const std::vector<Bound>& bounds, const FactView& view, Range& range) {
  for (const auto& bound : bounds) {
    if (view[bound.fact].equals(bound.is) != Truth::yes) continue;
    const double low = std::max(range.low, bound.low), high = std::min(range.high, bound.high);
    if (low <= high) {
      range.low = low;
      range.high = high;
    } else {
      range.low = std::min(range.low, bound.low);
      range.high = std::max(range.high, bound.high);
    }
  }
}

}  // namespace

Prediction Score::predict(const FactView& view) const {
  Prediction prediction;
  std::array<Candidates, kMaxVariables> candidates;
  std::array<std::pair<double, MissingFact>, kMaxVariables> missing;
  std::size_t missing_count = 0;
  prediction.evidence.reserve(data_.variables.size());
  bool possible = true;
  for (std::size_t v = 0; v < data_.variables.size(); ++v) {
    const auto& variable = data_.variables[v];
    const auto value = value_of(variable, view);
    candidates[v] = candidates_of(variable, value, view);
    if (value.known()) prediction.evidence.push_back({variable.fact, value});
    if (value.known() && (value.low < variable.validated_low || value.high > variable.validated_high)) prediction.outside_validation = true;
    if (candidates[v].count == 0) possible = false;
    if (candidates[v].count == 0 || candidates[v].count > 1) missing[missing_count++] = {static_cast<double>(v), {variable.fact, value.unknown}};
  }
  Range range;
  if (possible) range = evaluate_range(data_.formula, {candidates.data(), data_.variables.size()});
  apply_bounds(data_.bounds, view, range);
  prediction.possible = possible && range.valid;
  for (std::size_t m = 0; m < missing_count; ++m) {
    const auto v = static_cast<std::size_t>(missing[m].first);
    missing[m].first = candidates[v].count == 0 ? -1 : range.remaining_width[v];
  }
  std::stable_sort(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(missing_count), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t m = 0; m < missing_count; ++m) prediction.missing.push_back(missing[m].second);
  if (prediction.possible) {
    prediction.low = range.low;
    prediction.high = range.high;
  }
  return prediction;
}

void Score::define(FactView& view) const {
  if (data_.only_if != kNoFact && view[data_.only_if].equals(1) != Truth::yes) return;
  const auto prediction = predict(view);
  if (!prediction.possible) return;
  const auto& held = view[data_.defines];
  bool anything_known = !prediction.evidence.empty();
  for (const auto& bound : data_.bounds) anything_known = anything_known || view[bound.fact].known();
  for (const auto& variable : data_.variables)
    for (const auto& fallback : variable.if_unknown) anything_known = anything_known || (fallback.fact != kNoFact && holds(fallback, view));
  if (!anything_known) return;
  if (held.known() && held.high - held.low < prediction.high - prediction.low) return;
  auto value = FactValue::between(prediction.low, prediction.high);
  for (const auto& evidence : prediction.evidence) {
    if (evidence.value.at && (!value.at || evidence.value.at->earliest < value.at->earliest)) value.at = evidence.value.at;
    if (evidence.value.origin == Origin::text) value.origin = Origin::text;
  }
  view.set(data_.defines, value);
}

}  // namespace cathgate::models
