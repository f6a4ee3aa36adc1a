#include "fhir/reading.h"

namespace cathgate::fhir {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

}  // namespace

ReferenceParts reference_parts(std::string_view reference) {
  if (const auto history = reference.find("/_history/"); history != std::string_view::npos)
    reference = reference.substr(0, history);
  const auto slash = reference.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  const auto before = reference.rfind('/', slash - 1);
  const std::size_t type_at = before == std::string_view::npos ? 0 : before + 1;
  return {reference.substr(type_at, slash - type_at), reference.substr(slash + 1)};
}

std::string plain_text(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    text = text.substr(0, limit);
    while (!text.empty() && (text.back() & 0x80) != 0) {
      const bool lead = (text.back() & 0x40) != 0;
      text.remove_suffix(1);
      if (lead) break;
    }
  }
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_phrase(std::string_view text, std::string_view phrase) {
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

}  // namespace cathgate::fhir
