// What a rule, or one step of a table, does and says: effect, recommendation, severity and texts from JSON.
#pragma once

#include "rules/cursor.h"
#include "rules/rule_info.h"

namespace cathgate::rules {

// What the whole rule says about each of its steps.
struct StepContext {
  const FactCatalogue& facts;
  Stage stage;             // of the rule: a fact that it defines must belong to it
  EvidenceStatus status;   // secondary and unconfirmed rules may only make advice more cautious
  bool table;
  std::string_view version;  // of the rule: a review of another version's text does not count
};

// A text that a card prints as Markdown: reports characters that would be markup there.
void check_markdown(const Cursor& at);
// "en", "zh", "es": two or three small letters.
bool is_language(std::string_view tag);

// Reads "effect", "text", "recommendation" and "severity" from `at`; the last two from `rule` where the step has none.
StepInfo read_step(const Cursor& at, const Cursor& rule, const StepContext& context);

}  // namespace cathgate::rules
