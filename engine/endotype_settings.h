// engine/endotype.json: the rule sets and their cut-offs, costs of tests, which facts the second card shows.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/fact_catalogue.h"
#include "engine/invasive_function.h"
#include "models/endotype_information.h"

namespace cathgate {

struct EndotypeSettings {
  struct RuleSet {
    std::string id;                 // "esc-2024"
    std::optional<double> cfr_cut;  // where the set has one for flow reserve
  };
  struct Drug {
    std::string name;  // "calcium_channel_blocker"
    FactId fact = kNoFact;
  };
  std::string version;
  FunctionSettings function;
  std::vector<RuleSet> rule_sets;  // in the order of the card; the first is the default
  double speak_below = 0;          // P(obstruction) from which on the model is silent without an open artery
  double least_bits = 0;
  std::array<double, models::kEndotypeTests> costs{};
  std::vector<FactId> shown;
  std::vector<FactId> reserve_facts;   // flow reserve without a catheter
  std::vector<FactId> function_facts;  // any of them known: function was looked at
  std::vector<Drug> drugs;

  const RuleSet* find(std::string_view rule_set) const;

  // Reports every problem of the file.
  static Loaded<EndotypeSettings> load(const std::string& path, const FactCatalogue& facts);
};

}  // namespace cathgate
