// The rule library: rule files loaded, checked and compiled once, then evaluated on a FactView without allocation of
// text. Immutable after load and safe to share between threads. The file format: docs/decisions/0001-shape-of-knowledge.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fact_view.h"
#include "core/finding.h"
#include "rules/effect.h"
#include "rules/rule_info.h"

namespace cathgate::rules {

// What one rule said about one patient.
struct RuleOutcome {
  Truth fired = Truth::no;
  const Effect* effect = nullptr;   // of the step that fired, for a table; null when silent or when several steps are possible
  std::string_view rule_set;        // "esc-2024"
  std::string_view step;            // of a table: the step; empty for a plain rule or when several steps are possible
  Finding finding;                  // texts are set when fired or unknown; evidence when fired, missing when unknown
  // Of a table whose fact spans several steps: the effects it can still have, in order of the steps. Its finding then
  // carries the file's title for a summary. Empty otherwise.
  std::vector<const Effect*> possible;
};

struct Rule;  // rules/rule.h: compiled, for the tools of authors

// Where rule files lie.
struct RuleFolders {
  RuleFolders(std::string library_folder) : library(std::move(library_folder)) {}  // NOLINT: a folder alone is a library
  RuleFolders(const char* library_folder) : library(library_folder) {}              // NOLINT

  std::string library;
  std::string replacement;  // one file that stands in for the library's file of the same id; empty: none
  std::string site;         // folder or file of the site's own rules on top, which may override the library's by id; empty: none
};

class RuleLibrary {
 public:
  // Loads every *.json below the folder. A problem's place is the path from the folder's grandparent with a JSON pointer:
  // "rules/library/x.json#/rules/2/when". Reports every problem of every file; any problem means no library.
  // A missing site folder is a problem; an empty one is not.
  static Loaded<RuleLibrary> load(const RuleFolders& places, const FactCatalogue& facts);

  // Evaluates the rules of one stage in dependency order, sets the facts they define in the view, and appends one outcome
  // for each rule that fired or could not say (silent rules append nothing).
  void evaluate(Stage stage, FactView& view, std::vector<RuleOutcome>& outcomes) const;

  // Runs every example of every rule; the errors name file, rule and example. Empty: all hold. load() has done it already.
  std::vector<Error> run_examples(const FactCatalogue& facts) const;

  std::size_t rule_count() const;
  std::size_t example_count() const;
  // SHA-256 over the canonical content of all files, hexadecimal; the identity of this version of the knowledge.
  std::string_view digest() const;
  // Ids and versions of all files, for `cathgate check` and the versions of a card.
  struct FileInfo { std::string id; std::string version; std::string title; bool approved; };
  const std::vector<FileInfo>& files() const;
  // What a site must know about its overrides: library rules that it switched off, and overridden ones that have changed since.
  const std::vector<std::string>& disabled() const;
  const std::vector<std::string>& notices() const;
  // The rule of that id (a Finding's id), or null; and all rules, by file and in the order of the file.
  const RuleInfo* find(std::string_view id) const;
  std::vector<const RuleInfo*> rules() const;

  // What one rule says about these facts, silence included; `id` must be a rule's.
  RuleOutcome ask(std::string_view id, const FactView& view) const;
  // The compiled rules, in the order of rules().
  const std::vector<Rule>& compiled() const;
  // The same library with other operational age limits, by fact; limits that stand in a source stay. Examples are not tried again.
  RuleLibrary with_age_limits(const std::map<FactId, double>& days) const;
  // The same library with one rule changed; for mutation checks. The order of evaluation stays.
  RuleLibrary with(const Rule& other) const;

  struct Impl;

 private:
  template <class Change>
  RuleLibrary changed(Change change) const;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cathgate::rules
