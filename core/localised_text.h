// The words of one statement in every language that has them, and who has read them. Immutable once it is loaded and safe to
// share. English is always there; a language without a text of its own shows the English one.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace cathgate {

// One sentence and, where there is more to say, a second text. Both may hold {fact.name} placeholders.
struct StatementText {
  std::string summary;    // never empty
  std::string detail;     // may be empty
  bool reviewed = false;  // a clinician has read this text in this language, in the version that is shown
};

class LocalisedText {
 public:
  void add(std::string language, StatementText text) { by_language_.insert_or_assign(std::move(language), std::move(text)); }
  // The text of this very language ("en", "zh", "es"), else the English one, else an empty one.
  const StatementText& in(std::string_view language) const;
  bool has(std::string_view language) const { return by_language_.contains(language); }
  // In alphabetical order of the languages.
  const std::map<std::string, StatementText, std::less<>>& all() const { return by_language_; }

 private:
  std::map<std::string, StatementText, std::less<>> by_language_;
};

}  // namespace cathgate
