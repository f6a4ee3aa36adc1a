// A rule in plain English, for authors and for readers of the catalogue: its condition as a list of tests, its effect, its
// source. It says what the compiled rule does, so that a misunderstanding of the file format shows.
#pragma once

#include <string>

#include "rules/rule.h"

namespace cathgate::rules {

// One line for each test, groups indented by two blanks under "all of", "any of", "at least 2 of" or "not". Each line begins with
// `indent` and ends with a line feed. Empty for a condition that always holds.
std::string condition_words(const Condition& condition, const FactCatalogue& facts, std::string_view indent);

// "more than 5 % and up to 15 %": where a step of a table lies.
std::string step_words(const Rule& rule, std::size_t step, const FactCatalogue& facts);

// "recommends angiography and defines result.high_event_risk", "rules out exercise_ecg".
std::string effect_words(const Effect& effect, const FactCatalogue& facts);

// "class I, level C"; empty when the source gives none.
std::string recommendation_words(const StepInfo& step);

}  // namespace cathgate::rules
