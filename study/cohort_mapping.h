// How the columns of a cohort's file become Cathgate's facts: study/mappings/*.json, explained in study/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/result.h"

namespace cathgate::study {

// One column's contribution to a fact.
struct ColumnRule {
  std::string column;
  std::map<std::string, double, std::less<>> values;  // codes as numbers print shortest; empty: the number itself
  std::vector<std::string> unknown;                   // codes that are in the domain and mean "not known"
  std::optional<double> above;                        // 1 when the number is above this, else 0
  std::optional<std::pair<double, double>> clip;
  std::optional<double> positive, zero;               // the fact's value for a number above 0, and for 0
  double times = 1;                                   // from the column's unit to the fact's
};

struct FactRule {
  FactId fact = kNoFact;
  bool any = false;                // boolean: true when one column says so, false when one is known and none does
  std::vector<ColumnRule> columns;  // not `any`: the first that is known
};

// A number that should equal how many of some columns say "true". The items only check; they become no facts.
struct ItemCheck {
  FactId total = kNoFact;
  std::vector<ColumnRule> items;
};

struct CohortMapping {
  std::string id, version, title, reference_standard;
  std::vector<std::string> recognised_by;  // a file that has all of these columns is of this kind
  ColumnRule outcome;
  std::vector<std::pair<FactId, double>> constants;  // true of every patient of such a cohort
  std::vector<FactRule> facts;
  std::vector<ItemCheck> checks;
  std::vector<std::string> ignored;        // columns that are known and deliberately not used

  static Loaded<CohortMapping> load(const std::string& path, const FactCatalogue& facts);
};

}  // namespace cathgate::study
