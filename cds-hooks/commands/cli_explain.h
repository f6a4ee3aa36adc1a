// How `cathgate rule explain` prints; shared by its two forms.
#pragma once

#include <string>

#include "cds-hooks/commands/rule_answer.h"

namespace cathgate::cds_hooks {

// One JSON object. "when" holds one line for each test, groups indented by two blanks; "edges" is the truth table; with a case
// (both pointers set) "in_case" says for each order what the rule said and why.
std::string explanation_json(const Knowledge& knowledge, const rules::Rule& rule, const CaseFile* file, const CaseTrace* trace);

}  // namespace cathgate::cds_hooks
