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
  // Candidates for a recommended action in the guideline's order: group after group, and within a group our own order.
  using TestGroups = std::vector<std::vector<Test>>;
  TestGroups calcium_score, ccta, functional_imaging;
  double indifference = 0;  // two tests of a group whose chances of settling the question differ by less count as equal
  std::vector<std::string> comparators;  // ids of scores that are shown beside the likelihood
  std::array<TestFacts, kTests> tests;

  // The candidates for a recommended action; empty for an action that is no test.
  const TestGroups& candidates(rules::Action action) const;

  // Reports every problem of the file.
  static Loaded<EngineData> load(const std::string& path, const FactCatalogue& facts);
};

}  // namespace cathgate
