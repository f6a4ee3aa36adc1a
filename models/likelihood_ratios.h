// Published likelihood ratios of tests, and which of a patient's results may use one: at most one anatomical and one
// functional. A test that a score already contains has no ratio here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fact_view.h"
#include "core/finding.h"
#include "models/json_reader.h"

namespace cathgate::models {

// Odds after a test are odds before it times the ratio. Proportions.
double apply_ratio(double before, double ratio);

// A ratio with its published 95 % interval.
struct Ratio {
  double value = 1;
  double low95 = 1;
  double high95 = 1;
  // Standard error of the logarithm, by which an interval of another width is made.
  double log_standard_error() const;
};

enum class TestKind : std::uint8_t { anatomical, functional };

struct RatioTest {
  std::string id;      // "lr.ccta"
  std::string test;    // "ccta", a name of engine/'s tests
  std::string label;
  TestKind kind = TestKind::functional;
  int rank = 0;        // of one kind the lowest rank is used: imaging before the exercise ECG
  bool imaging = true;
  FactId fact = kNoFact;
  double normal_up_to = 0;    // in the fact's categories
  double abnormal_from = 0;
  FactId no_normal_when = kNoFact;  // a boolean that makes a normal reading inconclusive
  std::optional<double> max_age_days;
  std::vector<FactId> replaces;     // facts that must not count beside this test
  Ratio positive, negative;
};

struct AppliedRatio {
  const RatioTest* test = nullptr;
  bool abnormal = false;
  FactValue value;
  const Ratio& ratio() const { return abnormal ? test->positive : test->negative; }
};

struct LikelihoodRatios {
  std::string id, version;
  Citation citation;
  EvidenceStatus status = EvidenceStatus::unconfirmed;           // of the ratios
  EvidenceStatus interval_status = EvidenceStatus::unconfirmed;  // of their intervals
  std::vector<RatioTest> tests;

  const RatioTest* find(std::string_view test) const;
  // The result of this kind that counts: lowest rank, then abnormal before normal, then the latest. Empty: none.
  std::optional<AppliedRatio> select(const FactView& view, TestKind kind) const;
};

LikelihoodRatios read_likelihood_ratios(const Node& root);
// Golden rows: {"pre", "test", "result", "expect", "tolerance", "source"}.
std::size_t try_golden_rows(const Node& root, const LikelihoodRatios& ratios);

}  // namespace cathgate::models
