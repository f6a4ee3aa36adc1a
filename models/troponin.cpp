#include "models/troponin.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cathgate::models {
namespace {

constexpr std::array<std::string_view, 4> kResults = {"rule_out", "observe", "rule_in", "repeat"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Whether the word stands in the text by itself: "access", not "accession".
bool has_word(std::string_view text, std::string_view word) {
  const auto is_letter = [&](std::size_t at) { return at < text.size() && text[at] >= 'a' && text[at] <= 'z'; };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (!(at > 0 && is_letter(at - 1)) && !is_letter(at + word.size())) return true;
  return false;
}

std::optional<TroponinCutoffs> read_cutoffs(const Node& node) {
  if (node.json().is_missing()) return std::nullopt;
  node.allow({"very_low", "low", "no_delta", "high", "delta", "high_above", "delta_above"});
  TroponinCutoffs c;
  c.above = !node.json()["high_above"].is_missing();
  if (!node.json()["very_low"].is_missing()) c.very_low = node.number("very_low");
  c.low = node.number("low");
  c.no_delta = node.number("no_delta");
  c.high = node.number(c.above ? "high_above" : "high");
  c.delta = node.number(c.above ? "delta_above" : "delta");
  return c;
}

bool reached(double value, double cutoff, bool above) { return above ? value > cutoff : value >= cutoff; }

// The least and the largest change that two intervals allow.
std::pair<double, double> change_of(const TroponinSample& a, const TroponinSample& b) {
  const double gap = std::max({0.0, a.low - b.high, b.low - a.high});
  return {gap, std::max(std::abs(a.high - b.low), std::abs(b.high - a.low))};
}

// Whatever the intervals leave open is observed.
TroponinResult judge_pair(const TroponinCutoffs& c, const TroponinSample& first, const TroponinSample& second) {
  const auto [least, most] = change_of(first, second);
  if (reached(first.low, c.high, c.above) || reached(least, c.delta, c.above)) return TroponinResult::rule_in;
  if (first.high < c.low && most < c.no_delta) return TroponinResult::rule_out;
  return TroponinResult::observe;
}

}  // namespace

const TroponinAssay* TroponinTable::find(FactId analyte, std::string_view method) const {
  const auto words = lower(method);
  for (const auto& assay : assays_)
    if (assay.fact == analyte && std::any_of(assay.names.begin(), assay.names.end(), [&](const auto& n) { return has_word(words, n); })) return &assay;
  return nullptr;
}

const TroponinSample* TroponinTable::sample_in(std::span<const TroponinSample> samples, const Window& window) const {
  for (const auto& s : samples)
    if (s.hours >= window.from && s.hours < window.below) return &s;
  return nullptr;
}

TroponinVerdict TroponinTable::judge_esc(const TroponinAssay& assay, std::span<const TroponinSample> samples, std::optional<double> onset_hours) const {
  const auto& cutoffs = *assay.one_hour;
  const auto& first = samples.front();
  if (reached(first.low, cutoffs.high, cutoffs.above)) return {TroponinResult::rule_in, TroponinPathway::first_sample};
  if (const auto* second = sample_in(samples, one_hour_)) return {judge_pair(cutoffs, first, *second), TroponinPathway::one_hour};
  if (const auto* second = sample_in(samples, two_hours_))
    return {assay.two_hours ? judge_pair(*assay.two_hours, first, *second) : TroponinResult::observe, TroponinPathway::two_hours};
  const bool late = onset_hours && *onset_hours > early_hours_;
  if (late && cutoffs.very_low && first.high < *cutoffs.very_low) return {TroponinResult::rule_out, TroponinPathway::first_sample};
  return {};
}

std::optional<TroponinVerdict> TroponinTable::judge_aha(const TroponinAssay& assay, std::span<const TroponinSample> samples) const {
  if (!assay.aha_one_hour) return std::nullopt;
  const auto& cutoffs = *assay.aha_one_hour;
  const auto& first = samples.front();
  if (reached(first.low, cutoffs.high, cutoffs.above)) return TroponinVerdict{TroponinResult::rule_in, TroponinPathway::first_sample};
  if (const auto* second = sample_in(samples, one_hour_)) return TroponinVerdict{judge_pair(cutoffs, first, *second), TroponinPathway::one_hour};
  return TroponinVerdict{};
}

void TroponinTable::read(const Node& root) {
  root.allow({"id", "version", "title", "evidence_status", "approved_by", "citation", "aha_citation", "limits", "early_presenter_hours", "windows", "sample_time_tolerance_s", "assays", "golden"});
  root.text("version");
  root.citation();
  root.status("evidence_status");
  early_hours_ = root.number("early_presenter_hours");
  tolerance_s_ = root.number("sample_time_tolerance_s");
  const auto window = [&](std::string_view name) {
    const auto json = root.json()["windows"][name];
    return Window{json[std::size_t{0}].number().value_or(0), json[std::size_t{1}].number().value_or(0)};
  };
  one_hour_ = window("one_hour");
  two_hours_ = window("two_hours");
  if (one_hour_.from <= 0 || one_hour_.below <= one_hour_.from || two_hours_.from < one_hour_.below || two_hours_.below <= two_hours_.from) root.at("windows").problem("windows are [from, below] in hours, one after the other");
  for (const auto& node : root.at("assays").elements()) {
    node.allow({"id", "label", "fact", "names", "one_hour", "two_hours", "aha_one_hour"});
    TroponinAssay assay{node.text("id"), node.text("label"), node.fact("fact"), {}, read_cutoffs(node.at("one_hour")), read_cutoffs(node.at("two_hours")), read_cutoffs(node.at("aha_one_hour"))};
    for (const auto& name : node.at("names").elements()) assay.names.push_back(lower(name.json().text()));
    if (assay.names.empty() || !assay.one_hour) node.problem("an assay needs names and its cut-offs at one hour");
    assays_.push_back(std::move(assay));
  }
  if (assays_.empty()) root.at("assays").problem("no assays");
}

void TroponinTable::try_golden_rows(const Node& root) const {
  const auto rows = root.at("golden").elements();
  if (rows.empty()) root.at("golden").problem("golden rows are needed");
  for (const auto& row : rows) {
    row.allow({"assay", "onset_hours", "samples", "expect", "aha"});
    const auto assay = std::find_if(assays_.begin(), assays_.end(), [&](const auto& a) { return a.id == row.json()["assay"].text(); });
    std::vector<TroponinSample> samples;
    for (auto s : row.json()["samples"].elements()) samples.push_back({s[std::size_t{0}].number().value_or(0), s[std::size_t{1}].number().value_or(0), s[std::size_t{1}].number().value_or(0)});
    if (assay == assays_.end() || samples.empty()) {
      row.problem("unknown assay, or no samples");
      continue;
    }
    const auto esc = judge_esc(*assay, samples, row.json()["onset_hours"].number());
    if (kResults[static_cast<std::size_t>(esc.result)] != row.json()["expect"].text()) row.problem("the table gives " + std::string(kResults[static_cast<std::size_t>(esc.result)]));
    if (row.json()["aha"].is_missing()) continue;
    const auto aha = judge_aha(*assay, samples);
    if (!aha || kResults[static_cast<std::size_t>(aha->result)] != row.json()["aha"].text()) row.at("aha").problem("the table gives another result");
  }
}

Loaded<TroponinTable> TroponinTable::load(const std::string& path, const FactCatalogue& facts) {
  auto file = load_json_file(path);
  if (!file) return {std::nullopt, {file.error()}};
  std::vector<Error> errors;
  TroponinTable table;
  const Node root(file->root(), path + "#", facts, errors);
  table.read(root);
  if (errors.empty()) table.try_golden_rows(root);
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(table), {}};
}

}  // namespace cathgate::models
