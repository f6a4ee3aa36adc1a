// Text from the record, made harmless for GitHub-Flavored Markdown: it shows as it was written, on one line, and never
// becomes markup, HTML, a link or a reordering of other text. Texts of our own knowledge need none of this.
#pragma once

#include <string>
#include <string_view>

namespace cathgate::cds_hooks {

// Appends at most `max_code_points` of the text; an ellipsis marks a cut.
void append_escaped(std::string& markdown, std::string_view text, std::size_t max_code_points = 300);

}  // namespace cathgate::cds_hooks
