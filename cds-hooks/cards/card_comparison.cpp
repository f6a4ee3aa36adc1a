// What stands beside the advice without taking part in it: other published models, and guidelines that the site does not
// follow where they would advise something else.
#include "cds-hooks/cards/card_sections.h"

namespace cathgate::cds_hooks {
namespace {

std::string percent_of(const DetailParts& parts, double proportion) {
  std::string out;
  parts.facts.append_percent(out, proportion * 100);
  return out;
}

std::string value_of(const DetailParts& parts, const Likelihood::Comparator& model) {
  if (model.low == model.high) return percent_of(parts, model.low);
  return filled(parts.phrase(Phrase::value_range), {{"low", percent_of(parts, model.low)}, {"high", percent_of(parts, model.high)}});
}

// "coronary CT angiography first", "invasive angiography", ...
std::string_view advice_of(const DetailParts& parts, const OtherAdvice& other) {
  const auto name = other.asked_for == rules::Action::none ? decision_name(other.decision) : rules::action_name(other.asked_for);
  return parts.context.phrases.find("advice.", name);
}

}  // namespace

void append_comparators(DetailParts& parts) {
  if (!parts.assessment.likelihood || parts.assessment.likelihood->comparators.empty()) return;
  std::string models;
  for (const auto& model : parts.assessment.likelihood->comparators) {
    if (!models.empty()) models += parts.phrase(Phrase::list_separator);
    const auto own = parts.context.phrases.find("score.", model.id);
    models.append(own.empty() ? model.label : own).append(" ").append(value_of(parts, model));
  }
  parts.out += "- ";
  fill(parts.out, parts.phrase(Phrase::likelihood_comparators), {{"models", models}});
  parts.out += '\n';
}

void append_other_advice(DetailParts& parts) {
  const auto& phrases = parts.context.phrases;
  for (const auto& other : parts.assessment.other_advice) {
    std::string reason;
    parts.facts.append_text(reason, other.why.summary_in(phrases.language()), other.why.evidence, parts.assessment.evidence);
    drop_sentence_end(reason, phrases);
    reason += " [" + std::to_string(parts.sources.number_of(*other.citation)) + "]";
    fill(parts.out, parts.phrase(Phrase::guideline_differs), {{"guideline", phrases.find("guideline_name.", other.guideline)}, {"advice", advice_of(parts, other)}, {"reason", reason}});
    parts.out += '\n';
  }
  if (!parts.assessment.other_advice.empty()) parts.out += '\n';
}

}  // namespace cathgate::cds_hooks
