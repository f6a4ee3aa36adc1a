#include "models/score_reader.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cathgate::models {
namespace {

using FindScore = std::function<const Score*(std::string_view)>;

class ScoreReader {
 public:
  ScoreReader(const Node& root, const FindScore& find) : root_(root), find_(find) {}

  Score::Data read() {
    root_.allow({"id", "version", "label", "title", "link", "evidence_status", "approved_by", "citation", "limits", "unit", "comparator", "only_if", "defines", "facts", "inputs", "terms", "cells", "bounds", "golden"});
    data_.id = root_.text("id");
    data_.version = root_.text("version");
    data_.label = root_.text("label");
    data_.limits = root_.text("limits");
    data_.status = root_.status("evidence_status");
    data_.citation = root_.citation();
    data_.comparator = root_.json()["comparator"].boolean().value_or(false);
    read_unit();
    if (!root_.json()["only_if"].is_missing()) data_.only_if = root_.fact("only_if");
    if (!root_.json()["defines"].is_missing()) data_.defines = root_.fact("defines");
    read_link();
    read_variables();
    for (const auto& node : root_.at("inputs").elements()) read_input(node);
    for (const auto& node : root_.at("terms").elements()) read_term(node);
    for (const auto& node : root_.at("cells").elements()) read_cell(node);
    for (const auto& node : root_.at("bounds").elements()) read_bound(node);
    if (data_.formula.terms.empty()) root_.at("terms").problem("a score needs terms");
    if (data_.variables.size() > kMaxVariables) root_.at("facts").problem("too many facts");
    find_edges();
    return std::move(data_);
  }

 private:
  void read_link() {
    constexpr std::array<std::string_view, 5> names = {"logistic", "linear", "points", "maximum", "table"};
    const auto it = std::find(names.begin(), names.end(), root_.json()["link"].text());
    if (it == names.end()) return root_.at("link").problem("link is logistic, linear, points, maximum or table");
    data_.formula.link = static_cast<Link>(it - names.begin());
  }

  void read_unit() {
    const auto unit = root_.json()["unit"];
    if (unit.is_missing()) return;
    data_.percent = unit.text() == "%";
    if (!data_.percent && unit.text() != "1") root_.at("unit").problem("unit is 1 (the default) or %");
  }

  void read_variables() {
    const auto facts = root_.at("facts");
    for (auto member : facts.json().members()) read_variable(facts.at(member.key), member.key);
  }

  void read_variable(const Node& node, std::string_view name) {
    node.allow({"required", "values", "range", "validated", "max_age_days", "age_basis", "if_unknown"});
    const auto id = root_.facts().find(name);
    if (!id) return node.problem("no fact of this name in core/facts.json");
    Variable variable;
    variable.fact = *id;
    variable.required = node.json()["required"].boolean().value_or(false);
    const auto& definition = root_.facts()[*id];
    if (definition.kind == FactKind::boolean) variable.values = {0, 1};
    for (std::size_t c = 0; c < definition.categories.size(); ++c) variable.values.push_back(static_cast<double>(c));
    for (const auto& value : node.at("values").elements()) variable.values.push_back(value.value_of(*id));
    if (variable.values.size() > kMaxCandidates) node.problem("too many values");
    if (const auto range = read_range(node.at("validated"))) std::tie(variable.validated_low, variable.validated_high) = *range;
    variable.span = read_range(node.at("range"));
    if (!node.json()["max_age_days"].is_missing()) {
      variable.max_age_days = node.number("max_age_days");
      node.text("age_basis");
    }
    for (const auto& fallback : node.at("if_unknown").elements()) {
      fallback.allow({"fact", "is", "value"});
      const bool always = fallback.json()["fact"].is_missing();
      const auto other = always ? kNoFact : fallback.fact("fact");
      variable.if_unknown.push_back({other, always ? 0 : fallback.at("is").value_of(other), fallback.number("value")});
    }
    data_.variables.push_back(std::move(variable));
  }

  // Empty when the member is missing.
  static std::optional<std::pair<double, double>> read_range(const Node& node) {
    if (node.json().is_missing()) return std::nullopt;
    const auto low = node.json()[std::size_t{0}].number(), high = node.json()[std::size_t{1}].number();
    if (low && high && *low < *high) return std::pair{*low, *high};
    node.problem("a range [low, high] is needed here");
    return std::nullopt;
  }

  void read_input(const Node& node) {
    node.allow({"name", "fact", "score", "is", "from", "above", "below", "up_to", "bands", "scale", "curve"});
    Input input;
    input.name = node.text("name");
    if (!node.json()["score"].is_missing()) {
      nest(node, input);
    } else {
      const auto id = node.fact("fact");
      input.variable = variable_of(id);
      if (id != kNoFact && input.variable == data_.variables.size()) node.at("fact").problem("the fact is not listed under /facts");
      read_steps(node, id, input);
      read_curve(node, input);
    }
    data_.formula.inputs.push_back(std::move(input));
    if (data_.formula.inputs.size() > 2 * kMaxVariables) node.problem("too many inputs");
  }

  void read_curve(const Node& node, Input& input) {
    if (!node.json()["scale"].is_missing()) input.scale = node.number("scale");
    const auto curve = node.json()["curve"].text();
    if (curve == "ln_plus_one") input.curve = Curve::ln_plus_one;
    else if (curve == "log10_plus_one") input.curve = Curve::log10_plus_one;
    else if (!node.json()["curve"].is_missing()) node.at("curve").problem("curve is ln_plus_one or log10_plus_one");
    if (!input.steps.empty() && (input.scale != 1 || input.curve != Curve::straight)) node.problem("bands have neither scale nor curve");
  }

