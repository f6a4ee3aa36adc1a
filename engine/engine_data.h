// engine.json: windows, the level of the interval, which facts are test results, and in which order tests are offered.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/fact_catalogue.h"
#include "engine/assessment.h"
#include "rules/effect.h"

namespace cathgate {

struct EngineData {
  struct TestFacts {
    std::vector<FactId> done;   // known: the test has been done
    FactId requires_fact = kNoFact;  // a boolean without which the test makes no sense
  };
  std::string version;
  double adult_age_years = 0;
  double troponin_window_hours = 0;
  double interval_quantile = 0;  // of the standard normal distribution, for a two-sided interval
  std::vector<FactId> result_facts;
  std::vector<Test> calcium_score, ccta, functional_imaging;  // candidates, best first
  std::array<TestFacts, kTests> tests;

  // The candidates for a recommended action; empty for an action that is no test.
  const std::vector<Test>& candidates(rules::Action action) const;

  // Reports every problem of the file.
  static Loaded<EngineData> load(const std::string& path, const FactCatalogue& facts);
};

}  // namespace cathgate
