#include "rules/rule_words.h"

#include <cmath>

#include "rules/cursor.h"

namespace cathgate::rules {
namespace {

using Op = ConditionNode::Op;

std::string with_unit(const FactDefinition& fact, double value) { return value_text(fact, value, value); }

// "is 3 or more and less than 5"
std::string range_words(const FactDefinition& fact, double low, bool low_excluded, double high, bool high_excluded) {
  std::string begin, end;
  if (std::isfinite(low)) begin = low_excluded ? "more than " + with_unit(fact, low) : with_unit(fact, low) + " or more";
  if (std::isfinite(high)) end = high_excluded ? "less than " + with_unit(fact, high) : with_unit(fact, high) + " or less";
  if (begin.empty()) return end;
  return end.empty() ? begin : begin + " and " + end;
}

std::string members_words(const FactDefinition& fact, std::uint64_t members) {
  if (fact.kind == FactKind::boolean) return members == 2 ? "yes" : "no";
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < fact.categories.size(); ++i)
    if ((members >> i) & 1U) names.push_back(fact.categories[i]);
  return choice_text(names);
}

std::string age_words(const ConditionNode& node) {
  return node.max_age_days == kAnyAge ? std::string() : ", not older than " + number_text(node.max_age_days) + " days";
}

class Writer {
 public:
  Writer(const std::vector<ConditionNode>& nodes, const FactCatalogue& facts) : nodes_(nodes), facts_(facts) {}

  void write(std::uint32_t at, const std::string& indent) {
    const ConditionNode& node = nodes_[at];
    if (Condition::reads_fact(node)) return line(indent, test_words(node));
    if (const auto known = known_and_test(at)) return line(indent, *known);
    line(indent, group_words(node) + ":");
    for (auto child = at + 1; child < node.end; child = nodes_[child].end) write(child, indent + "  ");
  }

  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& indent, const std::string& text) { out_.append(indent).append(text).append("\n"); }

  std::string name_of(FactId fact) const { return facts_[fact].label + " (" + facts_[fact].name + ")"; }

  std::string value_words(const ConditionNode& node) const {
    const FactDefinition& fact = facts_[node.fact];
    return node.op == Op::range ? range_words(fact, node.low, node.low_excluded, node.high, node.high_excluded) : members_words(fact, node.members);
  }

  std::string test_words(const ConditionNode& node) const {
    if (node.op == Op::known) return name_of(node.fact) + (node.wanted_known ? " is known" : " is not known") + age_words(node);
    return name_of(node.fact) + " is " + value_words(node) + age_words(node);
  }

  // The idiom "known, and": a missing value then counts as silent instead of open.
  std::optional<std::string> known_and_test(std::uint32_t at) const {
    const ConditionNode& group = nodes_[at];
    if (group.op != Op::all || group.end != at + 3) return std::nullopt;
    const ConditionNode &known = nodes_[at + 1], &test = nodes_[at + 2];
    const bool idiom = known.op == Op::known && known.wanted_known && Condition::reads_fact(test) && test.op != Op::known &&
                       test.fact == known.fact && test.max_age_days == known.max_age_days;
    if (!idiom) return std::nullopt;
    return name_of(test.fact) + " is known to be " + value_words(test) + age_words(test);
  }

  static std::string group_words(const ConditionNode& node) {
    switch (node.op) {
      case Op::all: return "all of";
      case Op::any: return "any of";
      case Op::at_least: return "at least " + std::to_string(node.needed) + " of";
      default: return "not";
    }
  }

  const std::vector<ConditionNode>& nodes_;
  const FactCatalogue& facts_;
  std::string out_;
};

std::string_view action_words(Action action) {
  switch (action) {
    case Action::emergency: return "the acute pathway";
    case Action::angiography: return "invasive angiography";
    case Action::functional_imaging: return "functional imaging";
    case Action::ccta: return "coronary CT angiography";
    case Action::calcium_score: return "a calcium score";
    case Action::defer: return "deferring angiography";
    case Action::none: break;
  }
  return "nothing";
}

}  // namespace

std::string condition_words(const Condition& condition, const FactCatalogue& facts, std::string_view indent) {
  if (condition.nodes().empty()) return {};
  Writer writer(condition.nodes(), facts);
  writer.write(0, std::string(indent));
  return writer.take();
}

std::string step_words(const Rule& rule, std::size_t step, const FactCatalogue& facts) {
  const FactDefinition& fact = facts[rule.on];
  const StepEdge& edge = rule.edges[step];
  if (step + 1 == rule.edges.size()) return range_words(fact, edge.from, edge.excluded, kAnyAge, false);
  const StepEdge& next = rule.edges[step + 1];
  return range_words(fact, edge.from, edge.excluded, next.from, !next.excluded);
}

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

}  // namespace

std::string effect_words(const Effect& effect, const FactCatalogue& facts) {
  std::string words;
  switch (effect.type) {
    case EffectType::define: break;
    case EffectType::recommend: words = "recommends " + std::string(action_words(effect.action)); break;
    case EffectType::forbid_defer: words = "forbids deferring angiography"; break;
    case EffectType::avoid_test: words = (effect.contraindicated ? "rules out the test " : "advises caution with the test ") + effect.test; break;
    case EffectType::prevention: words = "is shown as prevention"; break;
    case EffectType::harm: words = "is shown as a harm to weigh"; break;
    case EffectType::note: words = "is shown as a note"; break;
    case EffectType::label: words = "labels the endotype " + effect.name; break;
    case EffectType::treat: words = "names for the axis " + effect.name + ": " + joined(effect.drugs); break;
    case EffectType::avoid_drug: words = (effect.contraindicated ? "rules out " : "advises caution with ") + joined(effect.drugs); break;
    case EffectType::investigate: words = "asks for " + effect.name; break;
    case EffectType::prompt: words = "points, for the axis " + effect.name + ", to the evidence on: " + joined(effect.drugs); break;
    case EffectType::interpret: words = "is shown beside the labels"; break;
    case EffectType::evidence: words = "is shown as evidence on the axis " + effect.name; break;
  }
  if (effect.defines == kNoFact) return words;
  const FactDefinition& fact = facts[effect.defines];
  const std::string value = fact.kind == FactKind::boolean ? std::string() : " as " + with_unit(fact, effect.defined_value);
  return words + (words.empty() ? "defines " : " and defines ") + fact.name + value;
}

std::string recommendation_words(const StepInfo& step) {
  if (step.guideline_class.empty()) return {};
  return "class " + step.guideline_class + (step.guideline_level.empty() ? "" : ", level " + step.guideline_level);
}

}  // namespace cathgate::rules
