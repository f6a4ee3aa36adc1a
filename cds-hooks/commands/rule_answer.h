// What one rule said in one assessment of a case, in words for those who write rules.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/commands/case_trace.h"
#include "engine/knowledge.h"
#include "rules/rule.h"

namespace cathgate::cds_hooks {

struct RuleAnswer {
  struct Reading {
    FactId fact = kNoFact;
    std::string words;  // "3, 2026-11-01, Observation/4", or why it is unknown
  };
  std::string verdict;  // "fires", "step low", "silent", "cannot say", or "not asked" when the assessment ended before its stage
  // Of a rule that fires the facts that made it so, of one that cannot say what it lacks, of a silent one what it looked at.
  std::vector<Reading> readings;
};

RuleAnswer answer_of(const Knowledge& knowledge, const rules::Rule& rule, const TracedAssessment& assessment);

}  // namespace cathgate::cds_hooks
