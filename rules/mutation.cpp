#include "rules/mutation.h"

#include <algorithm>
#include <cmath>

#include "rules/cursor.h"
#include "rules/judge.h"

namespace cathgate::rules {
namespace {

using Op = ConditionNode::Op;
using Nodes = std::vector<ConditionNode>;

class Mutator {
 public:
  Mutator(const Rule& rule, const FactCatalogue& facts) : rule_(rule), facts_(facts) {}

  std::vector<Mutant> run() {
    const Nodes& nodes = rule_.when.nodes();
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
      const ConditionNode& node = nodes[at];
      if (node.op == Op::range) change_range(at, node);
      if (node.op == Op::one_of) change_members(at, node);
      if (node.op == Op::known) change(at, "known is reversed", [](ConditionNode& n) { n.wanted_known = !n.wanted_known; });
      if (Condition::reads_fact(node)) change_age(at, node);
      else change_group(at, node);
    }
    if (rule_.is_table() && !nodes.empty()) keep("the guard is dropped", rule_)->when = Condition();
    for (std::size_t i = 0; i < rule_.edges.size(); ++i) change_edge(i);
    if (rule_.is_table()) change_table_age();
    return std::move(mutants_);
  }

 private:
  Rule* keep(std::string what, const Rule& rule) {
    mutants_.push_back({std::move(what), rule});
    return &mutants_.back().rule;
  }
  std::string place(std::uint32_t at) const {
    const ConditionNode& node = rule_.when.nodes()[at];
    const std::string name = Condition::reads_fact(node) ? " " + facts_[node.fact].name : std::string();
    return "test " + std::to_string(at) + name + ": ";
  }

  template <class Change>
  void change(std::uint32_t at, const std::string& what, Change apply) {
    Nodes nodes = rule_.when.nodes();
    apply(nodes[at]);
    keep(place(at) + what, rule_)->when = Condition::of(std::move(nodes));
  }

  void change_range(std::uint32_t at, const ConditionNode& node) {
    const bool low = std::isfinite(node.low), high = std::isfinite(node.high);
    if (low) change_bound(at, node.low, node.low_excluded ? "above" : "from", &ConditionNode::low, &ConditionNode::low_excluded);
    if (high) change_bound(at, node.high, node.high_excluded ? "below" : "up_to", &ConditionNode::high, &ConditionNode::high_excluded);
    if (low && high) {
      change(at, "the lower bound is dropped", [](ConditionNode& n) { n.low = -kAnyAge, n.low_excluded = false; });
      change(at, "the upper bound is dropped", [](ConditionNode& n) { n.high = kAnyAge, n.high_excluded = false; });
      return;
    }
    change(at, "the comparison is reversed", [](ConditionNode& n) {
      const bool from = std::isfinite(n.low);
      const double edge = from ? n.low : n.high;
      const bool excluded = from ? !n.low_excluded : !n.high_excluded;
      n.low = from ? -kAnyAge : edge;
      n.high = from ? edge : kAnyAge;
      n.low_excluded = !from && excluded;
      n.high_excluded = from && excluded;
    });
  }

  void change_bound(std::uint32_t at, double bound, const std::string& word, double ConditionNode::*value, bool ConditionNode::*excluded) {
    const FactDefinition& fact = facts_[rule_.when.nodes()[at].fact];
    const auto text = [&](double v) { return fact.kind == FactKind::category && (v < 0 || v >= static_cast<double>(fact.categories.size())) ? std::string("no category") : value_text(fact, v, v); };
    for (const double moved : {bound - mutation_step(fact, bound), bound + mutation_step(fact, bound)})
      change(at, word + " " + text(bound) + " becomes " + text(moved), [&](ConditionNode& n) { n.*value = moved; });
    change(at, word + " " + text(bound) + (rule_.when.nodes()[at].*excluded ? " takes the bound in" : " leaves the bound out"), [&](ConditionNode& n) { n.*excluded = !(n.*excluded); });
  }

  void change_members(std::uint32_t at, const ConditionNode& node) {
    const FactDefinition& fact = facts_[node.fact];
    if (fact.kind == FactKind::boolean) return change(at, "yes and no are exchanged", [](ConditionNode& n) { n.members ^= 3U; });
    for (std::size_t i = 0; i < fact.categories.size(); ++i) {
      const bool in = ((node.members >> i) & 1U) != 0;
      change(at, in ? "without " + fact.categories[i] : "also " + fact.categories[i], [i](ConditionNode& n) { n.members ^= std::uint64_t{1} << i; });
    }
  }

  // The tests that stand beside this one in the same `all`, read the same fact and have the same age limit ("known, and 3 or
  // more"): the limit is one thing that is written for each, so that it changes in all of them, counted at the first.
  std::vector<std::uint32_t> same_limit(std::uint32_t at, const ConditionNode& node) const {
    const Nodes& nodes = rule_.when.nodes();
    for (std::uint32_t parent = at; parent-- > 0;) {
      if (nodes[parent].op != Op::all || nodes[parent].end <= at) continue;
      std::vector<std::uint32_t> same;
      bool child_of_parent = false;
      for (auto child = parent + 1; child < nodes[parent].end; child = nodes[child].end) {
        child_of_parent |= child == at;
        if (Condition::reads_fact(nodes[child]) && nodes[child].fact == node.fact && nodes[child].max_age_days == node.max_age_days) same.push_back(child);
      }
      if (child_of_parent) return same;
    }
    return {at};
  }

