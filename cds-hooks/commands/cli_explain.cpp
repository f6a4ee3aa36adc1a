#include "cds-hooks/commands/cli_explain.h"

#include <algorithm>
#include <optional>

#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "rules/edges.h"
#include "rules/rule_words.h"

namespace cathgate::cds_hooks {
namespace {

using rules::Rule;

class Explainer {
 public:
  Explainer(const Knowledge& knowledge, const Rule& rule) : knowledge_(knowledge), facts_(knowledge.facts), rule_(rule) {}

  std::string explain() {
    head();
    condition();
    outcomes();
    source();
    edges();
    return std::move(out_);
  }

  std::string explain_case(const CaseFile& file, const CaseTrace& trace) {
    out_.clear();
    for (const auto& assessment : trace.assessments) {
      line("In the case " + file.name + (assessment.order.empty() ? "" : ", order " + assessment.order) + " (decision " + assessment.decision + ")");
      verdict(assessment);
    }
    if (trace.assessments.empty()) line("The case " + file.name + " holds no order that is assessed.");
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_.append(text).append("\n"); }
  void heading(const std::string& text) { out_.append("\n").append(text).append("\n"); }

  void head() {
    const auto& info = rule_.info;
    line(info.id + " " + info.version + ", stage " + std::string(stage_name(info.stage)) + ", rule set " + info.rule_set);
    line("  " + info.where);
  }

  void condition() {
    heading("When");
    const auto words = rules::condition_words(rule_.when, facts_, "  ");
    out_ += words.empty() ? "  always\n" : words;
  }

  void outcomes() {
    heading(rule_.is_table() ? "Then, by " + facts_[rule_.on].label + " (" + facts_[rule_.on].name + ")" : std::string("Then"));
    for (std::size_t i = 0; i < rule_.info.steps.size(); ++i) {
      const auto& step = rule_.info.steps[i];
      const auto recommendation = rules::recommendation_words(step);
      const std::string where = rule_.is_table() ? step.id + ", " + rules::step_words(rule_, i, facts_) + ": " : std::string();
      line("  " + where + rules::effect_words(step.effect, facts_) + "; severity " + std::string(severity_name(step.severity)) +
           (recommendation.empty() ? "" : "; " + recommendation));
      for (const auto& [language, text] : step.texts.all())
        line("    " + language + ": " + text.summary + (text.detail.empty() ? "" : " | " + text.detail));
    }
  }

  void source() {
    const auto& info = rule_.info;
    heading("Source");
    line("  " + info.citation.text + (info.citation.doi.empty() ? ", " + info.citation.url : ", doi " + info.citation.doi));
    line("  " + info.citation.locator + "; evidence status " + std::string(evidence_status_name(info.status)) +
         (info.approved ? "; approved" : "; not approved by a clinician"));
    if (!info.limits.empty()) line("  Limits: " + info.limits);
  }

  void edges() {
    const auto rows = rules::truth_table(rule_, facts_);
    if (rows.empty()) return;
    heading("At its edges, everything else as in an example in which it fires");
    FactId last = kNoFact;
    for (const auto& row : rows) {
      if (row.fact != last) line("  " + facts_[row.fact].name);
      last = row.fact;
      out_.append("    ").append(row.value).append(row.value.size() < 24 ? 24 - row.value.size() : 1, ' ').append(row.verdict).append("\n");
    }
  }

  void verdict(const TracedAssessment& assessment) {
    const auto answer = answer_of(knowledge_, rule_, assessment);
    if (answer.verdict == "not asked") return line("  it was not asked: the assessment ended after the stage " + std::string(stage_name(assessment.last_stage)));
    if (answer.verdict == "cannot say") line("  it cannot say; what it lacks:");
    else if (answer.verdict == "silent") line("  it is silent; the facts it looked at:");
    else line("  it " + (rule_.is_table() ? "reaches the " + answer.verdict : answer.verdict) + ", because");
    for (const auto& reading : answer.readings) line("    " + facts_[reading.fact].name + ": " + reading.words);
  }

  const Knowledge& knowledge_;
  const FactCatalogue& facts_;
  const Rule& rule_;
  std::string out_;
};

}  // namespace

int explain_rule(const KnowledgePlaces& places, const std::string& id, const std::string& case_file, bool json) {
  const auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) return print_problems(loaded.errors);
  const Knowledge& knowledge = *(*loaded.value)->engine;
  const auto& all = knowledge.rules.compiled();
  const auto rule = std::find_if(all.begin(), all.end(), [&](const Rule& r) { return r.info.id == id; });
  if (rule == all.end()) return print_problem({ErrorCode::not_found, id, "There is no rule of this id; docs/rules/ lists all."});
  std::optional<CaseFile> file;
  std::optional<CaseTrace> trace;
  if (!case_file.empty()) {
    auto read = read_case_file(case_file);
    if (!read) return print_problem(read.error());
    file = std::move(*read);
    auto traced = trace_case(**loaded.value, *file);
    if (!traced) return print_problem(traced.error());
    trace = std::move(*traced);
  }
  if (json) return print(indented(explanation_json(knowledge, *rule, file ? &*file : nullptr, trace ? &*trace : nullptr))), 0;
  Explainer explainer(knowledge, *rule);
  print(explainer.explain());
  if (trace) print("\n" + explainer.explain_case(*file, *trace));
  return 0;
}

}  // namespace cathgate::cds_hooks
