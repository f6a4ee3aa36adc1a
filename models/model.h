// What every model of likelihood promises. Published scores implement it here; the learned score joins them.
#pragma once

#include <string_view>
#include <vector>

#include "core/fact_view.h"
#include "core/finding.h"

namespace cathgate::models {

// A prediction over the plausible values of what is unknown: the truth of the formula lies in [low, high].
struct Prediction {
  bool possible = false;            // false: an input that has no default is missing; `missing` names it
  double low = 0;                   // in the model's unit (a proportion for likelihoods)
  double high = 0;
  bool outside_validation = false;  // an input outside the range that the source covers
  std::vector<Evidence> evidence;   // inputs used
  std::vector<MissingFact> missing; // unknown inputs, the one that would narrow the range most first
};

class Model {
 public:
  virtual ~Model() = default;
  virtual std::string_view id() const = 0;       // "rf-cl"
  virtual std::string_view version() const = 0;
  virtual std::string_view label() const = 0;    // English, for the card
  virtual EvidenceStatus status() const = 0;
  virtual const Citation& citation() const = 0;
  // Pure and thread-safe; deterministic for equal views.
  virtual Prediction predict(const FactView& view) const = 0;
};

}  // namespace cathgate::models
