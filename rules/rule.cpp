#include "rules/rule.h"

namespace cathgate::rules {

int Rule::step_of(double value) const {
  int step = -1;
  for (const auto& edge : edges) {
    if (edge.excluded ? value <= edge.from : value < edge.from) break;
    ++step;
  }
  return step;
}

void set_operational_ages(Rule& rule, const std::map<FactId, double>& days) {
  auto nodes = rule.when.nodes();
  for (auto& limit : rule.info.age_limits) {
    const auto own = days.find(limit.fact);
    if (own == days.end() || limit.basis != "operational") continue;
    for (auto& node : nodes)
      if (Condition::reads_fact(node) && node.fact == limit.fact && node.max_age_days == limit.days) node.max_age_days = own->second;
    if (rule.on == limit.fact && rule.on_max_age_days == limit.days) rule.on_max_age_days = own->second;
    limit.days = own->second;
  }
  rule.when = Condition::of(std::move(nodes));
}

void Rule::link() {
  undecided = {};
  undecided.id = info.id;
  undecided.version = info.version;
  undecided.status = info.status;
  undecided.citation = &info.citation;
  undecided.site = info.site ? &*info.site : nullptr;
  undecided.texts = &info.file_title;
  undecided.summary = info.file_title.in("en").summary;
  findings.clear();
  for (const auto& step : info.steps) {
    Finding finding = undecided;
    finding.severity = step.severity;
    finding.guideline_class = step.guideline_class;
    finding.guideline_level = step.guideline_level;
    const StatementText& text = step.texts.in("en");
    finding.texts = &step.texts;
    finding.summary = text.summary;
    finding.detail = text.detail;
    findings.push_back(std::move(finding));
  }
}

}  // namespace cathgate::rules
