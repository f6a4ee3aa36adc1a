#include "models/learned_score.h"

#include <algorithm>
#include <cmath>

namespace cathgate::models {
namespace {

Matrix part(const Matrix& m, std::span<const std::size_t> rows, std::span<const std::size_t> columns) {
  Matrix out(rows.size(), columns.size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < columns.size(); ++c) out(r, c) = m(rows[r], columns[c]);
  return out;
}

// What is left of the covariance of `unknown` once `known` is known: S_uu - S_uk S_kk^-1 S_ku.
Matrix conditional(const Matrix& s, std::span<const std::size_t> unknown, std::span<const std::size_t> known) {
  Matrix left = part(s, unknown, unknown), among = part(s, known, known), across = part(s, unknown, known);
  if (known.empty() || !factorise(among)) return left;
  for (std::size_t r = 0; r < across.rows; ++r) solve_lower(among, {across.values.data() + r * across.columns, across.columns});
  for (std::size_t r = 0; r < left.rows; ++r)
    for (std::size_t c = 0; c < left.columns; ++c) left(r, c) -= dot(across.row(r), across.row(c));
  return left;
}

}  // namespace

LearnedScore::LearnedScore(Data data) : data_(std::move(data)) {
  for (std::size_t t = 0; t < data_.terms.size(); ++t) (data_.graph[data_.terms[t].input].required ? required_ : others_).push_back(t);
  const Matrix across = part(data_.input_covariance, others_, required_);
  const Matrix inverse = invert(part(data_.input_covariance, required_, required_));
  regression_ = Matrix(others_.size(), required_.size());
  for (std::size_t r = 0; r < others_.size() && inverse.rows > 0; ++r)
    for (std::size_t c = 0; c < required_.size(); ++c) regression_(r, c) = dot(across.row(r), inverse.row(c));
  const Matrix left = conditional(data_.input_covariance, others_, required_);
  for (std::size_t r = 0; r < others_.size(); ++r)
    for (std::size_t c = 0; c < others_.size(); ++c) {
      anchor_variance_ += data_.terms[others_[r]].coefficient * data_.terms[others_[c]].coefficient * left(r, c);
      parameter_trace_ += data_.parameter_covariance(others_[r], others_[c]) * left(r, c);
    }
}

std::vector<double> LearnedScore::tree_row(std::span<const InputValue> values) const {
  std::vector<double> row;
  for (const auto& term : data_.terms)
    if (data_.graph[term.input].trees) row.push_back(values[term.input].known ? values[term.input].value : term.fill);
  return row;
}

double LearnedScore::log_odds(std::span<const InputValue> values) const {
  double sum = data_.intercept;
  for (const auto& term : data_.terms)
    if (values[term.input].known) sum += term.coefficient * (values[term.input].value - term.fill) / term.deviation;
  if (data_.trees.empty()) return sum;
  Matrix row;
  row.values = tree_row(values);
  row.rows = 1;
  row.columns = row.values.size();
  for (const auto& trees : data_.trees) sum += trees.margins(row)[0] / static_cast<double>(data_.trees.size());
  return sum;
}

LearnedEstimate LearnedScore::estimate(const FactView& view, const std::vector<InputValue>& values) const {
  LearnedEstimate out;
  out.possible = true;
  std::vector<double> standardised(data_.terms.size());
  for (std::size_t t = 0; t < data_.terms.size(); ++t) {
    const auto& term = data_.terms[t];
    const auto& value = values[term.input];
    const auto& node = data_.graph[term.input];
    if (!value.known && node.required) out.possible = false;
    if (!value.known) continue;
    standardised[t] = (value.value - term.fill) / term.deviation;
    if ((value.value < term.low || value.value > term.high) && node.fact != kNoFact && std::find(out.outside.begin(), out.outside.end(), node.fact) == out.outside.end()) out.outside.push_back(node.fact);
  }
  add_missing(view, values, out);
  if (!out.outside.empty()) out.possible = false;
  if (!out.possible) return out;
  std::vector<double> parts(1);
  for (const auto& term : data_.terms)
    if (data_.graph[term.input].trees) parts.push_back(0);
  const auto row = tree_row(values);
  for (const auto& trees : data_.trees) trees.add_contributions(row, parts);
  const double count = data_.trees.empty() ? 1 : static_cast<double>(data_.trees.size());
  out.base = data_.intercept + parts.back() / count;
  std::size_t column = 0;
  for (std::size_t t = 0; t < data_.terms.size(); ++t) {
    const auto& term = data_.terms[t];
    const auto& node = data_.graph[term.input];
    const double tree_part = node.trees ? parts[column++] / count : 0;
    const double all = term.coefficient * standardised[t] + tree_part;
    if (values[term.input].known) out.contributions.push_back({term.input, node.fact, values[term.input].value, all});
    else out.base += all;
  }
  out.log_odds = out.base;
  for (const auto& c : out.contributions) out.log_odds += c.log_odds;
  add_variance(values, standardised, out);
  std::stable_sort(out.contributions.begin(), out.contributions.end(), [](const Contribution& a, const Contribution& b) { return std::abs(a.log_odds) > std::abs(b.log_odds); });
  return out;
}

// The variance of the coefficients is taken as the required inputs foretell it, so that no other value, and no hiding of
// one, can lower it; what is unknown adds the variance of its effect given all that is known.
void LearnedScore::add_variance(std::span<const InputValue> values, std::span<const double> standardised, LearnedEstimate& out) const {
  std::vector<double> foretold(data_.terms.size());
  for (const auto r : required_) foretold[r] = standardised[r];
  for (std::size_t o = 0; o < others_.size(); ++o)
    for (std::size_t r = 0; r < required_.size(); ++r) foretold[others_[o]] += regression_(o, r) * standardised[required_[r]];
  out.anchor = data_.intercept;
  for (std::size_t t = 0; t < foretold.size(); ++t) out.anchor += data_.terms[t].coefficient * foretold[t];
  out.anchor_variance = anchor_variance_;
  std::vector<std::size_t> unknown, known;
  for (std::size_t t = 0; t < data_.terms.size(); ++t) {
    const auto& term = data_.terms[t];
    const auto& value = values[term.input];
    (value.known ? known : unknown).push_back(t);
    if (!value.known) out.hidden_variance += term.tree_variance;
    out.hidden_variance += std::pow(term.coefficient * value.spread / term.deviation, 2) / 12;
  }
  const Matrix left = conditional(data_.input_covariance, unknown, known);
  for (std::size_t r = 0; r < unknown.size(); ++r)
    for (std::size_t c = 0; c < unknown.size(); ++c) out.hidden_variance += data_.terms[unknown[r]].coefficient * data_.terms[unknown[c]].coefficient * left(r, c);
  out.variance = quadratic(foretold, data_.parameter_covariance, foretold) + parameter_trace_ + data_.tree_spread + out.hidden_variance;
}

void LearnedScore::add_missing(const FactView& view, std::span<const InputValue> values, LearnedEstimate& out) const {
  std::vector<std::pair<double, FactId>> weights;
  for (std::size_t t = 0; t < data_.terms.size(); ++t) {
    const auto& node = data_.graph[data_.terms[t].input];
    if (values[data_.terms[t].input].known || node.fact == kNoFact || (!out.possible && !node.required)) continue;
    const double weight = std::pow(data_.terms[t].coefficient, 2) + data_.terms[t].tree_variance;
    const auto it = std::find_if(weights.begin(), weights.end(), [&](const auto& w) { return w.second == node.fact; });
    if (it == weights.end()) weights.emplace_back(weight, node.fact);
    else it->first += weight;
  }
  std::stable_sort(weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [weight, fact] : weights) out.missing.push_back({fact, view[fact].known() ? UnknownReason::too_old : view[fact].unknown});
}

}  // namespace cathgate::models
