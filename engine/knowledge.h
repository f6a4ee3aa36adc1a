// Everything the engine knows, loaded once and shared read-only: the vocabulary, the rules, the scores. A reload makes a
// new one and swaps the pointer; a running request keeps the one it started with.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/fact_catalogue.h"
#include "engine/endotype_ids.h"
#include "engine/endotype_settings.h"
#include "engine/engine_data.h"
#include "engine/fact_ids.h"
#include "models/endotype_model.h"
#include "engine/guidelines.h"
#include "models/learned_score_json.h"
#include "models/quantification.h"
#include "models/score_library.h"
#include "models/troponin.h"
#include "rules/rule_library.h"

namespace cathgate {

// Where knowledge lies: the root that holds core/, rules/, models/ and engine/ (a source tree or PREFIX/share/cathgate), and what
// departs from it.
struct KnowledgePlaces {
  KnowledgePlaces(std::string folder) : root(std::move(folder)) {}  // NOLINT: a root alone is the usual case
  KnowledgePlaces(const char* folder) : root(folder) {}             // NOLINT

  std::string root;
  std::string rules;        // another folder of rule files instead of rules/library; empty: none
  std::string replacement;  // see rules::RuleFolders
  std::string site;
};

struct Knowledge {
  FactCatalogue facts;
  rules::RuleLibrary rules;
  models::ScoreLibrary scores;
  EngineData data;
  Guidelines guidelines;
  models::TroponinTable troponin;
  models::QuantificationData quantification;
  FactIds ids;
  models::EndotypeModel endotype;
  EndotypeSettings endotype_settings;
  EndotypeIds endotype_ids;
  FunctionFacts function_facts;
  // Scores that the engine asks by name; they live in `scores`.
  const models::Score* rf_cl;
  const models::Score* cacs_cl;
  const models::Score* printed_table;
  const models::Score* duke;
  std::vector<const models::Score*> comparators;  // shown beside the likelihood, in this order
  models::LoadedScore learned;  // models/fusion/
  std::string digest;  // SHA-256 over facts, rules, scores, the learned score and the data files of engine/ and models/, hexadecimal

  // Loads all of it and runs all examples and golden rows. Reports every problem.
  static Loaded<std::shared_ptr<const Knowledge>> load(const KnowledgePlaces& places);
};

}  // namespace cathgate
