#include "rules/proposal.h"

#include <algorithm>
#include <random>
#include <utility>

#include "rules/cursor.h"
#include "rules/example_points.h"
#include "rules/example_reader.h"
#include "rules/judge.h"
#include "rules/mutation.h"

namespace cathgate::rules {
namespace {

constexpr std::size_t kMostCombinations = 400'000;  // that are tried one by one
constexpr int kRandomTries = 60'000;                // for each change when they are more

// What a rule says, as one number: -1 silent, -2 cannot say, else the step that it reaches.
int verdict(const Rule& rule, const FactView& view) {
  const Judgement judgement = judge(rule, view);
  return judgement.fired == Truth::no ? -1 : judgement.fired == Truth::unknown ? -2 : judgement.first;
}

// One fact of a base example replaced.
struct Change {
  std::size_t fact;   // into the rule's facts
  std::size_t point;  // into the fact's points
};

struct Candidate {
  std::size_t base;
  std::vector<Change> changes;
  std::vector<bool> noticed;  // by mutant
  std::size_t count = 0;
};

class Proposer {
 public:
  Proposer(const Rule& rule, const FactCatalogue& facts) : rule_(rule), facts_(facts), read_(facts_of(rule)) {
    for (const FactId fact : read_) points_.push_back(points_of(fact, rule, facts));
    for (auto& mutant : mutants_of(rule, facts))
      if (!examples_catch(mutant.rule, facts)) mutants_.push_back(std::move(mutant));
    open_.assign(mutants_.size(), true);
    for (const auto& example : rule.examples) bases_.push_back(view_of(example));
  }

  Proposal propose() {
    collect(1);
    take_best();
    collect(2);
    take_best();
    search();
    return std::move(proposal_);
  }

 private:
  FactView view_of(const Example& example) const {
    FactView view(facts_, kExampleNow);
    for (const auto& [fact, value] : example.facts) view.set(fact, value);
    return view;
  }
  bool is_base(std::size_t example) const { return !rule_.examples[example].variant; }
  bool any_open() const { return std::find(open_.begin(), open_.end(), true) != open_.end(); }

  // Sets the changes in the base, runs `ask`, and puts everything back.
  template <class Ask>
  void with_changes(std::size_t base, const std::vector<Change>& changes, Ask ask) {
    FactView& view = bases_[base];
    std::vector<FactValue> kept;
    for (const auto& c : changes) {
      kept.push_back(view[read_[c.fact]]);
      view.set(read_[c.fact], value_at(points_[c.fact][c.point]));
    }
    ask(view);
    for (std::size_t i = changes.size(); i-- > 0;) view.set(read_[changes[i].fact], kept[i]);
  }

  void consider(std::size_t base, std::vector<Change> changes) {
    Candidate candidate{base, std::move(changes), std::vector<bool>(mutants_.size()), 0};
    with_changes(base, candidate.changes, [&](const FactView& view) {
      const int right = verdict(rule_, view);
      for (std::size_t i = 0; i < mutants_.size(); ++i)
        if (open_[i] && verdict(mutants_[i].rule, view) != right) candidate.noticed[i] = true, ++candidate.count;
    });
    if (candidate.count > 0) candidates_.push_back(std::move(candidate));
  }

  // All candidates with so many changes of one base.
  void collect(int changes) {
    for (std::size_t base = 0; base < bases_.size() && any_open(); ++base) {
      if (!is_base(base)) continue;
      for (std::size_t f = 0; f < read_.size(); ++f)
        for (std::size_t p = 0; p < points_[f].size(); ++p) {
          if (changes == 1) consider(base, {{f, p}});
          for (std::size_t g = f + 1; changes == 2 && g < read_.size(); ++g)
            for (std::size_t q = 0; q < points_[g].size(); ++q) consider(base, {{f, p}, {g, q}});
        }
    }
  }

  // Takes the candidate that notices most until none notices anything new.
  void take_best() {
    for (;;) {
      const Candidate* best = nullptr;
      for (auto& candidate : candidates_) {
        candidate.count = 0;
        for (std::size_t i = 0; i < mutants_.size(); ++i) candidate.count += candidate.noticed[i] && open_[i] ? 1U : 0U;
        if (candidate.count > (best ? best->count : 0)) best = &candidate;
      }
      if (!best) break;
      take(*best);
    }
    candidates_.clear();
  }

