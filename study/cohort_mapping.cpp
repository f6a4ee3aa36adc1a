#include "study/cohort_mapping.h"

#include "models/json_reader.h"

namespace cathgate::study {
namespace {

using models::Node;

std::vector<std::string> texts(const Node& list) {
  std::vector<std::string> out;
  for (const auto element : list.json().elements()) out.emplace_back(element.text());
  return out;
}

std::optional<std::pair<double, double>> range(const Node& node) {
  if (node.json().is_missing()) return std::nullopt;
  const auto low = node.json()[std::size_t{0}].number(), high = node.json()[std::size_t{1}].number();
  if (low && high && *low < *high) return std::pair{*low, *high};
  node.problem("a range [low, high] is needed here");
  return std::nullopt;
}

ColumnRule read_column(const Node& node, FactId fact) {
  ColumnRule rule;
  rule.column = node.text("column");
  const auto codes = node.at("values");
  for (const auto member : codes.json().members()) {
    const auto value = codes.at(member.key);
    rule.values[std::string(member.key)] = fact == kNoFact ? (member.value().boolean().value_or(false) ? 1 : 0) : value.value_of(fact);
  }
  rule.unknown = texts(node.at("unknown"));
  if (!node.json()["above"].is_missing()) rule.above = node.number("above");
  if (!node.json()["positive"].is_missing()) {
    rule.positive = node.at("positive").value_of(fact);
    rule.zero = node.at("zero").value_of(fact);
  }
  if (!node.json()["times"].is_missing()) rule.times = node.number("times");
  rule.clip = range(node.at("clip"));
  return rule;
}

FactRule read_fact(const Node& node) {
  node.allow({"fact", "column", "values", "unknown", "above", "clip", "positive", "zero", "times", "any", "first", "note"});
  FactRule rule;
  rule.fact = node.fact("fact");
  rule.any = !node.json()["any"].is_missing();
  const auto list = node.at(rule.any ? "any" : "first");
  for (const auto& element : list.elements()) {
    element.allow({"column", "values", "unknown", "above", "clip", "positive", "zero", "times"});
    rule.columns.push_back(read_column(element, rule.fact));
  }
  if (rule.columns.empty()) rule.columns.push_back(read_column(node, rule.fact));
  return rule;
}

}  // namespace

Loaded<CohortMapping> CohortMapping::load(const std::string& path, const FactCatalogue& facts) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  const Node root(file->root(), path + "#", facts, errors);
  root.allow({"id", "version", "title", "note", "reference_standard", "recognised_by", "outcome", "constants", "facts", "checks", "ignored"});
  CohortMapping mapping;
  mapping.id = root.text("id");
  mapping.version = root.text("version");
  mapping.title = root.text("title");
  mapping.reference_standard = root.text("reference_standard");
  mapping.recognised_by = texts(root.at("recognised_by"));
  root.at("outcome").allow({"column", "values", "unknown"});
  mapping.outcome = read_column(root.at("outcome"), kNoFact);
  if (mapping.outcome.values.size() < 2) root.at("outcome").problem("the outcome needs codes for false and true");
  for (const auto member : root.at("constants").json().members()) {
    const auto id = facts.find(member.key);
    if (id) mapping.constants.emplace_back(*id, root.at("constants").at(member.key).value_of(*id));
    else root.at("constants").problem("no fact named " + std::string(member.key));
  }
  for (const auto& node : root.at("facts").elements()) mapping.facts.push_back(read_fact(node));
  for (const auto& node : root.at("checks").elements()) {
    ItemCheck check;
    check.total = node.fact("total");
    for (const auto& item : node.at("items").elements()) check.items.push_back(read_column(item, kNoFact));
    mapping.checks.push_back(std::move(check));
  }
  mapping.ignored = texts(root.at("ignored"));
  if (mapping.facts.empty()) root.at("facts").problem("at least one fact is needed");
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(mapping), {}};
}

}  // namespace cathgate::study
