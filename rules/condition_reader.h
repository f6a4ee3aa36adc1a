// Conditions from JSON: the forms of docs/decisions/0001-shape-of-knowledge.md, checked against the facts' kinds.
#pragma once

#include "rules/condition.h"
#include "rules/cursor.h"
#include "rules/rule_info.h"

namespace cathgate::rules {

// Reads a condition; age limits that it finds are appended. With problems the result is meaningless.
Condition read_condition(const Cursor& at, const FactCatalogue& facts, std::vector<AgeLimit>& age_limits);

// Reads "max_age_days" with its "age_basis" beside a use of the fact; kAnyAge when there is none.
double read_max_age(const Cursor& at, FactId fact, std::vector<AgeLimit>& age_limits);

// A threshold for a quantity (a number within its plausible range) or a category (the index of its name).
std::optional<double> read_threshold(const Cursor& at, const FactDefinition& fact);

}  // namespace cathgate::rules
