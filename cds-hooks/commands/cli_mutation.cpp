#include <chrono>
#include <cstdio>
#include <map>
#include <set>

#include "cds-hooks/commands/case_trace.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "engine/knowledge.h"
#include "rules/mutation.h"

namespace cathgate::cds_hooks {
namespace {

struct Tally {
  std::size_t mutants = 0, by_example = 0, by_case = 0, equivalent = 0;
  std::size_t survivors() const { return mutants - by_example - by_case - equivalent; }
};

// What every case says with one library; compared between the right and a mutated one.
std::string verdicts_of(const ServiceKnowledge& knowledge, const CaseFile& file) {
  const auto trace = trace_case(knowledge, file);
  if (!trace) return trace.error().message;
  std::string text;
  for (const auto& a : trace->assessments) {
    text += a.decision + ":";
    for (const auto& id : a.fired) text += id + ",";
    for (const auto& id : a.undecided) text += id + "?";
  }
  return text;
}

class Check {
 public:
  Check(const ServiceKnowledge& knowledge, std::vector<CaseFile> cases) : knowledge_(knowledge), cases_(std::move(cases)) {
    for (const auto& file : cases_) right_.push_back(verdicts_of(knowledge_, file));
  }

  // Survivors that someone has looked at: "rule | mutant" to the reason.
  Result<std::size_t> read_reviewed(const std::string& path) {
    const auto document = load_json_file(path);
    if (!document) return document.error();
    std::size_t i = 0;
    for (const auto entry : document->root()["equivalent"].elements()) {
      const auto where = path + "#/equivalent/" + std::to_string(i++);
      if (entry["reason"].text().empty()) return Error{ErrorCode::invalid_input, where, "say why the mutant is equivalent"};
      for (const auto mutant : entry["mutants"].elements()) reviewed_.emplace(std::string(entry["rule"].text()) + " | " + std::string(mutant.text()), where);
    }
    return i;
  }

  void run(bool list_all) {
    for (const auto& rule : knowledge_.engine->rules.compiled()) {
      const bool drives = rules::drives_advice(rule.info);
      Tally& tally = drives ? driving_ : other_;
      for (const auto& mutant : rules::mutants_of(rule, knowledge_.engine->facts)) {
        ++tally.mutants;
        if (rules::examples_catch(mutant.rule, knowledge_.engine->facts)) ++tally.by_example;
        else if (a_case_catches(mutant.rule)) ++tally.by_case;
        else survived(rule.info.id + " | " + mutant.what, tally, drives, list_all);
      }
    }
    for (const auto& [mutant, where] : reviewed_)
      if (!met_.contains(mutant)) stale_.push_back(where + ": " + mutant + " does not survive, or does not exist");
  }

  // 0 when the list of reviewed survivors is exact and at least so many per cent of the others are caught.
  int report(double at_least) const {
    for (const auto& survivor : survivors_) std::printf("survives: %s\n", survivor.c_str());
    for (const auto& problem : stale_) std::printf("%s\n", problem.c_str());
    print_tally("rules that drive advice", driving_);
    print_tally("other rules", other_);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
    std::printf("%zu cases, %.1f s\n", cases_.size(), taken.count());
    return stale_.empty() && score_of(driving_) >= at_least ? 0 : 1;
  }

 private:
  bool a_case_catches(const rules::Rule& mutant) const {
    ServiceKnowledge changed = knowledge_;
    auto engine = std::make_shared<Knowledge>(*knowledge_.engine);
    engine->rules = engine->rules.with(mutant);
    changed.engine = std::move(engine);
    for (std::size_t i = 0; i < cases_.size(); ++i)
      if (verdicts_of(changed, cases_[i]) != right_[i]) return true;
    return false;
  }

  void survived(const std::string& mutant, Tally& tally, bool drives, bool list_all) {
    if (reviewed_.contains(mutant)) {
      ++tally.equivalent;
      met_.insert(mutant);
    } else if (drives || list_all) {
      survivors_.push_back(mutant);
    }
  }

  static double score_of(const Tally& t) {
    return t.mutants == t.equivalent ? 100 : 100.0 * static_cast<double>(t.by_example + t.by_case) / static_cast<double>(t.mutants - t.equivalent);
  }

  static void print_tally(const char* name, const Tally& t) {
    std::printf("%s: %zu mutants; %zu caught by an example, %zu by a case, %zu equivalent, %zu survive: %.1f %%\n", name, t.mutants, t.by_example, t.by_case,
                t.equivalent, t.survivors(), score_of(t));
  }

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const ServiceKnowledge& knowledge_;
  std::vector<CaseFile> cases_;
  std::vector<std::string> right_;
  std::map<std::string, std::string> reviewed_;
  std::set<std::string> met_;
  std::vector<std::string> survivors_, stale_;
  Tally driving_, other_;
};

}  // namespace

int check_mutations(const KnowledgePlaces& places, const std::string& cases, const std::string& reviewed, bool list_all, double at_least) {
  const auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) return print_problems(loaded.errors);
  std::vector<CaseFile> files;
  for (const auto& path : list_case_files(cases)) {
    auto file = read_case_file(path);
    if (!file) return print_problem(file.error());
    files.push_back(std::move(*file));
  }
  Check check(**loaded.value, std::move(files));
  if (!reviewed.empty())
    if (const auto read = check.read_reviewed(reviewed); !read) return print_problem(read.error());
  check.run(list_all);
  return check.report(at_least);
}

}  // namespace cathgate::cds_hooks
