// A place in a rule file: a JSON value, where it stands, and the list to which its problems go. Reading goes on after a
// problem, so that an author sees all of them at once.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/json.h"

namespace cathgate::rules {

class Cursor {
 public:
  // `where` is "file#" followed by a JSON pointer; `problems` must outlive the cursor.
  Cursor(JsonValue json, std::string where, std::vector<Error>& problems)
      : json_(json), where_(std::move(where)), problems_(&problems) {}

  JsonValue json() const { return json_; }
  bool present() const { return !json_.is_missing(); }
  const std::string& where() const { return where_; }
  Cursor operator[](std::string_view key) const;
  Cursor operator[](std::size_t index) const;

  void problem(std::string message) const;
  // How many problems the whole file has so far: equal before and after reading means that the part is sound.
  std::size_t problems_so_far() const { return problems_->size(); }

  // Each reports what is wrong and returns something harmless.
  bool expect_object(std::initializer_list<std::string_view> keys) const;  // unknown keys are problems, too
  bool expect_filled_array(std::string_view of_what) const;
  std::string text(std::string_view what) const;           // must be there and not blank
  std::string optional_text(std::string_view what) const;  // may be missing or empty

 private:
  JsonValue json_;
  std::string where_;
  std::vector<Error>* problems_;
};

// The fact that the cursor names, or empty after reporting that there is no such fact.
std::optional<FactId> read_fact(const Cursor& at, const FactCatalogue& facts);
// "there is no fact "x" (did you mean "y"?)"
std::string unknown_fact_message(std::string_view name, const FactCatalogue& facts);

// The word's index in `words`, or empty after reporting the possible words.
std::optional<std::size_t> read_word(const Cursor& at, std::string_view what, std::span<const std::string_view> words);

std::string in_quotes(std::string_view text);
std::string number_text(double value);
// "a, b or c"
std::string choice_text(std::span<const std::string_view> words);
// "true", "4A", "7.5 %" or "3 to 8 %": a value as an author would write it.
std::string value_text(const FactDefinition& fact, double low, double high);

}  // namespace cathgate::rules
