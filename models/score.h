// A published score, read from models/artifacts/*.json. Its numbers and its citation are data; this is how a view of the
// facts becomes a range of its value.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/formula.h"
#include "models/model.h"

namespace cathgate::models {

// "If this fact is unknown but that one is so, it counts as": the main symptom decides what the other one contributes.
struct Fallback {
  FactId fact = kNoFact;         // none: whatever else is known
  double is = 0;
  double value = 0;
};

// One fact that a score reads.
struct Variable {
  FactId fact = kNoFact;
  bool required = false;           // unknown: no prediction, instead of a range
  std::vector<double> values;      // all that it can be; empty for a continuous quantity
  std::optional<std::pair<double, double>> span;  // a continuous quantity that is unknown lies in here
  std::vector<double> edges;       // where the formula jumps, for a continuous quantity that is only known within limits
  std::vector<Fallback> if_unknown;
  double validated_low = -std::numeric_limits<double>::infinity();
  double validated_high = std::numeric_limits<double>::infinity();
  std::optional<double> max_age_days;  // older values are missing
};

// A fact that limits the result from outside: CAD-RADS 3 says that no vessel has a stenosis of 70 %.
struct Bound {
  FactId fact = kNoFact;
  double is = 0;
  double low = 0;
  double high = 0;
};

class Score final : public Model {
 public:
  struct Data {
    std::string id, version, label, limits;
    EvidenceStatus status = EvidenceStatus::unconfirmed;
    Citation citation;
    bool percent = false;      // the value is a percentage, otherwise a proportion or points
    bool comparator = false;   // shown beside the likelihood at most, never part of it
    FactId only_if = kNoFact;  // a boolean without which the score does not define its fact
    FactId defines = kNoFact;  // the derived fact that this score computes, or none
    Formula formula;
    std::vector<Variable> variables;
    std::vector<Bound> bounds;
  };
  explicit Score(Data data) : data_(std::move(data)) {}

  std::string_view id() const override { return data_.id; }
  std::string_view version() const override { return data_.version; }
  std::string_view label() const override { return data_.label; }
  EvidenceStatus status() const override { return data_.status; }
  const Citation& citation() const override { return data_.citation; }
  Prediction predict(const FactView& view) const override;

  const Data& data() const { return data_; }
  // Sets the fact that this score defines, unless the view holds a more exact one or nothing is known of it. The fact is
  // as old as its oldest input, and read from text when one of them is.
  void define(FactView& view) const;

 private:
  Data data_;
};

}  // namespace cathgate::models
