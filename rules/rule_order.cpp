#include "rules/rule_order.h"

#include <algorithm>
#include <optional>

namespace cathgate::rules {
namespace {

class Orderer {
 public:
  Orderer(std::vector<Rule>& rules, const FactCatalogue& facts, std::vector<Error>& errors)
      : rules_(rules), facts_(facts), errors_(errors), definers_(facts.size()), state_(rules.size(), State::untouched) {}

  StageOrders order() {
    for (std::uint32_t i = 0; i < rules_.size(); ++i)
      for (const auto& definition : rules_[i].definitions) add_definer(i, definition);
    for (std::uint32_t i = 0; i < rules_.size(); ++i) visit(i);
    mark_first();
    return std::move(orders_);
  }

 private:
  enum class State : std::uint8_t { untouched, open, done };

  void add_definer(std::uint32_t rule, const Definition& definition) {
    auto& definers = definers_[definition.fact];
    if (!definition.boolean && !definers.empty())
      report(rule, facts_[definition.fact].name + " is a category and is already defined by " + rules_[definers[0]].info.id + "; only one table may define it");
    definers.push_back(rule);
  }

  // Depth first: the rules that a rule depends on are appended before it. A rule met while still open closes a cycle.
  void visit(std::uint32_t rule) {
    if (state_[rule] == State::done) return;
    if (state_[rule] == State::open) return report_cycle(rule);
    state_[rule] = State::open;
    path_.push_back(rule);
    if (rules_[rule].is_table()) visit_definers(rules_[rule].on);
    for (const auto& node : rules_[rule].when.nodes())
      if (Condition::reads_fact(node)) visit_definers(node.fact);
    path_.pop_back();
    state_[rule] = State::done;
    orders_[static_cast<std::size_t>(rules_[rule].info.stage)].push_back(rule);
  }
  void visit_definers(FactId fact) {
    for (const auto definer : definers_[fact]) visit(definer);
  }

  void report_cycle(std::uint32_t rule) {
    const auto begin = std::find(path_.begin(), path_.end(), rule);
    std::string cycle;
    for (auto it = begin; it != path_.end(); ++it) cycle += rules_[*it].info.id + " -> ";
    const std::string message = begin + 1 == path_.end() ? "the rule reads a fact that it defines itself" : "these rules read each other's facts in a circle: " + cycle + rules_[rule].info.id;
    report(rule, message);
  }

  void report(std::uint32_t rule, std::string message) {
    const auto known = [&](const Error& e) { return e.where == rules_[rule].info.where && e.message == message; };
    if (std::none_of(errors_.begin(), errors_.end(), known)) errors_.push_back({ErrorCode::invalid_input, rules_[rule].info.where, std::move(message)});
  }

  void mark_first() {
    std::vector<bool> defined(facts_.size());
    for (const auto& stage : orders_)
      for (const auto rule : stage)
        for (auto& definition : rules_[rule].definitions) {
          definition.first = !defined[definition.fact];
          defined[definition.fact] = true;
        }
  }

  std::vector<Rule>& rules_;
  const FactCatalogue& facts_;
  std::vector<Error>& errors_;
  std::vector<std::vector<std::uint32_t>> definers_;  // by fact
  std::vector<State> state_;
  std::vector<std::uint32_t> path_;
  StageOrders orders_;
};

}  // namespace

StageOrders order_rules(std::vector<Rule>& rules, const FactCatalogue& facts, std::vector<Error>& errors) {
  return Orderer(rules, facts, errors).order();
}

}  // namespace cathgate::rules
