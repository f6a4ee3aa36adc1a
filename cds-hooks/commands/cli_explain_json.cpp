// `cathgate rule explain --json`: the same as the text, for editors and other programs.
#include "cds-hooks/commands/cli_explain.h"
#include "rules/edges.h"
#include "rules/rule_words.h"

namespace cathgate::cds_hooks {
namespace {

void write_texts(JsonWriter& w, const LocalisedText& texts) {
  w.key("text").start_object();
  for (const auto& [language, text] : texts.all()) {
    w.key(language).start_object().member("summary", text.summary);
    if (!text.detail.empty()) w.member("detail", text.detail);
    w.end_object();
  }
  w.end_object();
}

void write_outcomes(JsonWriter& w, const rules::Rule& rule, const FactCatalogue& facts) {
  w.key("then").start_array();
  for (std::size_t i = 0; i < rule.info.steps.size(); ++i) {
    const auto& step = rule.info.steps[i];
    w.start_object();
    if (rule.is_table()) w.member("step", step.id).member("on", facts[rule.on].name).member("where", rules::step_words(rule, i, facts));
    w.member("effect", rules::effect_words(step.effect, facts)).member("severity", severity_name(step.severity));
    if (const auto words = rules::recommendation_words(step); !words.empty()) w.member("recommendation", words);
    write_texts(w, step.texts);
    w.end_object();
  }
  w.end_array();
}

void write_source(JsonWriter& w, const rules::RuleInfo& info) {
  w.key("source").start_object().member("text", info.citation.text);
  if (info.citation.doi.empty()) w.member("url", info.citation.url);
  else w.member("doi", info.citation.doi);
  w.member("locator", info.citation.locator).member("evidence_status", evidence_status_name(info.status)).member("approved", info.approved);
  if (!info.limits.empty()) w.member("limits", info.limits);
  w.end_object();
}

void write_edges(JsonWriter& w, const rules::Rule& rule, const FactCatalogue& facts) {
  w.key("edges").start_array();
  for (const auto& row : rules::truth_table(rule, facts))
    w.start_object().member("fact", facts[row.fact].name).member("value", row.value).member("verdict", row.verdict).end_object();
  w.end_array();
}

void write_case(JsonWriter& w, const Knowledge& knowledge, const rules::Rule& rule, const CaseTrace& trace) {
  w.start_array();
  for (const auto& assessment : trace.assessments) {
    const auto answer = answer_of(knowledge, rule, assessment);
    w.start_object();
    if (!assessment.order.empty()) w.member("order", assessment.order);
    w.member("decision", assessment.decision).member("verdict", answer.verdict).key("facts").start_object();
    for (const auto& reading : answer.readings) w.member(knowledge.facts[reading.fact].name, reading.words);
    w.end_object().end_object();
  }
  w.end_array();
}

}  // namespace

std::string explanation_json(const Knowledge& knowledge, const rules::Rule& rule, const CaseFile* file, const CaseTrace* trace) {
  const auto& info = rule.info;
  JsonWriter w;
  w.start_object().member("id", info.id).member("version", info.version).member("rule_set", info.rule_set);
  w.member("stage", stage_name(info.stage)).member("where", info.where);
  w.member("when", rules::condition_words(rule.when, knowledge.facts, ""));
  write_outcomes(w, rule, knowledge.facts);
  write_source(w, info);
  write_edges(w, rule, knowledge.facts);
  if (file && trace) {
    w.member("case", file->name).key("in_case");
    write_case(w, knowledge, rule, *trace);
  }
  w.end_object();
  return w.take();
}

}  // namespace cathgate::cds_hooks
