#include "rules/condition_reader.h"

#include <array>

namespace cathgate::rules {
namespace {

using Op = ConditionNode::Op;

std::string categories_text(const FactDefinition& fact) {
  const std::vector<std::string_view> names(fact.categories.begin(), fact.categories.end());
  return choice_text(names);
}

class ConditionReader {
 public:
  ConditionReader(const FactCatalogue& facts, std::vector<AgeLimit>& age_limits) : facts_(facts), age_limits_(age_limits) {}

  void read(const Cursor& at) {
    const JsonValue json = at.json();
    int forms = 0;
    for (const auto key : {"fact", "all", "any", "not", "of"}) forms += json[key].is_missing() ? 0 : 1;
    if (forms > 1) return at.problem("a condition has only one of \"fact\", \"all\", \"any\", \"not\" and \"of\"; put several conditions into an \"all\"");
    if (!json["fact"].is_missing()) return read_fact_test(at);
    if (!json["all"].is_missing()) return read_group(at, Op::all, "all", {"all"});
    if (!json["any"].is_missing()) return read_group(at, Op::any, "any", {"any"});
    if (!json["at_least"].is_missing() || !json["of"].is_missing()) return read_at_least(at);
    if (!json["not"].is_missing()) return read_not(at);
    at.problem("a condition is an object with \"fact\", \"all\", \"any\", \"not\" or \"at_least\" with \"of\"");
  }

  Condition take() { return std::move(condition_); }

 private:
  void read_group(const Cursor& at, Op op, std::string_view key, std::initializer_list<std::string_view> keys) {
    ConditionNode node;
    node.op = op;
    read_branches(at, node, key, keys);
  }

  void read_branches(const Cursor& at, ConditionNode node, std::string_view key, std::initializer_list<std::string_view> keys) {
    at.expect_object(keys);
    const auto group = condition_.open(node);
    if (at[key].expect_filled_array("condition"))
      for (std::size_t i = 0; i < at[key].json().size(); ++i) read(at[key][i]);
    condition_.close(group);
  }

  void read_at_least(const Cursor& at) {
    const auto needed = at["at_least"].json().integer();
    const auto count = static_cast<std::int64_t>(at["of"].json().size());
    if (!needed || *needed < 1 || *needed > count)
      at["at_least"].problem("\"at_least\" is a whole number from 1 to the number of conditions in \"of\"");
    ConditionNode node;
    node.op = Op::at_least;
    node.needed = static_cast<std::uint32_t>(needed.value_or(1));
    read_branches(at, node, "of", {"at_least", "of"});
  }

  void read_not(const Cursor& at) {
    at.expect_object({"not"});
    ConditionNode node;
    node.op = Op::negate;
    const auto group = condition_.open(node);
    read(at["not"]);
    condition_.close(group);
  }

  void read_fact_test(const Cursor& at) {
    at.expect_object({"fact", "is", "from", "above", "below", "up_to", "known", "max_age_days", "age_basis"});
    const auto id = read_fact(at["fact"], facts_);
    if (!id) return;
    ConditionNode node;
    node.fact = *id;
    node.max_age_days = read_max_age(at, *id, age_limits_);
    const FactDefinition& fact = facts_[*id];
    const bool is = at["is"].present(), known = at["known"].present(), range = has_range(at);
    if (static_cast<int>(is) + static_cast<int>(known) + static_cast<int>(range) != 1)
      return at.problem("a test of a fact has either \"is\", or \"known\", or a range (\"from\" or \"above\", \"below\" or \"up_to\")");
    if (is) read_is(at["is"], fact, node);
    if (known) read_known(at["known"], node);
    if (range) read_range(at, fact, node);
    condition_.open(node);
  }

  static bool has_range(const Cursor& at) {
    return at["from"].present() || at["above"].present() || at["below"].present() || at["up_to"].present();
  }

  static void read_known(const Cursor& at, ConditionNode& node) {
    node.op = Op::known;
    if (const auto wanted = at.json().boolean()) node.wanted_known = *wanted;
    else at.problem("\"known\" is true or false");
  }

