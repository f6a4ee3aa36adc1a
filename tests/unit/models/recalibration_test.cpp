#include "models/recalibration.h"

#include <gtest/gtest.h>

namespace cathgate::models {
namespace {

Recalibration example() {
  Recalibration r;
  r.model_id = "fusion";
  r.model_digest = "abc";
  r.centre = 0.3, r.intercept = 0.1, r.slope = 0.9, r.ratio_weight = 0.7;
  r.covariance = Matrix(2, 2);
  r.covariance(0, 0) = 0.05, r.covariance(0, 1) = r.covariance(1, 0) = 0.01, r.covariance(1, 1) = 0.03;
  r.supported = true;
  r.men = {80, 60, 10, 2, 0.15, 0.09, true};
  r.women = {20, 6, 4, 0, 0.11, 0.4, false};
  r.sample = {{1.5, 0, true, true}, {-2, 0.4, false, false}};
  r.signature = sign(r);
  return r;
}

// Replaying an answer must need nothing of the local sample, and the ledger must not hold it.
TEST(Recalibration, WhatTheLedgerKeepsGivesTheSameEstimateAndHoldsNoPatient) {
  const auto whole = example();
  JsonWriter json;
  write_recalibration_use(json, whole);
  EXPECT_EQ(json.view().find("sample"), std::string_view::npos);
  EXPECT_EQ(json.view().find("obstructed"), std::string_view::npos);
  const auto document = JsonDocument::parse(json.take());
  ASSERT_TRUE(document.ok());
  const auto kept = read_recalibration_use(document->root());
  for (const double z : {-3.0, 0.0, 2.5}) {
    EXPECT_EQ(kept.log_odds(z, 0.4), whole.log_odds(z, 0.4));
    EXPECT_EQ(kept.variance(0.2, z, 0.1), whole.variance(0.2, z, 0.1));
  }
  for (const bool male : {false, true}) EXPECT_EQ(kept.threshold(male), whole.threshold(male));
  EXPECT_EQ(kept.model_digest, whole.model_digest);
  EXPECT_EQ(kept.signature, whole.signature);
  EXPECT_EQ(kept.supported, whole.supported);
  EXPECT_TRUE(kept.men.certified);
  EXPECT_FALSE(kept.women.certified);
}

TEST(Recalibration, AFileThatWasChangedIsRefused) {
  const auto text = write_recalibration(example());
  const auto whole = JsonDocument::parse(text);
  ASSERT_TRUE(read_recalibration(whole->root(), "file").ok());
  for (const char* part : {"\"slope\":0.9", "\"supported\":true", "\"threshold\":0.11", "[1.5,0,1,1]"}) {
    auto changed = text;
    const auto at = changed.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    const std::string before(part), after = before == "\"supported\":true" ? "\"supported\":false" : before == "[1.5,0,1,1]" ? "[1.5,0,1,0]" : before.substr(0, before.size() - 1) + "5";
    changed.replace(at, before.size(), after);
    const auto document = JsonDocument::parse(changed);
    ASSERT_TRUE(document.ok()) << part;
    EXPECT_FALSE(read_recalibration(document->root(), "file").ok()) << part;
  }
}

}  // namespace
}  // namespace cathgate::models
