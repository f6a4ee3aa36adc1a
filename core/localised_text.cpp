#include "core/localised_text.h"

namespace cathgate {

const StatementText& LocalisedText::in(std::string_view language) const {
  static const StatementText none;
  for (const auto tag : {language, std::string_view("en")})
    if (const auto it = by_language_.find(tag); it != by_language_.end()) return it->second;
  return none;
}

}  // namespace cathgate
