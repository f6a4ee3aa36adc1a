#include "rules/edges.h"

#include <algorithm>
#include <cmath>

#include "rules/cursor.h"
#include "rules/example_reader.h"
#include "rules/judge.h"

namespace cathgate::rules {
namespace {

// Near enough to an edge that nothing measured lies between.
double nearly(double edge) { return std::max(std::abs(edge) * 1e-3, 1e-3) * (std::abs(edge) < 1 && edge != 0 ? std::abs(edge) : 1); }

struct Edge {
  FactId fact;
  double at;
  double max_age_days;
};

class Table {
 public:
  Table(const Rule& rule, const FactCatalogue& facts) : rule_(rule), facts_(facts) {}

  std::vector<EdgeRow> take() {
    for (const auto& node : rule_.when.nodes()) {
      if (node.op != ConditionNode::Op::range) continue;
      if (std::isfinite(node.low)) add({node.fact, node.low, node.max_age_days});
      if (std::isfinite(node.high)) add({node.fact, node.high, node.max_age_days});
    }
    for (const auto& edge : rule_.edges) add({rule_.on, edge.from, rule_.on_max_age_days});
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      try_values(edges_[i]);
      const bool last_of_fact = i + 1 == edges_.size() || edges_[i + 1].fact != edges_[i].fact;
      if (last_of_fact) try_absence(edges_[i]);
    }
    return std::move(rows_);
  }

 private:
  void add(const Edge& edge) {
    const auto same = [&](const Edge& e) { return e.fact == edge.fact && e.at == edge.at; };
    if (std::none_of(edges_.begin(), edges_.end(), same)) edges_.push_back(edge);
  }

  // An example that fires and knows the fact, else one that fires, else any.
  const Example& base_of(FactId fact) const {
    const Example* best = &rule_.examples.front();
    int best_rank = -1;
    for (const auto& example : rule_.examples) {
      const bool knows = std::any_of(example.facts.begin(), example.facts.end(), [&](const auto& f) { return f.first == fact; });
      const int rank = (example.expected == Truth::yes ? 2 : 0) + (knows ? 1 : 0);
      if (rank > best_rank) best = &example, best_rank = rank;
    }
    return *best;
  }

  void ask(FactId fact, const std::string& text, const FactValue& value) {
    FactView view(facts_, kExampleNow);
    for (const auto& [other, known] : base_of(fact).facts) view.set(other, known);
    view.set(fact, value);
    rows_.push_back({fact, text, verdict_words(rule_, view)});
  }

  static FactValue today(double value) {
    FactValue v = FactValue::exactly(value);
    v.origin = Origin::coded;
    v.at = TimeRange{kExampleNow, kExampleNow};
    return v;
  }

  void try_values(const Edge& edge) {
    const FactDefinition& fact = facts_[edge.fact];
    const bool category = fact.kind == FactKind::category;
    const double step = category ? 1 : nearly(edge.at);
    for (const double value : {edge.at - step, edge.at, edge.at + step}) {
      if (category && (value < 0 || value >= static_cast<double>(fact.categories.size()))) continue;
      ask(edge.fact, value_text(fact, value, value), today(value));
    }
  }

  void try_absence(const Edge& edge) {
    ask(edge.fact, "missing", FactValue{});
    if (edge.max_age_days == kAnyAge) return;
    FactValue old = today(edge.at);
    for (const auto& [fact, known] : base_of(edge.fact).facts)
      if (fact == edge.fact) old = known;
    const auto then = kExampleNow - static_cast<UnixSeconds>((edge.max_age_days + 1) * static_cast<double>(kSecondsPerDay));
    old.at = TimeRange{then, then};
    ask(edge.fact, number_text(edge.max_age_days + 1) + " days old", old);
  }

  const Rule& rule_;
  const FactCatalogue& facts_;
  std::vector<Edge> edges_;
  std::vector<EdgeRow> rows_;
};

}  // namespace

std::vector<EdgeRow> truth_table(const Rule& rule, const FactCatalogue& facts) { return Table(rule, facts).take(); }

std::string verdict_words(const Rule& rule, const FactView& view) {
  const Judgement judgement = judge(rule, view);
  if (judgement.fired == Truth::no) return "silent";
  if (judgement.fired == Truth::unknown) return "cannot say";
  return rule.is_table() ? "step " + rule.info.steps[static_cast<std::size_t>(judgement.first)].id : std::string("fires");
}

}  // namespace cathgate::rules
