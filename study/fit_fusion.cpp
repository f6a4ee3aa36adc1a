#include "study/fit_fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "study/ridge.h"

namespace cathgate::study {
namespace {

using models::LearnedScore;
using models::LearnedTerm;
using models::Matrix;

constexpr std::size_t kEnoughKnown = 10;
constexpr double kCorrelationKept = 0.9;  // the rest is shrunk away
constexpr std::size_t kEffectRows = 150;  // rows and values over which the trees' effect of one input is averaged
constexpr std::size_t kEffectValues = 8;

class FusionFit {
 public:
  FusionFit(const std::vector<const Design*>& hospitals, const models::InputGraph& graph, const FusionOptions& options) : hospitals_(hospitals), graph_(graph), options_(options), all_(join(hospitals)) {}

  Result<LearnedScore::Data> fit() {
    data_.graph = graph_;
    for (std::size_t h = 0; h < hospitals_.size(); ++h) hospital_.insert(hospital_.end(), hospitals_[h]->size(), h);
    choose_terms();
    fit_linear();
    if (auto done = fit_trees(); !done) return done.error();
    if (options_.variance) {
      add_input_covariance();
      add_tree_variance();
    } else {
      data_.input_covariance = identity();
    }
    return std::move(data_);
  }

 private:
  void choose_terms() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!graph_[i].sign || std::find(options_.leave_out.begin(), options_.leave_out.end(), graph_[i].name) != options_.leave_out.end()) continue;
      const auto m = moments_of(hospitals_, i);
      if (m.known == 0) continue;
      data_.terms.push_back({i, 0, m.mean, m.deviation, m.low, m.high, 0});
    }
  }

  double standardised(const std::vector<models::InputValue>& row, const LearnedTerm& term) const {
    return row[term.input].known ? (row[term.input].value - term.fill) / term.deviation : 0;
  }

  void fit_linear() {
    std::vector<std::size_t> linear;
    for (std::size_t t = 0; t < data_.terms.size(); ++t)
      if (graph_[data_.terms[t].input].linear) linear.push_back(t);
    RidgeInput input;
    input.x = Matrix(all_.size(), linear.size());
    for (std::size_t r = 0; r < all_.size(); ++r)
      for (std::size_t c = 0; c < linear.size(); ++c) input.x(r, c) = standardised(all_.rows[r], data_.terms[linear[c]]);
    input.y = all_.y;
    input.hospital = hospital_;
    input.hospitals = hospitals_.size();
    input.penalty = options_.penalty;
    for (const auto t : linear) input.signs.push_back(options_.signs ? *graph_[data_.terms[t].input].sign : 0);
    const auto fit = fit_ridge(input);
    data_.parameter_covariance = Matrix(data_.terms.size(), data_.terms.size());
    for (std::size_t a = 0; a < linear.size(); ++a) {
      data_.terms[linear[a]].coefficient = fit.coefficients[a];
      for (std::size_t b = 0; b < linear.size(); ++b) data_.parameter_covariance(linear[a], linear[b]) = fit.covariance(a, b);
      data_.parameter_covariance(linear[a], linear[a]) += options_.slope_deviation * options_.slope_deviation;
    }
    linear_.assign(all_.size(), 0);
    for (std::size_t r = 0; r < all_.size(); ++r) linear_[r] = models::dot(input.x.row(r), fit.coefficients);
    set_intercept(linear_);
  }

  // The mean of the hospitals' own intercepts: no hospital's prevalence counts more than another's.
  void set_intercept(const std::vector<double>& z) {
    intercepts_.clear();
    std::size_t start = 0;
    double sum = 0;
    for (const auto* hospital : hospitals_) {
      intercepts_.push_back(fit_intercept({z.data() + start, hospital->size()}, {all_.y.data() + start, hospital->size()}));
      sum += intercepts_.back();
      start += hospital->size();
    }
    const double n = static_cast<double>(hospitals_.size());
    data_.intercept = sum / n;
    double square = 0;
    for (const double a : intercepts_) square += (a - data_.intercept) * (a - data_.intercept);
    data_.hospital_variance = n > 1 ? square / (n - 1) * (1 + 1 / n) : 1;
  }

  std::vector<std::size_t> tree_terms() const {
    std::vector<std::size_t> list;
    for (std::size_t t = 0; t < data_.terms.size(); ++t)
      if (graph_[data_.terms[t].input].trees) list.push_back(t);
    return list;
  }

  Result<bool> fit_trees() {
    const auto terms = tree_terms();
    rows_ = Matrix(all_.size(), terms.size());
    for (std::size_t r = 0; r < all_.size(); ++r)
      for (std::size_t c = 0; c < terms.size(); ++c) {
        const auto& value = all_.rows[r][data_.terms[terms[c]].input];
        rows_(r, c) = value.known ? value.value : data_.terms[terms[c]].fill;
      }
    std::vector<double> offset = linear_;
    for (std::size_t r = 0; r < offset.size(); ++r) offset[r] += intercepts_[hospital_[r]];
    models::TreeOptions tree = options_.trees;
    tree.monotone.clear();
    for (const auto t : terms) tree.monotone.push_back(*graph_[data_.terms[t].input].sign);
    std::vector<double> z = linear_;
    std::vector<double> sum(z.size()), square(z.size());
    for (int b = 0; b < options_.boosters; ++b) {
      tree.seed = options_.seed + static_cast<std::uint32_t>(b);
      auto trees = models::Trees::fit(rows_, all_.y, offset, tree);
      if (!trees) return trees.error();
      const auto margins = trees->margins(rows_);
      for (std::size_t r = 0; r < z.size(); ++r) {
        sum[r] += margins[r];
        square[r] += margins[r] * margins[r];
      }
      data_.trees.push_back(std::move(trees).value());
    }
    if (options_.boosters < 1) return true;
    const double n = options_.boosters;
    for (std::size_t r = 0; r < z.size(); ++r) {
      z[r] += sum[r] / n;
      if (n > 1) data_.tree_spread += (square[r] - sum[r] * sum[r] / n) / (n - 1) / static_cast<double>(z.size());
    }
    set_intercept(z);
    return true;
  }

  Matrix identity() const {
    Matrix m(data_.terms.size(), data_.terms.size());
    for (std::size_t i = 0; i < m.rows; ++i) m(i, i) = 1;
    return m;
  }

  // Correlations of pairs that are both known, within hospitals, shrunk towards none until the matrix is positive definite.
  void add_input_covariance() {
    const auto n = data_.terms.size();
    Matrix correlation = identity();
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < a; ++b) correlation(a, b) = correlation(b, a) = correlation_of(a, b);
    for (double kept = kCorrelationKept;; kept *= kCorrelationKept) {
      Matrix m = identity();
      for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < n; ++b)
          if (a != b) m(a, b) = kept * correlation(a, b);
      data_.input_covariance = m;
      if (models::factorise(m)) return;
    }
  }

  double correlation_of(std::size_t a, std::size_t b) const {
    double ab = 0, aa = 0, bb = 0;
    for (const auto* hospital : hospitals_) {
      double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
      for (const auto& row : hospital->rows) {
        if (!row[data_.terms[a].input].known || !row[data_.terms[b].input].known) continue;
        const double x = standardised(row, data_.terms[a]), y = standardised(row, data_.terms[b]);
        n += 1, sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
      }
      if (n < static_cast<double>(kEnoughKnown)) continue;
      ab += sab - sa * sb / n;
      aa += saa - sa * sa / n;
      bb += sbb - sb * sb / n;
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
  }

  std::vector<double> known_values(std::size_t input) const {
    std::vector<double> values;
    for (const auto& row : all_.rows)
      if (row[input].known) values.push_back(row[input].value);
    std::sort(values.begin(), values.end());
    return values;
  }

  void add_tree_variance() {
    if (data_.trees.empty()) return;
    const auto terms = tree_terms();
    const std::size_t step = std::max<std::size_t>(1, all_.size() / kEffectRows);
    for (std::size_t c = 0; c < terms.size(); ++c) {
      const auto values = known_values(data_.terms[terms[c]].input);
      Matrix rows(0, terms.size());
      for (std::size_t r = 0; r < all_.size(); r += step)
        for (std::size_t v = 0; v < kEffectValues; ++v) {
          rows.values.insert(rows.values.end(), rows_.row(r).begin(), rows_.row(r).end());
          rows.values[rows.rows++ * terms.size() + c] = values[(2 * v + 1) * values.size() / (2 * kEffectValues)];
        }
      data_.terms[terms[c]].tree_variance = mean_variance(rows);
    }
  }

  // Mean, over blocks of kEffectValues rows, of the variance of the trees' mean margin.
  double mean_variance(const Matrix& rows) const {
    std::vector<double> margin(rows.rows);
    for (const auto& trees : data_.trees) {
      const auto one = trees.margins(rows);
      for (std::size_t r = 0; r < margin.size(); ++r) margin[r] += one[r] / static_cast<double>(data_.trees.size());
    }
    double total = 0;
    for (std::size_t r = 0; r < margin.size(); r += kEffectValues) {
      double sum = 0, square = 0;
      for (std::size_t v = 0; v < kEffectValues; ++v) sum += margin[r + v], square += margin[r + v] * margin[r + v];
      total += (square - sum * sum / kEffectValues) / kEffectValues;
    }
    return std::max(0.0, total / (static_cast<double>(margin.size()) / kEffectValues));
  }

  const std::vector<const Design*>& hospitals_;
  const models::InputGraph& graph_;
  const FusionOptions& options_;
  Design all_;
  std::vector<std::size_t> hospital_;
  std::vector<double> linear_, intercepts_;
  Matrix rows_;
  LearnedScore::Data data_;
};

}  // namespace

