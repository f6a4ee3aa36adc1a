// CAD-RADS assessments in the words of a radiology report: "CAD-RADS 4A/P3/HRP". Understands modifiers in any order,
// negations and comparisons with earlier studies. It reads text only; what a category means is not its business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cathgate::fhir {

// The phrases of terms.json, lower case.
struct CadRadsWords {
  std::vector<std::string> filler;           // between "CAD-RADS" and the category: "category", "2.0", ":"
  std::vector<std::string> directly_before;  // right before it: "no", "not", "from"
  std::vector<std::string> history_before;   // before it, anywhere in the same clause
  std::vector<std::string> history_after;    // after it, in the same clause
  std::vector<std::string> current;          // ends the reach of a history phrase: "now"
  std::vector<std::string> alternative;      // between two categories: "or", "vs"
};

// One assessment as it is written. Empty strings: not stated.
struct CadRadsMention {
  std::string category;         // "0", "1", "2", "3", "4", "4A", "4B", "5"; empty when only N is stated
  bool non_diagnostic = false;  // category N or modifier N
  std::string plaque;           // "P1" ... "P4"
  bool high_risk_plaque = false;
  std::string ischaemia;  // "negative", "borderline", "positive"
  bool stent = false;
  bool graft = false;
  bool exception = false;
  bool operator==(const CadRadsMention&) const = default;
};

struct CadRadsReading {
  std::vector<CadRadsMention>
      current;           // distinct assessments of this study; more than one: the report contradicts itself
  std::size_t past = 0;  // mentions of earlier studies, and negated ones
};

CadRadsReading read_cad_rads(std::string_view text, const CadRadsWords& words);

}  // namespace cathgate::fhir
