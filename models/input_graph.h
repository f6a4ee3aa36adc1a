// The inputs of the learned score, as data: each is a fact, a step or a product of facts, or a published score, by name.
// Training and use read the same definitions, so that a value cannot mean one thing here and another there.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/json_reader.h"
#include "models/score.h"

namespace cathgate::models {

// The value of one input for one patient. Not known: no value was recorded, or it was a range.
struct InputValue {
  bool known = false;
  double value = 0;
  double spread = 0;  // a published score with unknown parts: the width of its range on the scale of log-odds; otherwise 0
};

struct InputNode {
  enum class Kind { fact, step, first, product, ratio, difference, log_odds } kind = Kind::fact;
  std::string name;
  FactId fact = kNoFact;               // what a person reads as the source of the input; none for a score
  std::optional<double> max_age_days;  // older values are missing
  std::optional<std::pair<double, double>> clip;
  double step_from = 0;                // step: 1 from this value on, else 0
  std::vector<std::size_t> operands;   // first: the first that is known; product, ratio, difference: all of them
  double times = 1, plus = 0;          // applied last
  // When the fact is unknown but another input is exactly `is`, the input has `value` (no ST depression: no slope).
  struct Implied { std::size_t input; double is; double value; };
  std::optional<Implied> implied;
  const Score* score = nullptr;        // log_odds: the middle of the score's range,
  bool lowest = false;                 // or its low end, where what is unknown counts as absent
  // How the learned score uses it. Without a sign it only helps to define others.
  std::optional<int> sign;             // 1: more may only raise the log-odds, -1: only lower them, 0: free
  bool required = false;               // unknown: no estimate
  bool linear = true;                  // part of the linear score
  bool trees = true;                   // seen by the trees
};

class InputGraph {
 public:
  // Reads a list of definitions; an input may use those before it. `find` returns a published score, or null. The scores
  // must outlive the graph.
  static InputGraph read(const Node& list, const std::function<const Score*(std::string_view)>& find);

  std::size_t size() const { return nodes_.size(); }
  const InputNode& operator[](std::size_t i) const { return nodes_[i]; }
  std::optional<std::size_t> find(std::string_view name) const;
  // One value for each definition, in their order.
  std::vector<InputValue> evaluate(const FactView& view) const;

 private:
  std::vector<InputNode> nodes_;
};

}  // namespace cathgate::models
