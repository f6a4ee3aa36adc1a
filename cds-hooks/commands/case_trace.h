// What every rule said about a case: the bench on which authors see why a rule fired and what a change of it does.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/commands/case_file.h"
#include "core/fact_view.h"

namespace cathgate::cds_hooks {

// What one assessment of the case (of one order, or of the patient) saw.
struct TracedAssessment {
  std::string order;     // its reference; empty for a patient without an order
  std::string decision;
  std::vector<std::string> fired;      // ids of rules, with "/step" for a table, in alphabetical order
  std::vector<std::string> undecided;  // likewise: those that could not say
  FactView facts;                      // with every fact that was defined; points into the trace's snapshot
  Stage last_stage = Stage::scope;     // rules of later stages were not asked
};

struct CaseTrace {
  std::unique_ptr<PatientSnapshot> snapshot;  // kept for the views
  std::vector<TracedAssessment> assessments;  // one for each order that can be assessed
  std::string body;                           // the answer
};

Result<CaseTrace> trace_case(const ServiceKnowledge& knowledge, const CaseFile& file);

}  // namespace cathgate::cds_hooks
