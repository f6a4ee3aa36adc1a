// The learned score: a shrunk linear score and trees on top of it, added on the scale of log-odds. Its numbers come from
// models/fusion/; how they were fitted is study/'s business. What is unknown stands at a constant and widens the variance.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/input_graph.h"
#include "models/model.h"
#include "models/trees.h"

namespace cathgate::models {

// One input as the learned score uses it.
struct LearnedTerm {
  std::size_t input = 0;     // index into the graph
  double coefficient = 0;    // log-odds for one standard deviation; 0 where only the trees see it
  double fill = 0;           // the value that stands for an unknown one: the mean of the hospitals' means
  double deviation = 1;      // standard deviation within hospitals
  double low = 0, high = 0;  // range of the training data; beyond it there is no estimate
  double tree_variance = 0;  // variance of the trees' part over this input's values, where it is unknown
};

// What one input adds to the log-odds, compared with the input at its fill value.
struct Contribution {
  std::size_t input = 0;
  FactId fact = kNoFact;  // none: a published score
  double value = 0;
  double log_odds = 0;
};

struct LearnedEstimate {
  bool possible = false;     // false: `missing` names a required input, or `outside` one beyond the training range
  double log_odds = 0;       // before any local recalibration
  double base = 0;           // log_odds less all contributions
  double variance = 0;       // of log_odds: coefficients at a new hospital, trees, and what is unknown
  double hidden_variance = 0;  // the part of it that comes from unknown inputs
  // The log-odds as far as the required inputs alone tell: their mean and variance.
  double anchor = 0, anchor_variance = 0;
  std::vector<Contribution> contributions;  // of the known inputs, largest first
  std::vector<MissingFact> missing;         // unknown inputs, the one that widens most first; each fact once
  std::vector<FactId> outside;              // inputs beyond the training range
};

class LearnedScore {
 public:
  struct Data {
    std::string id, version, label, limits;
    EvidenceStatus status = EvidenceStatus::derived;
    Citation citation;
    InputGraph graph;
    double intercept = 0;
    std::vector<LearnedTerm> terms;
    Matrix input_covariance;      // of the standardised inputs within hospitals, in the order of `terms`
    Matrix parameter_covariance;  // of the coefficients at a hospital that took no part
    std::vector<Trees> trees;     // their mean counts; they see the terms whose input allows trees, in order
    double tree_spread = 0;       // mean variance between the trees' margins
    double hospital_variance = 0; // of the intercept, between hospitals: doubt of a score that was not recalibrated
    double threshold = 0;         // likelihood below which the score says "test first" without a recalibration
  };
  explicit LearnedScore(Data data);

  const Data& data() const { return data_; }
  // Pure and thread-safe.
  LearnedEstimate estimate(const FactView& view) const { return estimate(view, data_.graph.evaluate(view)); }
  // Only the log-odds, from input values in the order of the graph; unknown ones stand at their fill.
  double log_odds(std::span<const InputValue> values) const;

 private:
  LearnedEstimate estimate(const FactView& view, const std::vector<InputValue>& values) const;
  void add_variance(std::span<const InputValue> values, std::span<const double> standardised, LearnedEstimate& out) const;
  void add_missing(const FactView& view, std::span<const InputValue> values, LearnedEstimate& out) const;
  std::vector<double> tree_row(std::span<const InputValue> values) const;

  Data data_;
  std::vector<std::size_t> required_, others_;  // indices of terms
  Matrix regression_;                           // others given required
  double anchor_variance_ = 0, parameter_trace_ = 0;
};

}  // namespace cathgate::models
