// The order in which the rules of a stage run: after the rules that define the facts they read.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rules/rule.h"

namespace cathgate::rules {

using StageOrders = std::array<std::vector<std::uint32_t>, kStages>;  // indices into the rules, by stage

// Orders the rules (otherwise as they stand), marks in each the definitions that come first, and reports cycles and
// categories with two owners.
StageOrders order_rules(std::vector<Rule>& rules, const FactCatalogue& facts, std::vector<Error>& errors);

}  // namespace cathgate::rules
