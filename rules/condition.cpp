#include "rules/condition.h"

#include <algorithm>

namespace cathgate::rules {
namespace {

using Op = ConditionNode::Op;

Truth range_truth(const ConditionNode& node, const FactValue& value) {
  const Truth above_low = node.low_excluded ? value.above(node.low) : value.at_least(node.low);
  const Truth below_high = node.high_excluded ? !value.at_least(node.high) : !value.above(node.high);
  return both(above_low, below_high);
}

Truth one_of_truth(const ConditionNode& node, const FactValue& value) {
  if (!value.known()) return Truth::unknown;
  const auto first = static_cast<int>(std::clamp(value.low, 0.0, 63.0));
  const auto last = static_cast<int>(std::clamp(value.high, 0.0, 63.0));
  bool some = false, every = true;
  for (int i = first; i <= last; ++i) {
    const bool member = ((node.members >> i) & 1U) != 0;
    some |= member;
    every &= member;
  }
  return every ? Truth::yes : some ? Truth::unknown : Truth::no;
}

Truth test(const ConditionNode& node, const FactValue& value) {
  switch (node.op) {
    case Op::range: return range_truth(node, value);
    case Op::one_of: return one_of_truth(node, value);
    default: return value.known() == node.wanted_known ? Truth::yes : Truth::no;
  }
}

Truth test(const ConditionNode& node, const FactView& view) {
  if (node.max_age_days == kAnyAge) return test(node, view[node.fact]);
  return test(node, view.not_older_than(node.fact, node.max_age_days));
}

}  // namespace

FactValue value_within(const FactView& view, FactId fact, double max_age_days) {
  return max_age_days == kAnyAge ? view[fact] : view.not_older_than(fact, max_age_days);
}

void add_evidence(std::vector<Evidence>& evidence, FactId fact, const FactValue& value) {
  for (const auto& e : evidence)
    if (e.fact == fact) return;
  evidence.push_back({fact, value});
}

void add_missing(std::vector<MissingFact>& missing, FactId fact, UnknownReason reason) {
  for (const auto& m : missing)
    if (m.fact == fact) return;
  missing.push_back({fact, reason});
}

std::uint32_t Condition::open(ConditionNode node) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  node.end = index + 1;
  nodes_.push_back(node);
  return index;
}

Truth Condition::truth(std::uint32_t at, const FactView& view) const {
  const ConditionNode& node = nodes_[at];
  if (reads_fact(node)) return test(node, view);
  if (node.op == Op::negate) return !truth(at + 1, view);
  std::uint32_t yes = 0, open = 0, count = 0;
  for (std::uint32_t child = at + 1; child < node.end; child = nodes_[child].end, ++count) {
    const Truth t = truth(child, view);
    if (t == Truth::yes) ++yes;
    if (t == Truth::unknown) ++open;
    if (node.op == Op::all && t == Truth::no) return Truth::no;
    if (node.op == Op::any && t == Truth::yes) return Truth::yes;
    if (node.op == Op::at_least && yes >= node.needed) return Truth::yes;
  }
  const std::uint32_t needed = node.op == Op::all ? count : node.op == Op::any ? 1 : node.needed;
  return yes >= needed ? Truth::yes : yes + open >= needed ? Truth::unknown : Truth::no;
}

void Condition::explain(const FactView& view, std::vector<Evidence>& evidence) const {
  if (!nodes_.empty()) explain_node(0, Truth::yes, view, evidence);
}

// A branch explains its parent exactly when it has the parent's outcome: of a true `all` that is every branch, of a true
// `any` the true ones; of a false one the reverse. Only `not` turns the outcome round.
void Condition::explain_node(std::uint32_t at, Truth outcome, const FactView& view, std::vector<Evidence>& evidence) const {
  const ConditionNode& node = nodes_[at];
  if (reads_fact(node)) return add_evidence(evidence, node.fact, value_within(view, node.fact, node.max_age_days));
  const Truth wanted = node.op == Op::negate ? !outcome : outcome;
  for (std::uint32_t child = at + 1; child < node.end; child = nodes_[child].end)
    if (truth(child, view) == wanted) explain_node(child, wanted, view, evidence);
}

void Condition::find_missing(const FactView& view, std::vector<MissingFact>& missing) const {
  if (!nodes_.empty()) find_missing_node(0, view, missing);
}

void Condition::find_missing_node(std::uint32_t at, const FactView& view, std::vector<MissingFact>& missing) const {
  const ConditionNode& node = nodes_[at];
  if (reads_fact(node)) return add_missing(missing, node.fact, value_within(view, node.fact, node.max_age_days).unknown);
  for (std::uint32_t child = at + 1; child < node.end; child = nodes_[child].end)
    if (truth(child, view) == Truth::unknown) find_missing_node(child, view, missing);
}

}  // namespace cathgate::rules
