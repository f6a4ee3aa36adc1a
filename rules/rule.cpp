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

void Rule::link() {
  undecided = {};
  undecided.id = info.id;
  undecided.version = info.version;
  undecided.status = info.status;
  undecided.citation = &info.citation;
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
