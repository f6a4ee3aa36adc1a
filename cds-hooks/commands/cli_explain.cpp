#include <algorithm>
#include <cstdio>

#include "cds-hooks/commands/case_trace.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "core/time.h"
#include "engine/knowledge.h"
#include "rules/cursor.h"
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
      if (rule_.info.stage > assessment.last_stage)
        line("  it was not asked: the assessment ended after the stage " + std::string(stage_name(assessment.last_stage)));
      else
        verdict(assessment.facts);
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

  static std::string reason_words(UnknownReason reason) {
    switch (reason) {
      case UnknownReason::none: return "known only as a range";
      case UnknownReason::list_incomplete: return "the list was not sent whole";
      case UnknownReason::refused: return "its value was refused";
      case UnknownReason::too_old: return "too old or undated";
      case UnknownReason::conflicting: return "conflicting values";
      case UnknownReason::not_computed: return "could not be computed";
      case UnknownReason::never_sent: break;
    }
    return "not sent";
  }

  std::string value_words(FactId fact, const FactValue& value) const {
    if (!value.known()) return reason_words(value.unknown);
    std::string text = rules::value_text(facts_[fact], value.low, value.high);
    if (value.at) text += ", " + write_date(value.at->latest);
    if (!value.source.empty()) text += ", " + std::string(value.source);
    return text;
  }

  void fact_line(FactId fact, const std::string& text) { line("    " + facts_[fact].name + ": " + text); }

  void verdict(const FactView& view) {
    const auto outcome = knowledge_.rules.ask(rule_.info.id, view);
    const std::string words = rules::verdict_words(rule_, view);
    if (outcome.fired == Truth::yes) {
      line("  it " + (rule_.is_table() ? "reaches the " + words : std::string("fires")) + ", because");
      for (const auto& e : outcome.finding.evidence) fact_line(e.fact, value_words(e.fact, e.value));
    } else if (outcome.fired == Truth::unknown) {
      line("  it cannot say; what it lacks:");
      for (const auto& m : outcome.finding.missing) fact_line(m.fact, reason_words(m.reason));
    } else {
      line("  it is silent; the facts it looked at:");
      std::vector<FactId> seen;
      for (const auto& node : rule_.when.nodes()) {
        if (!rules::Condition::reads_fact(node) || std::find(seen.begin(), seen.end(), node.fact) != seen.end()) continue;
        seen.push_back(node.fact);
        fact_line(node.fact, value_words(node.fact, rules::value_within(view, node.fact, node.max_age_days)));
      }
      if (rule_.is_table()) fact_line(rule_.on, value_words(rule_.on, view[rule_.on]));
    }
  }

  const Knowledge& knowledge_;
  const FactCatalogue& facts_;
  const Rule& rule_;
  std::string out_;
};

}  // namespace

int explain_rule(const KnowledgePlaces& places, const std::string& id, const std::string& case_file) {
  const auto loaded = ServiceKnowledge::load(places);
  if (!loaded.ok()) return print_problems(loaded.errors);
  const Knowledge& knowledge = *(*loaded.value)->engine;
  const auto& all = knowledge.rules.compiled();
  const auto rule = std::find_if(all.begin(), all.end(), [&](const Rule& r) { return r.info.id == id; });
  if (rule == all.end()) return print_problem({ErrorCode::not_found, id, "There is no rule of this id; `cathgate rule catalogue` lists all."});
  Explainer explainer(knowledge, *rule);
  print(explainer.explain());
  if (case_file.empty()) return 0;
  const auto file = read_case_file(case_file);
  if (!file) return print_problem(file.error());
  const auto trace = trace_case(**loaded.value, *file);
  if (!trace) return print_problem(trace.error());
  return print("\n" + explainer.explain_case(*file, *trace)), 0;
}

}  // namespace cathgate::cds_hooks
