// What a site's own patients say about the learned score: intercept and slope, the deferral thresholds, and on whom they
// rest. Made by `cathgate recalibrate`, named in a tenant's configuration; without one the score decides nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "models/linear_algebra.h"

namespace cathgate::models {

// One patient of the local sample, as far as a later update needs it. It stays at the site.
struct LocalPatient {
  double log_odds = 0;   // of the learned score
  double log_ratio = 0;  // of tests outside it
  bool male = false;
  bool obstructed = false;
  bool operator==(const LocalPatient&) const = default;
};

struct SexCounts {
  std::size_t patients = 0, obstructed = 0, deferred = 0, missed = 0;  // in the local sample, at the threshold
  double threshold = 0;      // likelihood below which a test comes first
  double missed_upper = 1;   // exact 95 % upper bound of the missed share
  bool certified = false;    // enough obstructed patients of this sex
};

struct Recalibration {
  std::string model_id, model_version, model_digest;
  std::string cohort, cohort_digest;  // the batch that was added last
  int version = 1;                    // counts the updates at this site
  std::string previous;               // signature of the recalibration that this one replaces; empty: the first
  double centre = 0, intercept = 0, slope = 1;
  double ratio_weight = 1;            // of the published log-ratios of tests outside the score
  Matrix covariance;                  // of intercept and slope
  double missed_bound = 0, confidence = 0, obstructed_cap = 0;  // as asked for
  bool supported = false;             // the sample can show the bound with that confidence
  SexCounts men, women;
  std::vector<LocalPatient> sample;
  std::string signature;              // SHA-256 of everything above

  double log_odds(double score, double log_ratio) const { return intercept + slope * (score - centre) + ratio_weight * log_ratio; }
  // Of the recalibrated log-odds. `anchor` and its variance are the score's from its required inputs alone, so that hiding
  // another input cannot lower this.
  double variance(double score_variance, double anchor, double anchor_variance) const;
  double threshold(bool male) const { return male ? men.threshold : women.threshold; }
};

// The text without its signature is what is signed.
std::string write_recalibration(const Recalibration& recalibration);
std::string sign(const Recalibration& recalibration);
// Refuses a file whose signature does not fit its content.
Result<Recalibration> read_recalibration(JsonValue root, const std::string& where);


// What an answer needs of it, for the ledger: all but the sample and its counts. Reading gives back no more than that.
void write_recalibration_use(JsonWriter& json, const Recalibration& recalibration);
Recalibration read_recalibration_use(JsonValue json);

}  // namespace cathgate::models
