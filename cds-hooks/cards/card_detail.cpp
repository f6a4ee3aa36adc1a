#include "cds-hooks/cards/card_detail.h"

#include "cds-hooks/cards/card_markdown.h"
#include "cds-hooks/cards/card_sections.h"
#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kTypicalLength = 6'000;
constexpr std::size_t kMaxOrderName = 80;

void append_reason(DetailParts& parts) {
  const auto reason = parts.context.phrases.find(parts.assessment.decision_reason);
  if (!reason.empty()) {
    parts.out += "**";
    parts.facts.append_text(parts.out, reason, parts.assessment.drivers, parts.assessment.evidence);
    parts.out += "**\n\n";
  }
  if (parts.assessment.acute_not_assessed && parts.assessment.decision != Decision::emergency)
    parts.line(Phrase::detail_acute_not_assessed, {});
}

}  // namespace

void append_card_order(std::string& out, const Phrases& phrases, const fhir::DraftOrder& order) {
  std::string name, reference;
  append_escaped(name, order.display, kMaxOrderName);
  append_escaped(reference, order.reference);
  if (name.empty() && reference.empty()) return;
  if (name.empty() || reference.empty())
    fill(out, phrases[Phrase::detail_order_unnamed], {{"reference", name.empty() ? reference : name}});
  else
    fill(out, phrases[Phrase::detail_order], {{"order", name}, {"reference", reference}});
  out += "\n\n";
}

// What a reader must know before trusting anything below it.
void append_card_notices(std::string& out, const CardContext& context) {
  std::string notices;
  auto add = [&](bool wanted, Phrase phrase) {
    if (!wanted) return;
    if (!notices.empty()) notices += context.phrases[Phrase::sentence_space];
    notices += context.phrases[phrase];
  };
  add(context.tenant.development_mode, Phrase::detail_development);
  add(!context.rules_approved, Phrase::detail_unsigned);
  add(!context.phrases.complete(), Phrase::detail_untranslated);
  add(!context.phrases.reviewed() && context.phrases.language() != "en", Phrase::detail_unreviewed);
  if (!notices.empty()) out += "*" + notices + "*\n\n";
}

std::string write_detail(const CardContext& context, const Assessment& assessment, const fhir::DraftOrder* order) {
  DetailParts parts{context, assessment, FactWriter(context.facts, context.phrases), {}, {}};
  parts.out.reserve(kTypicalLength);
  append_reason(parts);
  append_next_test(parts);
  append_other_advice(parts);
  append_card_notices(parts.out, context);
  if (order) append_card_order(parts.out, context.phrases, *order);
  append_likelihood(parts);
  append_learned(parts);
  append_evidence(parts);
  append_statements(parts);
  append_reversal(parts);
  append_prevention(parts);
  append_gaps(parts);
  append_limits(parts.out, context, assessment.as_of);
  parts.sources.append(parts.out);
  while (parts.out.ends_with('\n')) parts.out.pop_back();
  return std::move(parts.out);
}

std::string write_unusable_detail(const CardContext& context, const fhir::DraftOrder& order, UnixSeconds as_of) {
  std::string out;
  out += context.phrases[Phrase::detail_unusable_order];
  out += "\n\n";
  append_card_notices(out, context);
  append_card_order(out, context.phrases, order);
  append_issues(out, FactWriter(context.facts, context.phrases), order.issues);
  out += '\n';
  append_limits(out, context, as_of);
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace cathgate::cds_hooks