InputMoments moments_of(const std::vector<const Design*>& hospitals, std::size_t input) {
  InputMoments m;
  m.low = std::numeric_limits<double>::infinity();
  m.high = -m.low;
  double means = 0, variances = 0, counted = 0;
  for (const auto* hospital : hospitals) {
    double n = 0, sum = 0, square = 0;
    for (const auto& row : hospital->rows) {
      if (!row[input].known) continue;
      n += 1;
      sum += row[input].value;
      square += row[input].value * row[input].value;
      m.low = std::min(m.low, row[input].value);
      m.high = std::max(m.high, row[input].value);
    }
    m.known += static_cast<std::size_t>(n);
    if (n < static_cast<double>(kEnoughKnown)) continue;
    counted += 1;
    means += sum / n;
    variances += square / n - sum / n * (sum / n);
  }
  if (counted == 0) {
    m.known = 0;
    return m;
  }
  m.mean = means / counted;
  m.deviation = std::sqrt(std::max(variances / counted, 0.0));
  if (m.deviation <= 1e-9) m.deviation = 1;
  return m;
}

Result<LearnedScore::Data> fit_fusion(const std::vector<const Design*>& hospitals, const models::InputGraph& graph, const FusionOptions& options) { return FusionFit(hospitals, graph, options).fit(); }

}  // namespace cathgate::study
