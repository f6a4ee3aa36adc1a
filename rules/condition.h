// A condition of a rule, compiled: a flat array of nodes in pre-order, evaluated in Kleene's three-valued logic without
// allocation. Immutable after it is built and safe to share.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/fact_view.h"
#include "core/finding.h"

namespace cathgate::rules {

inline constexpr double kAnyAge = std::numeric_limits<double>::infinity();

struct ConditionNode {
  enum class Op : std::uint8_t { all, any, negate, at_least, range, one_of, known };
  Op op = Op::all;
  bool low_excluded = false;       // range: "above" rather than "from"
  bool high_excluded = false;      // range: "below" rather than "up_to"
  bool wanted_known = true;        // known
  FactId fact = kNoFact;           // range, one_of, known
  std::uint32_t end = 0;           // one past the last node of this subtree
  std::uint32_t needed = 0;        // at_least
  std::uint64_t members = 0;       // one_of: bit i is the value i (a category's index; booleans 0 and 1)
  double low = -kAnyAge;           // range
  double high = kAnyAge;
  double max_age_days = kAnyAge;   // an older or undated value is missing
};

// The value as a use with this age limit sees it.
FactValue value_within(const FactView& view, FactId fact, double max_age_days);

class Condition {
 public:
  // From nodes in pre-order whose ends are right.
  static Condition of(std::vector<ConditionNode> nodes) {
    Condition condition;
    condition.nodes_ = std::move(nodes);
    return condition;
  }

  // Room for a node; its subtree ends where the nodes end when close() is called.
  std::uint32_t open(ConditionNode node);
  void close(std::uint32_t node) { nodes_[node].end = static_cast<std::uint32_t>(nodes_.size()); }

  // A condition without nodes always holds.
  Truth evaluate(const FactView& view) const { return nodes_.empty() ? Truth::yes : truth(0, view); }

  // For a condition that is yes: the facts that made it so, each once (of `any` the true branches, of `all` all of them).
  void explain(const FactView& view, std::vector<Evidence>& evidence) const;
  // For a condition that is unknown: the facts that could still decide it. The reason is `none` for a fact that is known
  // only as a range around the threshold.
  void find_missing(const FactView& view, std::vector<MissingFact>& missing) const;

  // Every fact that the condition reads, in order, repeats included.
  const std::vector<ConditionNode>& nodes() const { return nodes_; }
  static bool reads_fact(const ConditionNode& node) { return node.op >= ConditionNode::Op::range; }

 private:
  Truth truth(std::uint32_t at, const FactView& view) const;
  void explain_node(std::uint32_t at, Truth outcome, const FactView& view, std::vector<Evidence>& evidence) const;
  void find_missing_node(std::uint32_t at, const FactView& view, std::vector<MissingFact>& missing) const;

  std::vector<ConditionNode> nodes_;
};

// Appends the fact unless it is already there.
void add_evidence(std::vector<Evidence>& evidence, FactId fact, const FactValue& value);
void add_missing(std::vector<MissingFact>& missing, FactId fact, UnknownReason reason);

}  // namespace cathgate::rules
