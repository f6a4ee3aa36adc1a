// The examples of a rule from JSON, and whether there are enough of them. Running them is judge's part.
#pragma once

#include "rules/cursor.h"
#include "rules/rule.h"

namespace cathgate::rules {

// The instant at which examples are evaluated; ages are counted back from it.
inline constexpr UnixSeconds kExampleNow = 1'700'000'000;

// Reads "examples" into the rule, whose condition, edges and steps are already read.
void read_examples(const Cursor& at, const FactCatalogue& facts, Rule& rule);

// Reports a rule without a firing and a silent example, and a table without an example at each edge.
void check_coverage(const Cursor& at, const FactCatalogue& facts, const Rule& rule);

}  // namespace cathgate::rules
