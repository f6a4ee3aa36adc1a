#include "models/input_graph.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cathgate::models {
namespace {

class Reader {
 public:
  Reader(std::vector<InputNode>& nodes, const std::function<const Score*(std::string_view)>& find) : nodes_(nodes), find_(find) {}

  void read(const Node& node) {
    node.allow({"name", "fact", "from", "max_age_days", "age_basis", "within", "first", "product", "ratio", "difference", "times", "plus", "when_unknown", "log_odds_of", "unknown_counts_absent", "sign", "required", "trees_only", "linear_only"});
    InputNode input;
    input.name = node.text("name");
    const auto has = [&](std::string_view key) { return !node.json()[key].is_missing(); };
    if (has("fact")) input.fact = node.fact("fact");
    if (const auto* of = combination(node)) {
      input.kind = of->kind;
      for (const auto& operand : node.at(of->key).elements()) input.operands.push_back(index(operand));
      if (input.operands.size() < of->least) node.at(of->key).problem("more inputs are needed here");
    } else if (has("log_odds_of")) {
      input.kind = InputNode::Kind::log_odds;
      input.score = find_(node.json()["log_odds_of"].text());
      input.lowest = node.json()["unknown_counts_absent"].boolean().value_or(false);
      if (!input.score) node.at("log_odds_of").problem("no score of this id");
    } else if (has("from") && input.fact != kNoFact) {
      input.kind = InputNode::Kind::step;
      input.step_from = node.at("from").value_of(input.fact);
    } else if (input.fact == kNoFact) {
      node.problem("an input needs a fact, a score or other inputs");
    }
    if (has("max_age_days")) {
      input.max_age_days = node.number("max_age_days");
      node.text("age_basis");
    }
    if (has("within")) input.clip = std::pair{number(node.at("within"), 0), number(node.at("within"), 1)};
    if (has("times")) input.times = node.number("times");
    if (has("plus")) input.plus = node.number("plus");
    if (has("when_unknown")) read_implied(node.at("when_unknown"), input);
    if (has("sign")) input.sign = static_cast<int>(node.number("sign"));
    input.required = node.json()["required"].boolean().value_or(false);
    input.linear = !node.json()["trees_only"].boolean().value_or(false);
    input.trees = !node.json()["linear_only"].boolean().value_or(false);
    nodes_.push_back(std::move(input));
  }

 private:
  struct Combination { std::string_view key; InputNode::Kind kind; std::size_t least; };
  static const Combination* combination(const Node& node) {
    static constexpr std::array<Combination, 4> kAll = {{{"first", InputNode::Kind::first, 1}, {"product", InputNode::Kind::product, 2}, {"ratio", InputNode::Kind::ratio, 2}, {"difference", InputNode::Kind::difference, 2}}};
    for (const auto& one : kAll)
      if (!node.json()[one.key].is_missing()) return &one;
    return nullptr;
  }
  std::size_t index(const Node& name) const {
    const auto it = std::find_if(nodes_.begin(), nodes_.end(), [&](const InputNode& n) { return n.name == name.json().text(); });
    if (it == nodes_.end()) name.problem("no earlier input of this name");
    return it == nodes_.end() ? 0 : static_cast<std::size_t>(it - nodes_.begin());
  }
  static double number(const Node& list, std::size_t i) {
    const auto value = list.json()[i].number();
    if (!value) list.problem("two numbers are needed here");
    return value.value_or(0);
  }
  void read_implied(const Node& node, InputNode& input) const {
    node.allow({"input", "is", "value"});
    input.implied = InputNode::Implied{index(node.at("input")), node.number("is"), node.number("value")};
  }

  std::vector<InputNode>& nodes_;
  const std::function<const Score*(std::string_view)>& find_;
};

InputValue of_fact(const InputNode& node, const FactView& view) {
  const FactValue value = node.max_age_days ? view.not_older_than(node.fact, *node.max_age_days) : view[node.fact];
  if (node.kind == InputNode::Kind::step) {
    const Truth reached = value.at_least(node.step_from);
    return {reached != Truth::unknown, reached == Truth::yes ? 1.0 : 0.0};
  }
  return {value.exact(), value.exact() ? value.low : 0};
}

// A product is known when all of its factors are, or when one of them is zero.
InputValue product_of(const InputNode& node, std::span<const InputValue> values) {
  InputValue product{true, 1};
  for (const auto operand : node.operands) {
    if (values[operand].known && values[operand].value == 0) return {true, 0};
    product.known = product.known && values[operand].known;
    product.value *= values[operand].value;
  }
  return product.known ? product : InputValue{};
}

InputValue first_of(const InputNode& node, std::span<const InputValue> values) {
  for (const auto operand : node.operands)
    if (values[operand].known) return values[operand];
  return {};
}

// a - b or a / b; a denominator of zero leaves it unknown.
InputValue pair_of(const InputNode& node, std::span<const InputValue> values) {
  const auto &a = values[node.operands[0]], &b = values[node.operands[1]];
  if (!a.known || !b.known) return {};
  if (node.kind == InputNode::Kind::difference) return {true, a.value - b.value};
  if (b.value == 0) return {};
  return {true, a.value / b.value};
}

InputValue log_odds_of(const InputNode& node, const FactView& view) {
  const auto prediction = node.score->predict(view);
  if (!prediction.possible || prediction.low <= 0 || prediction.high >= 1) return {};
  const double low = std::log(prediction.low / (1 - prediction.low)), high = std::log(prediction.high / (1 - prediction.high));
  return node.lowest ? InputValue{true, low} : InputValue{true, (low + high) / 2, high - low};
}

InputValue evaluate_node(const InputNode& node, const FactView& view, std::span<const InputValue> before) {
  InputValue value;
  switch (node.kind) {
    case InputNode::Kind::fact:
    case InputNode::Kind::step: value = of_fact(node, view); break;
    case InputNode::Kind::first: value = first_of(node, before); break;
    case InputNode::Kind::product: value = product_of(node, before); break;
    case InputNode::Kind::ratio:
    case InputNode::Kind::difference: value = pair_of(node, before); break;
    case InputNode::Kind::log_odds: value = log_odds_of(node, view); break;
  }
  if (!value.known && node.implied && before[node.implied->input].known && before[node.implied->input].value == node.implied->is) return {true, node.implied->value};
  if (!value.known) return {};
  if (node.clip) value.value = std::clamp(value.value, node.clip->first, node.clip->second);
  value.value = value.value * node.times + node.plus;
  return value;
}

}  // namespace

InputGraph InputGraph::read(const Node& list, const std::function<const Score*(std::string_view)>& find) {
  InputGraph graph;
  Reader reader(graph.nodes_, find);
  for (const auto& node : list.elements()) reader.read(node);
  if (graph.nodes_.empty()) list.problem("at least one input is needed");
  return graph;
}

std::optional<std::size_t> InputGraph::find(std::string_view name) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].name == name) return i;
  return std::nullopt;
}

std::vector<InputValue> InputGraph::evaluate(const FactView& view) const {
  std::vector<InputValue> values(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) values[i] = evaluate_node(nodes_[i], view, {values.data(), i});
  return values;
}

}  // namespace cathgate::models
