#include "cds-hooks/cards/language.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kEnglish = "en";
constexpr std::size_t kLongestTag = 35;     // RFC 5646, section 4.4.1
constexpr std::size_t kMaxRanges = 32;      // of one header: nobody reads more languages

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Whether a subtag stands in the tag, after its language.
bool has_subtag(std::string_view tag, std::string_view subtag) {
  for (auto dash = tag.find('-'); dash != std::string_view::npos; dash = tag.find('-', dash + 1)) {
    const auto rest = tag.substr(dash + 1);
    if (rest.substr(0, rest.find('-')) == subtag) return true;
  }
  return false;
}

bool is_traditional_chinese(std::string_view tag) {
  if (has_subtag(tag, "hans")) return false;
  return has_subtag(tag, "hant") || has_subtag(tag, "tw") || has_subtag(tag, "hk") || has_subtag(tag, "mo");
}

// The weight of a range such as "es;q=0.8": 1 when it has none, 0 ("not this one") when it cannot be read.
double weight_of(std::string_view parameters) {
  const auto text = trimmed(parameters);
  if (text.empty()) return 1;
  if (!text.starts_with("q=") && !text.starts_with("Q=")) return 0;
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), weight, std::chars_format::fixed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && weight >= 0 && weight <= 1 ? weight : 0;
}

std::optional<std::string_view> match_header(std::string_view header, std::span<const std::string_view> languages) {
  std::optional<std::string_view> best;
  double best_weight = 0;
  for (std::size_t count = 0; !header.empty() && count < kMaxRanges; ++count) {
    const auto range = header.substr(0, header.find(','));
    header.remove_prefix(std::min(range.size() + 1, header.size()));
    const auto semicolon = std::min(range.find(';'), range.size());
    const double weight = semicolon == range.size() ? 1 : weight_of(range.substr(semicolon + 1));
    const auto language = match_language(trimmed(range.substr(0, semicolon)), languages);
    if (!language || weight <= best_weight) continue;
    best = language;
    best_weight = weight;
  }
  return best;
}

}  // namespace

std::optional<std::string_view> match_language(std::string_view tag, std::span<const std::string_view> languages) {
  if (tag.empty() || tag.size() > kLongestTag) return std::nullopt;
  const std::string folded = lower(tag);
  const std::string_view primary = std::string_view(folded).substr(0, folded.find('-'));
  const bool traditional = primary == "zh" && is_traditional_chinese(folded);
  const std::string_view wanted = traditional ? kEnglish : primary;
  const auto at = std::find(languages.begin(), languages.end(), wanted);
  return at == languages.end() ? std::nullopt : std::optional(*at);
}

std::string_view resolve_language(const LanguageWishes& wishes, std::span<const std::string_view> languages) {
  if (const auto language = match_language(wishes.extension, languages)) return *language;
  if (const auto language = match_language(wishes.tenant, languages)) return *language;
  if (const auto language = match_header(wishes.accept_language, languages)) return *language;
  return kEnglish;
}

}  // namespace cathgate::cds_hooks
