// Whether every text that a card can show exists in every language of the catalogue, fits, and has been read by a clinician.
// Placeholders are compared where texts are read (rules/step_reader, cds-hooks/messages).
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/cards/card_codes.h"
#include "cds-hooks/cards/messages.h"
#include "engine/knowledge.h"

namespace cathgate::cds_hooks {

struct LanguageReport {
  std::string language;
  std::size_t texts = 0;             // that a card can show
  std::vector<std::string> missing;  // where each of those stands that this language lacks: "label.lab.ldl", "rules/...#/text/es"
  bool reviewed = false;             // a clinician has read the catalogue and every text of a rule in this version
};

struct LanguageFindings {
  std::vector<LanguageReport> reports;  // English first; English never lacks a text
  std::vector<Error> problems;          // summaries that are too long once the longest test's name is filled in
};
LanguageFindings check_languages(const Messages& messages, const Knowledge& knowledge, const CardCodes& codes);

}  // namespace cathgate::cds_hooks
