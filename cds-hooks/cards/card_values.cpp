#include "cds-hooks/cards/card_values.h"

#include <array>
#include <cmath>

namespace cathgate::cds_hooks {
namespace {

constexpr std::array<std::string_view, 7> kUnknownReasons = {"never_sent", "never_sent",  "list_incomplete", "refused",
                                                             "too_old",    "conflicting", "not_computed"};

}  // namespace

std::string_view FactWriter::label(FactId fact) const {
  const auto& definition = facts_[fact];
  const auto own = phrases_.find("label.", definition.name);
  return own.empty() ? std::string_view(definition.label) : own;
}

void FactWriter::append_number(std::string& out, double value) const {
  const auto start = out.size();
  cds_hooks::append_number(out, value);
  const auto mark = phrases_[Phrase::number_decimal];
  if (const auto point = out.find('.', start); point != std::string::npos && mark != ".") out.replace(point, 1, mark);
}

void FactWriter::append_percent(std::string& out, double percent) const {
  std::string number;
  append_percent_number(number, percent);
  const auto mark = phrases_[Phrase::number_decimal];
  if (const auto point = number.find('.'); point != std::string::npos && mark != ".") number.replace(point, 1, mark);
  fill(out, phrases_[Phrase::number_percent], {{"value", number}});
}

void FactWriter::append_category(std::string& out, const FactDefinition& definition, std::string_view name) const {
  auto text = phrases_.find("category." + definition.name + ".", name);
  if (text.empty()) text = phrases_.find("word.", name);
  if (!text.empty())
    out += text;
  else
    for (const char c : name) out += c == '_' ? ' ' : c;
}

void FactWriter::append_one(std::string& out, const FactDefinition& definition, double value) const {
  if (definition.kind == FactKind::boolean) {
    out += phrases_[value != 0 ? Phrase::value_yes : Phrase::value_no];
  } else if (definition.kind == FactKind::category) {
    const auto& name =
        definition
            .categories[std::min(static_cast<std::size_t>(std::max(value, 0.0)), definition.categories.size() - 1)];
    append_category(out, definition, name);
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
  if (low.empty() && high.empty())
    out += phrases_[Phrase::value_unknown];
  else if (low.empty())
    fill(out, phrases_[Phrase::value_at_most], {{"high", high}});
  else if (high.empty())
    fill(out, phrases_[Phrase::value_at_least], {{"low", low}});
  else
    fill(out, phrases_[Phrase::value_range], {{"low", low}, {"high", high}});
}

void FactWriter::append_short(std::string& out, FactId fact, const FactValue& value) const {
  const auto& definition = facts_[fact];
  const bool no = definition.kind == FactKind::boolean && value.exact() && value.low == 0;
  const bool yes = definition.kind == FactKind::boolean && value.exact() && !no;
  const auto own = phrases_.find(no ? "short_no." : "short.", definition.name);
  std::string text;
  append_value(text, fact, value);
  if (!own.empty() && (yes || no || definition.kind != FactKind::boolean))
    fill(out, own, {{"value", text}});
  else if (no)
    fill(out, phrases_[Phrase::value_fact_no], {{"label", label(fact)}});
  else if (yes)
    out += label(fact);
  else
    fill(out, phrases_[Phrase::value_fact], {{"label", label(fact)}, {"value", text}});
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
  if (from == to)
    out += from;
  else if (from.ends_with("-01-01") && to.ends_with("-12-31") && to.starts_with(year))
    out += year;
  else if (from.ends_with("-01") && to.starts_with(month))
    out += month;
  else
    fill(out, phrases_[Phrase::value_date_range], {{"from", from}, {"to", to}});
}

void FactWriter::append_missing(std::string& out, const MissingFact& missing) const {
  out += label(missing.fact);
  if (missing.reason == UnknownReason::none || missing.reason == UnknownReason::never_sent) return;
  out += " (";
  out += phrases_.find("why_unknown.", kUnknownReasons[static_cast<std::size_t>(missing.reason)]);
  out += ')';
}

void FactWriter::append_text(std::string& out, std::string_view text, const std::vector<Evidence>& evidence,
                             const std::vector<Evidence>& more) const {
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const auto fact = facts_.find(text.substr(open + 1, close - open - 1));
    const FactValue* value = nullptr;
    for (const auto* list : {&evidence, &more})
      for (const auto& e : *list)
        if (!value && fact && e.fact == *fact) value = &e.value;
    if (!fact)
      out += text.substr(open, close - open + 1);
    else if (value)
      append_value(out, *fact, *value);
    else
      out += phrases_[Phrase::value_unknown];
    text.remove_prefix(close + 1);
  }
  out += text;
}

}  // namespace cathgate::cds_hooks
