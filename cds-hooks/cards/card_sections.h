// The sections of a card's detail, one function each; a section without content writes nothing.
#pragma once

#include <string>
#include <vector>

#include "cds-hooks/cards/card_context.h"
#include "cds-hooks/cards/card_values.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {

// Numbers the sources of a card in the order in which they are cited.
class SourceList {
 public:
  std::size_t number_of(const Citation& citation);
  void append(std::string& out) const;

 private:
  std::vector<const Citation*> sources_;
};

// One card being written. `out` is Markdown.
struct DetailParts {
  const CardContext& context;
  const Assessment& assessment;
  FactWriter facts;
  std::string out;
  SourceList sources;

  std::string_view phrase(Phrase p) const { return context.phrases[p]; }
  void heading(Phrase p);
  void line(Phrase p, std::initializer_list<Slot> slots);
};

void append_likelihood(DetailParts& parts);
void append_comparators(DetailParts& parts);
void append_learned(DetailParts& parts);
void append_next_test(DetailParts& parts);
void append_other_advice(DetailParts& parts);
void append_evidence(DetailParts& parts);
void append_statements(DetailParts& parts);
void append_reversal(DetailParts& parts);
void append_prevention(DetailParts& parts);
void append_gaps(DetailParts& parts);
void append_issues(std::string& out, const FactWriter& facts, const std::vector<DataIssue>& issues);
void append_limits(std::string& out, const CardContext& context, UnixSeconds as_of);

// One row of a table of evidence.
void append_evidence_row(DetailParts& parts, const Evidence& evidence);
// What a reader must know before trusting anything below it, and which order the card is about.
void append_card_notices(std::string& out, const CardContext& context);
void append_card_order(std::string& out, const Phrases& phrases, const fhir::DraftOrder& order);

// "class I, level C; [1] Recommendation Table 11"; nothing when the finding has neither.
std::string basis_of(DetailParts& parts, const Finding& finding);

// Ends a text with the language's full stop, unless it ends a sentence already; and takes such an end away.
void end_sentence(std::string& text, const Phrases& phrases);
void drop_sentence_end(std::string& text, const Phrases& phrases);

// Upper case for the first letter, where it is of the Latin alphabet with or without one of the accents of Spanish.
void capitalise(std::string& text, std::size_t at = 0);

}  // namespace cathgate::cds_hooks