  // An indicator is a band of 0 and 1, so that one transform serves both.
  void read_steps(const Node& node, FactId id, Input& input) {
    constexpr double lowest = -std::numeric_limits<double>::infinity();
    const auto edge = [&](std::string_view key) { return node.at(key).value_of(id); };
    const auto has = [&](std::string_view key) { return !node.json()[key].is_missing(); };
    for (const auto& band : node.at("bands").elements()) {
      band.allow({"from", "above", "value"});
      const bool above = !band.json()["above"].is_missing();
      input.steps.push_back({band.at(above ? "above" : "from").value_of(id), above, band.number("value")});
      if (input.steps.size() > 1 && input.steps.back().edge < input.steps[input.steps.size() - 2].edge) band.problem("bands must ascend");
    }
    if (has("is")) input.steps = {{lowest, false, 0}, {edge("is"), false, 1}, {edge("is"), true, 0}};
    if (has("from")) input.steps = {{lowest, false, 0}, {edge("from"), false, 1}};
    if (has("above")) input.steps = {{lowest, false, 0}, {edge("above"), true, 1}};
    if (has("below")) input.steps = {{lowest, false, 1}, {edge("below"), false, 0}};
    if (has("up_to")) input.steps = {{lowest, false, 1}, {edge("up_to"), true, 0}};
  }

  // Takes another score in as an input: its facts become facts of this one.
  void nest(const Node& node, Input& input) {
    const auto* inner = find_(node.json()["score"].text());
    if (!inner) return node.at("score").problem("no score of this id");
    for (const auto& variable : inner->data().variables)
      if (variable_of(variable.fact) == data_.variables.size()) data_.variables.push_back(variable);
    auto formula = inner->data().formula;
    for (auto& other : formula.inputs) other.variable = variable_of(inner->data().variables[other.variable].fact);
    input.nested = static_cast<int>(data_.formula.nested.size());
    data_.formula.nested.push_back(std::move(formula));
  }

  void read_term(const Node& node) {
    node.allow({"coefficient", "of"});
    Term term;
    term.coefficient = node.number("coefficient");
    for (const auto& factor : node.at("of").elements()) {
      const auto& inputs = data_.formula.inputs;
      const auto it = std::find_if(inputs.begin(), inputs.end(), [&](const Input& i) { return i.name == factor.json().text(); });
      if (it == inputs.end()) factor.problem("no input of this name");
      else term.inputs.push_back(static_cast<std::uint8_t>(it - inputs.begin()));
    }
    data_.formula.terms.push_back(std::move(term));
  }

  void read_cell(const Node& node) {
    if (const auto value = node.json().number()) data_.formula.cells.push_back(*value);
    else node.problem("a number is needed here");
  }

  void read_bound(const Node& node) {
    node.allow({"fact", "is", "low", "high"});
    const auto id = node.fact("fact");
    data_.bounds.push_back({id, node.at("is").value_of(id), node.number("low"), node.number("high")});
  }

  std::size_t variable_of(FactId id) const {
    std::size_t v = 0;
    while (v < data_.variables.size() && data_.variables[v].fact != id) ++v;
    return v;
  }

  void find_edges() {
    for (const auto& input : data_.formula.inputs) {
      if (input.nested >= 0 || input.variable >= data_.variables.size()) continue;
      auto& edges = data_.variables[input.variable].edges;
      for (const auto& step : input.steps)
        if (std::isfinite(step.edge) && std::find(edges.begin(), edges.end(), step.edge) == edges.end()) edges.push_back(step.edge);
      if (2 + 3 * edges.size() > kMaxCandidates) root_.at("inputs").problem("too many bands on one fact");
    }
  }

  Node root_;
  const FindScore& find_;
  Score::Data data_;
};

}  // namespace

std::vector<std::string> read_score_dependencies(JsonValue root) {
  std::vector<std::string> ids;
  for (auto input : root["inputs"].elements())
    if (!input["score"].text().empty()) ids.emplace_back(input["score"].text());
  return ids;
}

Score read_score(const Node& root, const FindScore& find) { return Score(ScoreReader(root, find).read()); }

std::size_t try_golden_rows(const Node& root, const Score& score) {
  const auto rows = root.at("golden").elements();
  if (rows.empty()) root.at("golden").problem("a score needs golden rows");
  for (const auto& row : rows) {
    row.allow({"name", "source", "facts", "expect", "tolerance"});
    row.text("source");
    FactView view(root.facts(), 0);
    for (auto member : row.json()["facts"].members()) {
      const auto id = root.facts().find(member.key);
      const auto node = row.at("facts").at(member.key);
      if (!id) node.problem("no fact of this name in core/facts.json");
      else view.set(*id, FactValue::exactly(node.value_of(*id)));
    }
    const auto expect = row.json()["expect"];
    const bool range = expect.is_array();
    const auto low = range ? expect[std::size_t{0}].number() : expect.number(), high = range ? expect[std::size_t{1}].number() : low;
    const double tolerance = row.json()["tolerance"].number().value_or(0);
    const auto got = score.predict(view);
    if (!low || !high) row.at("expect").problem("a number or [low, high] is needed here");
    else if (!got.possible) row.problem("no prediction");
    else if (!(std::abs(got.low - *low) <= tolerance && std::abs(got.high - *high) <= tolerance)) row.problem("the score gives " + std::to_string(got.low) + " to " + std::to_string(got.high));
  }
  return rows.size();
}

}  // namespace cathgate::models
