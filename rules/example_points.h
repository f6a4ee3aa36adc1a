// The values of a fact at which a rule may change its mind: at each of its numbers and just beside it, each category, nothing, a
// range over everything, and each of these at and past every age limit. For proposing examples.
#pragma once

#include <vector>

#include "core/json.h"
#include "rules/rule.h"

namespace cathgate::rules {

// What an example says of one fact: nothing (`known` false), one value (low equal to high) or a range, measured `days_old` days ago.
struct Point {
  bool known = false;
  double low = 0;
  double high = 0;
  double days_old = 0;
  bool operator==(const Point&) const = default;
};

// Each once, the plainest first. "Just beside" lies nearer to the number than any change that mutation.h tries. For a fact that
// the rule does not read: nothing, alone.
std::vector<Point> points_of(FactId fact, const Rule& rule, const FactCatalogue& facts);

// The facts that the rule reads, each once, in the order of its condition; the fact of a table last.
std::vector<FactId> facts_of(const Rule& rule);

// The point as an example holds it, and as a rule file writes it: 2.9, "4A", null or {"value": true, "days_old": 91}.
FactValue value_at(const Point& point);
void write_point(JsonWriter& w, const Point& point, const FactDefinition& fact);

}  // namespace cathgate::rules
