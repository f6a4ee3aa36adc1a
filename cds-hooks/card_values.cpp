#include "cds-hooks/card_values.h"

#include <array>
#include <charconv>
#include <cmath>

namespace cathgate::cds_hooks {
namespace {

using Buffer = std::array<char, 400>;

std::string_view fixed(Buffer& buffer, double value, int decimals) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}
std::string_view shortest(Buffer& buffer, double value) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

// Rounds to `decimals`, or to more while the last printed decimal is a 0 that the value does not have.
void append_rounded(std::string& out, double value, int decimals) {
  constexpr int kMostDecimals = 17;
  Buffer buffer;
  for (; decimals <= kMostDecimals; ++decimals) {
    const auto text = fixed(buffer, value, decimals);
    if (decimals > 0 && text.back() != '0') {
      out += text;
      return;
    }
  }
  out += shortest(buffer, value);
}

// Arithmetic leaves 7.000000000000001 where 7 is meant; differences of that size are no information.
double without_noise(double value) {
  constexpr double kNoise = 1e-13;
  const double scale = std::pow(10.0, 12 - std::ceil(std::log10(std::abs(value))));
  const double clean = std::round(value * scale) / scale;
  return std::isfinite(clean) && std::abs(clean - value) <= kNoise * std::abs(value) ? clean : value;
}

std::size_t significant_digits(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  return digits;
}

constexpr std::array<std::string_view, 7> kUnknownReasons = {"never_sent", "never_sent", "list_incomplete", "refused", "too_old", "conflicting", "not_computed"};

}  // namespace

void append_number(std::string& out, double value) {
  if (value == 0 || !std::isfinite(value)) {
    out += '0';
    return;
  }
  constexpr std::size_t kExactDigits = 5;
  constexpr int kRoundedDigits = 4;
  const double clean = without_noise(value);
  Buffer buffer;
  if (const auto text = shortest(buffer, clean); significant_digits(text) <= kExactDigits || clean == std::round(clean)) {
    out += text;
    return;
  }
  append_rounded(out, clean, std::max(1, kRoundedDigits - 1 - static_cast<int>(std::floor(std::log10(std::abs(clean))))));
}

void append_percent(std::string& out, double percent) {
  if (percent == 0 || !std::isfinite(percent)) {
    out += '0';
  } else {
    const double clean = without_noise(percent);
    Buffer buffer;
    const auto text = shortest(buffer, clean);
    if (text.find('.') == std::string_view::npos) out += text;
    else append_rounded(out, clean, 1);
  }
  out += " %";
}

std::string_view FactWriter::label(FactId fact) const {
  const auto& definition = facts_[fact];
  const auto own = phrases_.find("label.", definition.name);
  return own.empty() ? std::string_view(definition.label) : own;
}

void FactWriter::append_one(std::string& out, const FactDefinition& definition, double value) const {
  if (definition.kind == FactKind::boolean) {
    out += phrases_[value != 0 ? Phrase::value_yes : Phrase::value_no];
  } else if (definition.kind == FactKind::category) {
    const auto& name = definition.categories[std::min(static_cast<std::size_t>(std::max(value, 0.0)), definition.categories.size() - 1)];
    const auto own = phrases_.find("category." + definition.name + ".", name);
    if (!own.empty()) out += own;
    else
      for (const char c : name) out += c == '_' ? ' ' : c;
  } else if (definition.unit == "%") {
    append_percent(out, value);
  } else {
    append_number(out, value);
    if (definition.unit == "1") return;
    const auto unit = phrases_.find("unit.", definition.unit);
    out += ' ';
    out += unit.empty() ? std::string_view(definition.unit) : unit;
  }
}

void FactWriter::append_value(std::string& out, FactId fact, const FactValue& value) const {
  const auto& definition = facts_[fact];
  if (!value.known() || (definition.kind == FactKind::boolean && !value.exact())) {
    out += phrases_[Phrase::value_unknown];
    return;
  }
  if (value.exact()) return append_one(out, definition, value.low);
  std::string low, high;
  if (std::isfinite(value.low)) append_one(low, definition, value.low);
  if (std::isfinite(value.high)) append_one(high, definition, value.high);
  if (low.empty() && high.empty()) out += phrases_[Phrase::value_unknown];
  else if (low.empty()) fill(out, phrases_[Phrase::value_at_most], {{"high", high}});
  else if (high.empty()) fill(out, phrases_[Phrase::value_at_least], {{"low", low}});
  else fill(out, phrases_[Phrase::value_range], {{"low", low}, {"high", high}});
}

void FactWriter::append_short(std::string& out, FactId fact, const FactValue& value) const {
  const auto& definition = facts_[fact];
  const bool no = definition.kind == FactKind::boolean && value.exact() && value.low == 0;
  const bool yes = definition.kind == FactKind::boolean && value.exact() && !no;
  const auto own = phrases_.find(no ? "short_no." : "short.", definition.name);
  std::string text;
  append_value(text, fact, value);
  if (!own.empty() && (yes || no || definition.kind != FactKind::boolean)) fill(out, own, {{"value", text}});
  else if (no) fill(out, phrases_[Phrase::value_fact_no], {{"label", label(fact)}});
  else if (yes) out += label(fact);
  else fill(out, phrases_[Phrase::value_fact], {{"label", label(fact)}, {"value", text}});
}

void FactWriter::append_date(std::string& out, const FactValue& value) const {
  if (!value.at) {
    if (value.origin != Origin::derived) out += phrases_[Phrase::value_undated];
    return;
  }
  // A time without a zone was widened by 14 hours on both sides (core/time.h); the card shows it as it was written.
  constexpr UnixSeconds kSlack = 14 * 3600;
  const bool widened = value.at->latest - value.at->earliest >= 2 * kSlack;
  const auto from = write_date(value.at->earliest + (widened ? kSlack : 0));
  const auto to = write_date(value.at->latest - (widened ? kSlack : 0));
  const std::string_view year = std::string_view(from).substr(0, 4), month = std::string_view(from).substr(0, 7);
  if (from == to) out += from;
  else if (from.ends_with("-01-01") && to.ends_with("-12-31") && to.starts_with(year)) out += year;
  else if (from.ends_with("-01") && to.starts_with(month)) out += month;
  else fill(out, phrases_[Phrase::value_date_range], {{"from", from}, {"to", to}});
}

void FactWriter::append_missing(std::string& out, const MissingFact& missing) const {
  out += label(missing.fact);
  if (missing.reason == UnknownReason::none || missing.reason == UnknownReason::never_sent) return;
  out += " (";
  out += phrases_.find("why_unknown.", kUnknownReasons[static_cast<std::size_t>(missing.reason)]);
  out += ')';
}

void FactWriter::append_text(std::string& out, std::string_view text, const std::vector<Evidence>& evidence, const std::vector<Evidence>& more) const {
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const auto fact = facts_.find(text.substr(open + 1, close - open - 1));
    const FactValue* value = nullptr;
    for (const auto* list : {&evidence, &more})
      for (const auto& e : *list)
        if (!value && fact && e.fact == *fact) value = &e.value;
    if (!fact) out += text.substr(open, close - open + 1);
    else if (value) append_value(out, *fact, *value);
    else out += phrases_[Phrase::value_unknown];
    text.remove_prefix(close + 1);
  }
  out += text;
}

}  // namespace cathgate::cds_hooks
