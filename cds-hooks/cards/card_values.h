// Facts and numbers as a card prints them: rounded for reading, never across a threshold, and independent of the
// locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cds-hooks/cards/card_numbers.h"
#include "cds-hooks/cards/messages.h"
#include "core/finding.h"

namespace cathgate::cds_hooks {

// How one card names and prints facts. Cheap to make; the catalogue and the phrases must outlive it.
class FactWriter {
 public:
  FactWriter(const FactCatalogue& facts, const Phrases& phrases) : facts_(facts), phrases_(phrases) {}

  std::string_view label(FactId fact) const;
  // Numbers and percentages with the language's decimal mark: "26.5 %", "26,5 %".
  void append_number(std::string& out, double value) const;
  void append_percent(std::string& out, double percent) const;
  // "58 years", "4A", "≤ 3 ng/L", "yes"; "not known" when nothing is known.
  void append_value(std::string& out, FactId fact, const FactValue& value) const;
  // As the summary says it: "CAD-RADS 4A", "no acute features recorded".
  void append_short(std::string& out, FactId fact, const FactValue& value) const;
  // "2026-11-24", "2026-11", "undated", or nothing for a derived fact without a time.
  void append_date(std::string& out, const FactValue& value) const;
  // "LDL cholesterol (too old)"
  void append_missing(std::string& out, const MissingFact& missing) const;
  // Appends a text of the knowledge with its {fact.name} placeholders filled by the first of the evidence lists that
  // holds the fact; a fact that none of them holds is "not known".
  void append_text(std::string& out, std::string_view text, const std::vector<Evidence>& evidence,
                   const std::vector<Evidence>& more) const;

  const FactCatalogue& facts() const { return facts_; }
  const Phrases& phrases() const { return phrases_; }

 private:
  void append_category(std::string& out, const FactDefinition& definition, std::string_view name) const;
  void append_one(std::string& out, const FactDefinition& definition, double value) const;
  const FactCatalogue& facts_;
  const Phrases& phrases_;
};

}  // namespace cathgate::cds_hooks
