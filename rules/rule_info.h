// What there is to know about a rule without evaluating it: identity, source, texts in every language, age limits. For
// listings, pages and translations; immutable and owned by the RuleLibrary.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/localised_text.h"
#include "rules/effect.h"

namespace cathgate::rules {

// How old an input may be, and on whose word; "operational" is ours and a site may change it.
struct AgeLimit {
  FactId fact = kNoFact;
  double days = 0;
  std::string basis;
};

// One outcome of a rule: the only one of a plain rule (its id is empty), or one step of a table.
struct StepInfo {
  std::string id;
  Effect effect;
  Severity severity = Severity::info;
  std::string guideline_class;  // "I", "IIa", "IIb", "III" or empty
  std::string guideline_level;  // "A", "B", "C" or empty
  LocalisedText texts;
};

struct RuleInfo {
  std::string id;
  std::string version;
  std::string rule_set;    // "esc-2024"
  std::string file_id;     // the file that holds it
  LocalisedText file_title;   // summaries only
  std::string where;       // "rules/library/x.json#/rules/2"
  Stage stage = Stage::decision;
  EvidenceStatus status = EvidenceStatus::verified;
  Citation citation;       // the file's, with the rule's locator
  std::string limits;      // whom the statement was not made for; may be empty
  bool approved = false;   // a clinician signed the file
  std::optional<SiteNote> site;  // a rule of the site's folder
  std::vector<StepInfo> steps;
  std::vector<AgeLimit> age_limits;
};

}  // namespace cathgate::rules
