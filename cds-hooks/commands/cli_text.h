// Cards as a person reads them in a terminal: the Markdown of our own card writer as plain text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json.h"

namespace cathgate::cds_hooks {

struct TextStyle {
  bool bold = false;          // terminal escapes for headings and summaries
  std::size_t width = 100;    // code points; tables are never wrapped
};

// All cards of a CDS Hooks response, with their suggestions and links.
std::string write_answer_text(JsonValue answer, const TextStyle& style);
// One Markdown text.
std::string write_markdown_text(std::string_view markdown, const TextStyle& style);

}  // namespace cathgate::cds_hooks