  void change_age(std::uint32_t at, const ConditionNode& node) {
    if (node.max_age_days == kAnyAge) return;
    const auto together = same_limit(at, node);
    if (together.front() != at) return;
    const auto keep_limit = [&](const std::string& what, double days) {
      Nodes nodes = rule_.when.nodes();
      for (const auto i : together) nodes[i].max_age_days = days;
      keep(place(at) + "the age limit of " + number_text(node.max_age_days) + " days " + what, rule_)->when = Condition::of(std::move(nodes));
    };
    keep_limit("is dropped", kAnyAge);
    for (const double moved : {node.max_age_days - 1, node.max_age_days + 1}) keep_limit("becomes " + number_text(moved), moved);
  }

  void change_group(std::uint32_t at, const ConditionNode& node) {
    if (node.op == Op::negate) return drop(at, at + 1, node.end, "the not is dropped", true);
    std::uint32_t count = 0;
    for (auto child = at + 1; child < node.end; child = rule_.when.nodes()[child].end) ++count;
    if (count > 1)
      for (auto child = at + 1, i = std::uint32_t{0}; child < node.end; child = rule_.when.nodes()[child].end, ++i)
        drop(at, child, rule_.when.nodes()[child].end, "condition " + std::to_string(i) + " of " + std::to_string(count) + " is dropped", false);
    if (node.op == Op::all && count > 1) change(at, "all becomes any", [](ConditionNode& n) { n.op = Op::any; });
    if (node.op == Op::any && count > 1) change(at, "any becomes all", [](ConditionNode& n) { n.op = Op::all; });
    if (node.op != Op::at_least) return;
    for (const auto moved : {node.needed - 1, node.needed + 1})
      if (moved >= 1 && moved <= count) change(at, "at least " + std::to_string(node.needed) + " becomes " + std::to_string(moved), [moved](ConditionNode& n) { n.needed = moved; });
  }

  // Takes out the nodes [first, last), or with `unwrap` only the node before `first`, whose place its child takes.
  void drop(std::uint32_t at, std::uint32_t first, std::uint32_t last, const std::string& what, bool unwrap) {
    const auto begin = unwrap ? at : first, end = unwrap ? at + 1 : last;
    Nodes nodes;
    for (std::uint32_t i = 0; i < rule_.when.nodes().size(); ++i) {
      if (i >= begin && i < end) continue;
      ConditionNode node = rule_.when.nodes()[i];
      if (node.end > begin) node.end -= std::min(node.end, end) - begin;
      nodes.push_back(node);
    }
    keep(place(at) + what, rule_)->when = Condition::of(std::move(nodes));
  }

  void change_edge(std::size_t i) {
    const FactDefinition& fact = facts_[rule_.on];
    const StepEdge edge = rule_.edges[i];
    const std::string name = "step " + rule_.info.steps[i].id + ": ";
    const double least = fact.kind == FactKind::category ? 0 : fact.plausible_min;
    for (const double moved : {edge.from - mutation_step(fact, edge.from), edge.from + mutation_step(fact, edge.from)}) {
      const bool outside = moved < least || (fact.kind == FactKind::category && moved >= static_cast<double>(fact.categories.size()));
      if (!outside) keep(name + "begins at " + value_text(fact, moved, moved), rule_)->edges[i].from = moved;
    }
    if (fact.kind == FactKind::quantity) keep(name + (edge.excluded ? "takes its edge in" : "leaves its edge out"), rule_)->edges[i].excluded = !edge.excluded;
  }

  void change_table_age() {
    if (rule_.on_max_age_days == kAnyAge) return;
    keep("the table's age limit is dropped", rule_)->on_max_age_days = kAnyAge;
    for (const double moved : {rule_.on_max_age_days - 1, rule_.on_max_age_days + 1})
      keep("the table's age limit becomes " + number_text(moved) + " days", rule_)->on_max_age_days = moved;
  }

  const Rule& rule_;
  const FactCatalogue& facts_;
  std::vector<Mutant> mutants_;
};

}  // namespace

double mutation_step(const FactDefinition& fact, double threshold) {
  if (fact.kind == FactKind::category) return 1;
  return std::max(std::abs(threshold) * 0.01, 1e-4);
}

std::vector<Mutant> mutants_of(const Rule& rule, const FactCatalogue& facts) { return Mutator(rule, facts).run(); }

bool examples_catch(const Rule& mutant, const FactCatalogue& facts) {
  Rule own = mutant;
  own.link();
  std::vector<Error> errors;
  run_rule_examples(own, facts, errors);
  return !errors.empty();
}

bool drives_advice(const RuleInfo& rule) {
  return std::any_of(rule.steps.begin(), rule.steps.end(), [](const StepInfo& step) {
    const auto type = step.effect.type;
    return type == EffectType::recommend || type == EffectType::forbid_defer || step.effect.defines != kNoFact;
  });
}

}  // namespace cathgate::rules
