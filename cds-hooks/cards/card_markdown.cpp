#include "cds-hooks/cards/card_markdown.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kMarkup = "\\`*_[]#|~&@";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t length_of_code_point(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// Marks that reorder or hide text (U+200B-200F, U+202A-202E, U+2060-206F) and the byte-order mark.
bool is_invisible(std::string_view code_point) {
  if (code_point.size() != 3) return false;
  const auto a = static_cast<unsigned char>(code_point[0]), b = static_cast<unsigned char>(code_point[1]),
             c = static_cast<unsigned char>(code_point[2]);
  if (a == 0xEF) return b == 0xBB && c == 0xBF;
  if (a != 0xE2) return false;
  return (b == 0x80 && c >= 0x8B && c <= 0x8F) || (b == 0x80 && c >= 0xAA && c <= 0xAE) ||
         (b == 0x81 && c >= 0xA0 && c <= 0xAF);
}

void append_ascii(std::string& out, std::string_view rest) {
  const char c = rest.front();
  const char next = rest.size() > 1 ? rest[1] : '\0';
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    if (!out.empty() && out.back() != ' ') out += ' ';
  } else if (c == '<' && (is_letter(next) || next == '/' || next == '!' || next == '?')) {
    out += "\u2039";  // would open an HTML tag: shown as a single guillemet instead
  } else if (c == '<' || kMarkup.find(c) != std::string_view::npos || (c == ':' && next == '/') ||
             (c == '.' && out.ends_with("www"))) {
    out += '\\';
    out += c;
  } else {
    out += c;
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t max_code_points) {
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max_code_points) {
      out += "\u2026";
      return;
    }
    const std::size_t length = std::min(length_of_code_point(static_cast<unsigned char>(text.front())), text.size());
    if (length == 1)
      append_ascii(out, text);
    else if (!is_invisible(text.substr(0, length)))
      out += text.substr(0, length);
    text.remove_prefix(length);
  }
}

}  // namespace cathgate::cds_hooks
