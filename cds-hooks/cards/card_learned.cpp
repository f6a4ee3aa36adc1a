// The learned score on the card: its estimate with interval, what moved it most, and whom it learned from.
#include <cmath>

#include "cds-hooks/cards/card_sections.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxParts = 5;
constexpr std::size_t kMaxUnknown = 4;
constexpr double kSmallPart = 0.05;  // log-odds; less is not worth a line

std::string percent(const DetailParts& parts, double proportion) {
  std::string out;
  parts.facts.append_percent(out, proportion * 100);
  return out;
}

std::string number(const DetailParts& parts, double value) {
  std::string out;
  parts.facts.append_number(out, value);
  return out;
}

std::string factor(const DetailParts& parts, double log_odds) { return number(parts, std::round(std::exp(log_odds) * 100) / 100); }

// The name of a score or ratio in the language of the card.
std::string_view label_of(const DetailParts& parts, std::string_view id, std::string_view label) {
  const auto own = parts.context.phrases.find("score.", id);
  return own.empty() ? label : own;
}

void item(DetailParts& parts, Phrase phrase, std::initializer_list<Slot> slots) {
  parts.out += "- ";
  fill(parts.out, parts.phrase(phrase), slots);
  parts.out += '\n';
}

template <class Items, class Fact>
std::string labels(DetailParts& parts, const Items& items, Fact fact_of) {
  std::string out;
  std::size_t count = 0;
  for (const auto& one : items) {
    if (count++ == kMaxUnknown) break;
    if (!out.empty()) out += parts.phrase(Phrase::list_separator);
    out += parts.facts.label(fact_of(one));
  }
  return out;
}

void append_parts(DetailParts& parts, const LearnedResult& learned) {
  std::size_t shown = 0, others = 0;
  double rest = 0;
  for (const auto& part : learned.parts) {
    if (!part.narrated || shown == kMaxParts || std::abs(part.log_odds) < kSmallPart) {
      rest += part.log_odds;
      ++others;
      continue;
    }
    std::string fact(label_of(parts, part.score, part.label));
    if (part.fact != kNoFact) {
      std::string value;
      parts.facts.append_value(value, part.fact, part.value);
      fact = filled(parts.phrase(Phrase::value_fact), {{"label", parts.facts.label(part.fact)}, {"value", value}});
    }
    item(parts, Phrase::learned_part, {{"fact", fact}, {"factor", factor(parts, part.log_odds)}});
    ++shown;
  }
  if (others > 0) item(parts, Phrase::learned_rest, {{"count", std::to_string(others)}, {"factor", factor(parts, rest)}});
  for (const auto& ratio : learned.ratios) {
    item(parts, Phrase::learned_ratio, {{"label", label_of(parts, ratio.test->id, ratio.test->label)}, {"ratio", number(parts, ratio.ratio().value)}});
  }
  if (!learned.missing.empty()) item(parts, Phrase::learned_unknown, {{"facts", labels(parts, learned.missing, [](const MissingFact& m) { return m.fact; })}});
}

void append_estimate(DetailParts& parts, const LearnedResult& learned) {
  const auto point = percent(parts, learned.point), low = percent(parts, learned.low), high = percent(parts, learned.high);
  const std::string_view version = learned.score->data().version;
  parts.out += "**";
  if (learned.decided) fill(parts.out, parts.phrase(Phrase::learned_decides), {{"version", version}, {"percent", point}, {"low", low}, {"high", high}, {"threshold", percent(parts, *learned.threshold)}});
  else fill(parts.out, parts.phrase(learned.threshold ? Phrase::learned_local : Phrase::learned_beside), {{"version", version}, {"percent", point}, {"low", low}, {"high", high}});
  parts.out += "** [" + std::to_string(parts.sources.number_of(learned.score->data().citation)) + "]\n";
}

}  // namespace

void append_learned(DetailParts& parts) {
  if (!parts.assessment.learned) return;
  const auto& learned = *parts.assessment.learned;
  if (!learned.possible) {
    if (!learned.outside.empty()) parts.line(Phrase::learned_outside, {{"facts", labels(parts, learned.outside, [](FactId f) { return f; })}});
    else parts.line(Phrase::learned_missing_input, {{"facts", labels(parts, learned.missing, [](const MissingFact& m) { return m.fact; })}});
    return;
  }
  append_estimate(parts, learned);
  append_parts(parts, learned);
  if (learned.threshold && !learned.certified) item(parts, learned.woman ? Phrase::learned_uncertified_women : Phrase::learned_uncertified_men, {});
  item(parts, Phrase::learned_limits, {});
  parts.out += '\n';
}

}  // namespace cathgate::cds_hooks
