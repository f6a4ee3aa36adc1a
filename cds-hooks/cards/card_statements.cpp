// Guideline statements with class, level and source; what would change the advice; preventive treatment.
#include <algorithm>
#include <utility>

#include "cds-hooks/cards/card_sections.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxStatements = 8;
constexpr std::size_t kDetailedStatements = 3;

void append_sentence(DetailParts& parts, std::string_view text, const Finding& finding) {
  const auto start = parts.out.size();
  parts.facts.append_text(parts.out, text, finding.evidence, parts.assessment.evidence);
  capitalise(parts.out, start);
  if (parts.out.size() > start) end_sentence(parts.out, parts.context.phrases);
}

void append_statement(DetailParts& parts, const Finding& finding, bool with_detail) {
  parts.out += "- ";
  const auto language = parts.context.phrases.language();
  append_sentence(parts, finding.summary_in(language), finding);
  if (const auto detail = finding.detail_in(language); with_detail && !detail.empty()) {
    parts.out += parts.phrase(Phrase::sentence_space);
    append_sentence(parts, detail, finding);
  }
  if (const auto basis = basis_of(parts, finding); !basis.empty()) parts.out.append(" (").append(basis).append(")");
  parts.out += '\n';
}

bool is_medication(const FactCatalogue& facts, FactId fact) {
  return facts[fact].list == RecordList::medications;
}

// Drugs that a preventive statement speaks of, each once: whether the record shows them.
void append_drugs(DetailParts& parts, const std::vector<const Finding*>& findings) {
  std::vector<FactId> shown;
  auto append = [&](FactId fact, const FactValue& value) {
    if (!is_medication(parts.context.facts, fact) || std::find(shown.begin(), shown.end(), fact) != shown.end()) return;
    shown.push_back(fact);
    const auto phrase = !value.exact()   ? Phrase::drug_unknown
                        : value.low != 0 ? Phrase::drug_recorded
                                         : Phrase::drug_not_recorded;
    parts.out += "- ";
    fill(parts.out, parts.phrase(phrase), {{"drug", parts.facts.label(fact)}});
    parts.out += '\n';
  };
  for (const auto* finding : findings) {
    for (const auto& e : finding->evidence) append(e.fact, e.value);
    for (const auto& m : finding->missing) append(m.fact, FactValue::unknown_because(m.reason));
  }
}

}  // namespace

std::size_t SourceList::number_of(const Citation& citation) {
  const auto at = std::find_if(sources_.begin(), sources_.end(), [&](const Citation* s) {
    return s == &citation || (s->text == citation.text && s->doi == citation.doi);
  });
  if (at != sources_.end()) return static_cast<std::size_t>(at - sources_.begin()) + 1;
  sources_.push_back(&citation);
  return sources_.size();
}

void SourceList::append(std::string& out) const {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    out.append("[").append(std::to_string(i + 1)).append("] ").append(sources_[i]->text);
    if (!sources_[i]->doi.empty())
      out.append(", doi ").append(sources_[i]->doi);
    else
      out.append(", ").append(sources_[i]->url);
    out += "\n\n";
  }
}

void DetailParts::heading(Phrase p) {
  out.append("**").append(phrase(p)).append("**\n\n");
}

void DetailParts::line(Phrase p, std::initializer_list<Slot> slots) {
  fill(out, phrase(p), slots);
  out += "\n\n";
}

void end_sentence(std::string& text, const Phrases& phrases) {
  const auto end = phrases[Phrase::sentence_end];
  if (!text.ends_with(end) && (text.empty() || std::string_view(".!?").find(text.back()) == std::string_view::npos)) text += end;
}

void drop_sentence_end(std::string& text, const Phrases& phrases) {
  const auto end = phrases[Phrase::sentence_end];
  while (!end.empty() && text.ends_with(end)) text.resize(text.size() - end.size());
  while (text.ends_with('.')) text.pop_back();
}

void capitalise(std::string& text, std::size_t at) {
  if (at >= text.size()) return;
  if (text[at] >= 'a' && text[at] <= 'z') {
    text[at] = static_cast<char>(text[at] - 'a' + 'A');
  } else if (at + 1 < text.size() && text[at] == '\xC3') {  // U+00E0 to U+00FE, but for the sign of division
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (second >= 0xA0 && second <= 0xBE && second != 0xB7) text[at + 1] = static_cast<char>(second - 0x20);
  }
}

std::string basis_of(DetailParts& parts, const Finding& finding) {
  std::string out;
  if (!finding.guideline_class.empty()) {
    if (finding.guideline_level.empty())
      fill(out, parts.phrase(Phrase::statement_class_only), {{"class", finding.guideline_class}});
    else
      fill(out, parts.phrase(Phrase::statement_class),
           {{"class", finding.guideline_class}, {"level", finding.guideline_level}});
  }
  if (finding.citation) {
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    out.append("[").append(std::to_string(parts.sources.number_of(*finding.citation))).append("]");
    if (!finding.citation->locator.empty()) out.append(" ").append(finding.citation->locator);
  }
  if (!may_drive_advice(finding.status)) {
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    out += parts.phrase(Phrase::statement_caution);
  }
  if (finding.site) {
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    const auto phrase = finding.site->overrides              ? Phrase::statement_site_override
                        : finding.site->approved_by.empty() ? Phrase::statement_site_rule
                                                             : Phrase::statement_site_rule_by;
    fill(out, parts.phrase(phrase), {{"reason", finding.site->reason}, {"name", finding.site->approved_by}});
  }
  return out;
}

void append_statements(DetailParts& parts) {
  std::size_t count = 0;
  for (const auto& statement : parts.assessment.statements) {
    if (statement.action == Statement::Action::prevention) continue;
    if (count == 0) parts.heading(Phrase::heading_statements);
    if (count < kMaxStatements) append_statement(parts, statement.finding, count < kDetailedStatements);
    ++count;
  }
  if (count > kMaxStatements) {
    parts.out += "- ";
    fill(parts.out, parts.phrase(Phrase::more_rows), {{"count", std::to_string(count - kMaxStatements)}});
    parts.out += '\n';
  }
  if (count > 0) parts.out += '\n';
}

void append_reversal(DetailParts& parts) {
  if (parts.assessment.decision == Decision::emergency) return;
  const auto& phrases = parts.context.phrases;
  const auto at_once = phrases[Phrase::return_at_once];
  bool any = false;
  for (const auto id : parts.assessment.reversal) {
    const auto text = phrases.find(id);
    if (text.empty() || text == at_once) continue;
    if (!std::exchange(any, true)) parts.heading(Phrase::heading_reversal);
    parts.out += "- ";
    parts.facts.append_text(parts.out, text, parts.assessment.drivers, parts.assessment.evidence);
    parts.out += '\n';
  }
  if (any) parts.out += '\n';
  parts.out.append("**").append(at_once).append("**\n\n");
}

void append_prevention(DetailParts& parts) {
  std::vector<const Finding*> findings;
  for (const auto& statement : parts.assessment.statements)
    if (statement.action == Statement::Action::prevention) findings.push_back(&statement.finding);
  if (findings.empty()) return;
  parts.heading(Phrase::heading_prevention);
  for (const auto* finding : findings) append_statement(parts, *finding, true);
  append_drugs(parts, findings);
  parts.out += '\n';
}

}  // namespace cathgate::cds_hooks
