// The message catalogue: every sentence that belongs to no rule, by language (cds-hooks/messages/<language>.json).
// Immutable after load and safe to share. A phrase that a language lacks is English, and the card says so.
#pragma once

#include <array>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cds-hooks/cards/message_ids.h"
#include "core/result.h"

namespace cathgate::cds_hooks {

// The phrases of one language, completed with English ones.
class Phrases {
 public:
  std::string_view operator[](Phrase phrase) const { return fixed_[static_cast<std::size_t>(phrase)]; }
  // The text of an id of a family, or an empty view.
  std::string_view find(std::string_view id) const;
  // The text of `family` + `name`, or an empty view.
  std::string_view find(std::string_view family, std::string_view name) const;
  std::string_view language() const { return language_; }
  // Whether this language has a text of its own for the id; false for one that English completes.
  bool has_own(std::string_view id) const { return own_.contains(id); }
  // What was found when all knowledge was together (cds-hooks/cards/language_check.h): whether every text that a card can show is in
  // this language, and whether a clinician has read all of them. Both are said on the card when they are not so.
  bool complete() const { return complete_; }
  bool reviewed() const { return reviewed_; }
  std::vector<std::string> ids() const;

 private:
  friend class Messages;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Texts = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;
  // One file of a language; `english` completes it, and is null for the English file itself.
  static Phrases read(const std::filesystem::path& file, const Phrases* english, std::vector<Error>& errors);

  std::string language_;
  bool complete_ = true;
  bool reviewed_ = false;
  Texts texts_;
  std::set<std::string, std::less<>> own_;
  std::array<std::string, kPhrases> fixed_;
};

class Messages {
 public:
  // Reads every <language>.json of the folder; en.json must be there. Reports every problem: a missing or unknown id, a
  // placeholder that the writer does not fill, a summary that is too long before its facts are filled in.
  static Loaded<Messages> load(const std::string& folder);

  // The phrases of a language ("en", "zh"); English when there is no such language. Which language a tag of a request means
  // is decided by cds-hooks/cards/language.h.
  const Phrases& in(std::string_view language) const;
  // English first, the others in alphabetical order.
  std::vector<std::string_view> languages() const;
  // The catalogue's own texts of a language were read by a clinician: its file names one.
  bool catalogue_reviewed(std::string_view language) const { return in(language).reviewed_; }
  void set_state(std::string_view language, bool complete, bool reviewed);

 private:
  std::vector<Phrases> languages_;  // English first
};

struct Slot {
  std::string_view name;
  std::string_view value;
};
// Appends the text with each {name} replaced; a placeholder without a slot stays as it is.
void fill(std::string& out, std::string_view text, std::initializer_list<Slot> slots);
std::string filled(std::string_view text, std::initializer_list<Slot> slots);

// The names of the placeholders of a text, in order of appearance, each once.
std::vector<std::string_view> placeholders_of(std::string_view text);

// How many Unicode code points a UTF-8 text has; what a card's summary is measured by.
std::size_t code_points(std::string_view utf8);

}  // namespace cathgate::cds_hooks