  static void read_is(const Cursor& at, const FactDefinition& fact, ConditionNode& node) {
    node.op = Op::one_of;
    if (fact.kind == FactKind::quantity)
      return at.problem(fact.name + " is a quantity in " + fact.unit + ": compare it with \"from\", \"above\", \"below\" or \"up_to\"");
    if (fact.kind == FactKind::boolean) {
      if (const auto wanted = at.json().boolean()) node.members = *wanted ? 2 : 1;
      else at.problem(fact.name + " is true or false");
      return;
    }
    if (!at.json().is_array()) return read_member(at, fact, node);
    if (!at.expect_filled_array("category")) return;
    for (std::size_t i = 0; i < at.json().size(); ++i) read_member(at[i], fact, node);
  }

  static void read_member(const Cursor& at, const FactDefinition& fact, ConditionNode& node) {
    const auto index = fact.category(at.json().text());
    if (!index || !at.json().is_string() || *index > 63) return at.problem(fact.name + " is one of " + categories_text(fact));
    node.members |= std::uint64_t{1} << static_cast<unsigned>(*index);
  }

  static void read_range(const Cursor& at, const FactDefinition& fact, ConditionNode& node) {
    node.op = Op::range;
    if (fact.kind == FactKind::boolean) return at.problem(fact.name + " is true or false: write \"is\": true");
    if (at["from"].present() && at["above"].present()) at.problem("a range begins with \"from\" or with \"above\", not with both");
    if (at["below"].present() && at["up_to"].present()) at.problem("a range ends with \"below\" or with \"up_to\", not with both");
    node.low_excluded = at["above"].present();
    node.high_excluded = at["below"].present();
    bool sound = true;
    for (const auto key : {"from", "above", "below", "up_to"}) {
      if (!at[key].present()) continue;
      const auto threshold = read_threshold(at[key], fact);
      sound = sound && threshold.has_value();
      const bool begins = key[0] == 'f' || key[0] == 'a';
      if (threshold) (begins ? node.low : node.high) = *threshold;
    }
    const bool open_end = node.low_excluded || node.high_excluded;
    if (sound && (node.low > node.high || (node.low == node.high && open_end)))
      at.problem("no value lies in this range: it begins where it has already ended");
  }

  const FactCatalogue& facts_;
  std::vector<AgeLimit>& age_limits_;
  Condition condition_;
};

}  // namespace

Condition read_condition(const Cursor& at, const FactCatalogue& facts, std::vector<AgeLimit>& age_limits) {
  ConditionReader reader(facts, age_limits);
  reader.read(at);
  return reader.take();
}

double read_max_age(const Cursor& at, FactId fact, std::vector<AgeLimit>& age_limits) {
  const Cursor days = at["max_age_days"], basis = at["age_basis"];
  if (!days.present() && !basis.present()) return kAnyAge;
  if (!days.present()) {
    basis.problem("an \"age_basis\" belongs to a \"max_age_days\"");
    return kAnyAge;
  }
  const auto limit = days.json().number();
  if (!limit || *limit <= 0) days.problem("\"max_age_days\" is a number of days above 0");
  if (basis.json().text().empty())
    basis.problem("say where the age limit comes from: \"operational\", or the place in the source");
  if (!limit) return kAnyAge;
  age_limits.push_back({fact, *limit, std::string(basis.json().text())});
  return *limit;
}

std::optional<double> read_threshold(const Cursor& at, const FactDefinition& fact) {
  if (fact.kind == FactKind::category) {
    if (const auto index = at.json().is_string() ? fact.category(at.json().text()) : std::nullopt) return index;
    at.problem(fact.name + " is one of " + categories_text(fact));
    return std::nullopt;
  }
  const auto value = at.json().number();
  if (!value) {
    at.problem("a threshold of " + fact.name + " is a number in " + fact.unit);
    return std::nullopt;
  }
  if (*value < fact.plausible_min || *value > fact.plausible_max) {
    at.problem(number_text(*value) + " lies outside what is plausible for " + fact.name + " (" +
               value_text(fact, fact.plausible_min, fact.plausible_max) + "); is it in another unit?");
    return std::nullopt;
  }
  return value;
}

}  // namespace cathgate::rules
