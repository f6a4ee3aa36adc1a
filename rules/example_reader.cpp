#include "rules/example_reader.h"

#include <algorithm>
#include <array>

namespace cathgate::rules {
namespace {

constexpr std::array<std::string_view, 3> kExpectations = {"fires", "silent", "unknown"};
constexpr std::array<Truth, 3> kTruths = {Truth::yes, Truth::no, Truth::unknown};

// One plain value of a fact, as a double.
std::optional<double> read_value(const Cursor& at, const FactDefinition& fact) {
  if (fact.kind == FactKind::boolean) {
    if (const auto b = at.json().boolean()) return *b ? 1.0 : 0.0;
    at.problem(fact.name + " is true or false");
  } else if (fact.kind == FactKind::quantity) {
    if (const auto number = at.json().number()) return number;
    at.problem(fact.name + " is a number in " + fact.unit);
  } else {
    if (const auto index = at.json().is_string() ? fact.category(at.json().text()) : std::nullopt) return index;
    const std::vector<std::string_view> names(fact.categories.begin(), fact.categories.end());
    at.problem(fact.name + " is one of " + choice_text(names));
  }
  return std::nullopt;
}

// {"low": 3, "high": 8}: either end may be missing.
void read_range(const Cursor& at, const FactDefinition& fact, FactValue& value) {
  if (at["low"].present()) value.low = read_value(at["low"], fact).value_or(value.low);
  if (at["high"].present()) value.high = read_value(at["high"], fact).value_or(value.high);
  if (value.low > value.high) at.problem("\"low\" is above \"high\"");
}

FactValue read_fact_value(const Cursor& at, const FactDefinition& fact) {
  FactValue value;
  value.unknown = UnknownReason::none;
  double days_old = 0;
  if (!at.json().is_object()) {
    value.low = value.high = read_value(at, fact).value_or(0);
  } else {
    at.expect_object({"value", "low", "high", "days_old"});
    const bool range = at["low"].present() || at["high"].present();
    if (range == at["value"].present()) at.problem("write either \"value\", or \"low\" and \"high\"");
    else if (range) read_range(at, fact, value);
    else value.low = value.high = read_value(at["value"], fact).value_or(0);
    const auto days = at["days_old"].json().number();
    if (at["days_old"].present() && (!days || *days < 0)) at["days_old"].problem("\"days_old\" is a number of days, 0 or more");
    else days_old = days.value_or(0);
  }
  const auto then = kExampleNow - static_cast<UnixSeconds>(days_old * static_cast<double>(kSecondsPerDay));
  value.at = TimeRange{then, then};
  return value;
}

void read_facts(const Cursor& at, const FactCatalogue& facts, Example& example) {
  if (!at.json().is_object()) return at.problem("\"facts\" is an object of facts and their values; {} when nothing is known");
  for (const auto member : at.json().members()) {
    const Cursor value = at[member.key];
    if (const auto id = facts.find(member.key)) example.facts.emplace_back(*id, read_fact_value(value, facts[*id]));
    else value.problem(unknown_fact_message(member.key, facts));
  }
}

// An example that is another one, "like", with some facts changed, "but"; null takes a fact away.
void read_variant(const Cursor& at, const FactCatalogue& facts, const Rule& rule, Example& example) {
  const std::string name = at["like"].text("the name of the example that this one changes");
  if (name.empty()) return;
  const auto other = std::find_if(rule.examples.begin(), rule.examples.end(), [&](const Example& e) { return !e.variant && e.name == name; });
  if (other == rule.examples.end()) return at["like"].problem("there is no example " + in_quotes(name) + " above this one that says its facts itself");
  const Cursor but = at["but"];
  if (!but.json().is_object() || but.json().size() == 0) return but.problem("\"but\" is an object of the facts that are different, and their values; null takes a fact away");
  example.facts = other->facts;
  for (const auto member : but.json().members()) {
    const auto id = facts.find(member.key);
    if (!id) {
      but[member.key].problem(unknown_fact_message(member.key, facts));
      continue;
    }
    std::erase_if(example.facts, [&](const auto& f) { return f.first == *id; });
    if (!but[member.key].json().is_null()) example.facts.emplace_back(*id, read_fact_value(but[member.key], facts[*id]));
    example.name += (example.name.empty() ? name + ", but other " : " and ") + std::string(member.key);
  }
}

void read_expectation(const Cursor& at, const Rule& rule, Example& example) {
  const Cursor step = at["step"], expect = at["expect"];
  if (step.present() == expect.present())
    return at.problem(rule.is_table() ? "an example of a table has either \"step\": the step's id, or \"expect\": \"silent\" or \"unknown\""
                                      : "an example has \"expect\": \"fires\", \"silent\" or \"unknown\"");
  if (step.present()) {
    std::vector<std::string_view> ids;
    for (const auto& s : rule.info.steps) ids.push_back(s.id);
    if (!rule.is_table()) step.problem("only a table has steps; write \"expect\": \"fires\"");
    else if (const auto index = read_word(step, "the step", ids)) example.step = static_cast<int>(*index);
    return;
  }
  const auto index = read_word(expect, "an example's expectation", kExpectations);
  if (!index) return;
  example.expected = kTruths[*index];
  if (rule.is_table() && example.expected == Truth::yes) expect.problem("an example of a table says which step: \"step\": the step's id");
}

// Whether a value exists for which the table says nothing.
bool can_be_silent(const Rule& rule, const FactCatalogue& facts) {
  if (!rule.is_table() || !rule.when.nodes().empty() || rule.edges.empty()) return true;
  const double least = facts[rule.on].kind == FactKind::quantity ? facts[rule.on].plausible_min : 0;
  return rule.step_of(least) < 0;
}

bool has_example_at(const Rule& rule, double edge) {
  for (const auto& example : rule.examples)
    for (const auto& [fact, value] : example.facts)
      if (fact == rule.on && value.low == edge && value.high == edge) return true;
  return false;
}

}  // namespace

void read_examples(const Cursor& at, const FactCatalogue& facts, Rule& rule) {
  for (std::size_t i = 0; i < at.json().size(); ++i) {
    const Cursor one = at[i];
    const bool variant = one["like"].present() || one["but"].present();
    if (variant ? !one.expect_object({"like", "but", "expect", "step"}) : !one.expect_object({"name", "facts", "expect", "step"})) continue;
    Example example;
    example.variant = variant;
    example.where = one.where();
    if (variant) {
      read_variant(one, facts, rule, example);
    } else {
      example.name = one["name"].text("the example's name");
      read_facts(one["facts"], facts, example);
    }
    read_expectation(one, rule, example);
    rule.examples.push_back(std::move(example));
  }
}

void check_coverage(const Cursor& at, const FactCatalogue& facts, const Rule& rule) {
  const auto has = [&](Truth t) {
    return std::any_of(rule.examples.begin(), rule.examples.end(), [t](const Example& e) { return e.expected == t; });
  };
  if (!has(Truth::yes)) at.problem(rule.is_table() ? "no example reaches a step; write at least one" : "no example in which the rule fires; write at least one");
  if (!has(Truth::no) && can_be_silent(rule, facts)) at.problem("no example in which the rule is silent; write at least one");
  for (std::size_t i = 0; i < rule.edges.size(); ++i)
    if (!has_example_at(rule, rule.edges[i].from))
      at.problem("no example just at the edge of the step " + in_quotes(rule.info.steps[i].id) + ": " + facts[rule.on].name + " = " +
                 value_text(facts[rule.on], rule.edges[i].from, rule.edges[i].from));
}

}  // namespace cathgate::rules
