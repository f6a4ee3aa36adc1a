#include "rules/example_points.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "rules/cursor.h"
#include "rules/example_reader.h"
#include "rules/mutation.h"

namespace cathgate::rules {
namespace {

using Op = ConditionNode::Op;

template <class Item>
void add_once(std::vector<Item>& items, const Item& item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
}

// The value as a rule file would write and read it, with as many digits as the distance needs.
double rounded(double value, double distance) {
  const double scale = std::round(1 / distance);
  return distance >= 1 ? std::round(value / distance) * distance : std::round(value * scale) / scale;
}

// The number and its neighbours, within what is plausible.
void add_around(const FactDefinition& fact, double number, std::vector<double>& values) {
  const double moved = mutation_step(fact, number);
  const double distance = std::pow(10, std::floor(std::log10(moved * 0.95)));
  for (const double value : {number, rounded(number - distance, distance), rounded(number + distance, distance)})
    if (value >= fact.plausible_min && value <= fact.plausible_max) add_once(values, value);
}

std::vector<double> values_of(FactId id, const Rule& rule, const FactDefinition& fact) {
  std::vector<double> values;
  if (fact.kind == FactKind::boolean) return {1, 0};
  if (fact.kind == FactKind::category) {
    for (std::size_t i = 0; i < fact.categories.size(); ++i) values.push_back(static_cast<double>(i));
    return values;
  }
  for (const auto& node : rule.when.nodes()) {
    if (node.op != Op::range || node.fact != id) continue;
    if (std::isfinite(node.low)) add_around(fact, node.low, values);
    if (std::isfinite(node.high)) add_around(fact, node.high, values);
  }
  if (rule.on == id)
    for (const auto& edge : rule.edges) add_around(fact, edge.from, values);
  if (values.empty()) values.push_back(fact.plausible_min);
  return values;
}

std::vector<double> ages_of(FactId id, const Rule& rule) {
  std::vector<double> ages = {0};
  const auto add = [&](double limit) {
    if (limit == kAnyAge) return;
    add_once(ages, limit);
    add_once(ages, limit + 1);
  };
  for (const auto& node : rule.when.nodes())
    if (Condition::reads_fact(node) && node.fact == id) add(node.max_age_days);
  if (rule.on == id) add(rule.on_max_age_days);
  return ages;
}

void write_value(JsonWriter& w, double value, const FactDefinition& fact) {
  if (fact.kind == FactKind::boolean) w.boolean(value != 0);
  else if (fact.kind == FactKind::category) w.string(fact.categories[static_cast<std::size_t>(value)]);
  else w.number(value);
}

}  // namespace

std::vector<FactId> facts_of(const Rule& rule) {
  std::vector<FactId> facts;
  for (const auto& node : rule.when.nodes())
    if (Condition::reads_fact(node)) add_once(facts, node.fact);
  if (rule.is_table()) add_once(facts, rule.on);
  return facts;
}

std::vector<Point> points_of(FactId id, const Rule& rule, const FactCatalogue& facts) {
  const FactDefinition& fact = facts[id];
  std::vector<Point> points = {{}};
  const auto read = facts_of(rule);
  if (std::find(read.begin(), read.end(), id) == read.end()) return points;
  const auto values = values_of(id, rule, fact);
  const auto ages = ages_of(id, rule);
  for (const double age : ages)
    for (const double value : values) points.push_back({true, value, value, age});
  const double low = fact.kind == FactKind::quantity ? fact.plausible_min : 0;
  const double high = fact.kind == FactKind::quantity ? fact.plausible_max : fact.kind == FactKind::boolean ? 1 : static_cast<double>(fact.categories.size() - 1);
  points.push_back({true, low, high, 0});
  return points;
}

FactValue value_at(const Point& point) {
  FactValue value;
  if (!point.known) return value;
  value.unknown = UnknownReason::none;
  value.low = point.low;
  value.high = point.high;
  const auto then = kExampleNow - static_cast<UnixSeconds>(point.days_old * static_cast<double>(kSecondsPerDay));
  value.at = TimeRange{then, then};
  return value;
}

void write_point(JsonWriter& w, const Point& point, const FactDefinition& fact) {
  if (!point.known) {
    w.null();
    return;
  }
  const bool range = point.low != point.high;
  if (!range && point.days_old == 0) return write_value(w, point.low, fact);
  w.start_object();
  w.key(range ? "low" : "value");
  write_value(w, point.low, fact);
  if (range) {
    w.key("high");
    write_value(w, point.high, fact);
  }
  if (point.days_old > 0) w.member("days_old", point.days_old);
  w.end_object();
}

}  // namespace cathgate::rules