  void take(const Candidate& candidate) {
    ProposedExample example;
    for (std::size_t i = 0; i < mutants_.size(); ++i) {
      if (!candidate.noticed[i] || !open_[i]) continue;
      open_[i] = false;
      example.notices.push_back(mutants_[i].what);
    }
    int expected = 0;
    with_changes(candidate.base, candidate.changes, [&](const FactView& view) { expected = verdict(rule_, view); });
    JsonWriter w;
    w.start_object().member("like", rule_.examples[candidate.base].name).key("but").start_object();
    for (const auto& c : candidate.changes) {
      const FactDefinition& fact = facts_[read_[c.fact]];
      w.key(fact.name);
      write_point(w, points_[c.fact][c.point], fact);
    }
    w.end_object();
    if (expected >= 0 && rule_.is_table()) w.member("step", rule_.info.steps[static_cast<std::size_t>(expected)].id);
    else w.member("expect", expected >= 0 ? "fires" : expected == -1 ? "silent" : "unknown");
    w.end_object();
    example.json = std::string(w.view());
    proposal_.examples.push_back(std::move(example));
  }

  bool notices(std::size_t mutant, std::size_t base, const std::vector<Change>& changes) {
    bool differs = false;
    with_changes(base, changes, [&](const FactView& view) { differs = verdict(rule_, view) != verdict(mutants_[mutant].rule, view); });
    return differs;
  }

  // Leaves out what is not needed, and takes the candidate.
  void take_shortest(std::size_t mutant, std::size_t base, std::vector<Change> changes) {
    for (std::size_t i = changes.size(); i-- > 0;) {
      auto fewer = changes;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (notices(mutant, base, fewer)) changes = std::move(fewer);
    }
    consider(base, std::move(changes));
    take_best();
  }

  std::size_t combinations() const {
    std::size_t product = 1;
    for (const auto& points : points_) product = product > kMostCombinations ? product : product * points.size();
    return product;
  }

  // What is left: everything is tried, or very much at random.
  void search() {
    const bool all = combinations() <= kMostCombinations;
    for (std::size_t mutant = 0; mutant < mutants_.size(); ++mutant) {
      if (!open_[mutant]) continue;
      if (all ? search_everything(mutant) : search_at_random(mutant)) continue;
      open_[mutant] = false;
      (all ? proposal_.equivalent : proposal_.open).push_back(mutants_[mutant].what);
    }
  }

  bool search_everything(std::size_t mutant) {
    std::vector<Change> changes;
    for (std::size_t f = 0; f < read_.size(); ++f) changes.push_back({f, 0});
    for (;;) {
      if (notices(mutant, 0, changes)) return take_shortest(mutant, 0, changes), true;
      std::size_t f = 0;
      while (f < changes.size() && ++changes[f].point == points_[f].size()) changes[f++].point = 0;
      if (f == changes.size()) return false;
    }
  }

  bool search_at_random(std::size_t mutant) {
    std::mt19937 random(1);
    const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
    for (int i = 0; i < kRandomTries; ++i) {
      const std::size_t base = below(bases_.size());
      if (!is_base(base)) continue;
      std::vector<Change> changes;
      const std::size_t wanted = 3 + below(4);
      for (std::size_t f = 0; f < read_.size(); ++f)
        if (below(read_.size()) < wanted) changes.push_back({f, below(points_[f].size())});
      if (notices(mutant, base, changes)) return take_shortest(mutant, base, std::move(changes)), true;
    }
    return false;
  }

  const Rule& rule_;
  const FactCatalogue& facts_;
  std::vector<FactId> read_;
  std::vector<std::vector<Point>> points_;  // by fact of read_
  std::vector<Mutant> mutants_;             // that no example notices
  std::vector<bool> open_;
  std::vector<FactView> bases_;
  std::vector<Candidate> candidates_;
  Proposal proposal_;
};

}  // namespace

Proposal propose_examples(const Rule& rule, const FactCatalogue& facts) { return Proposer(rule, facts).propose(); }

}  // namespace cathgate::rules
