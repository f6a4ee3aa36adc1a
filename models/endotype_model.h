// The endotype model as it is used: the central numbers, the stored draws of their uncertainty, one patient's posterior
// with intervals, and what may be said of it. Immutable after load, cheap to copy, safe to share between threads. The
// draws are data (models/artifacts/endotype/draws.json), so that a replay gives the same numbers for ever.
#pragma once

#include <memory>
#include <string>

#include "core/fact_view.h"
#include "models/endotype_posterior.h"

namespace cathgate::models {

// What a site has fitted on its own readings (`cathgate recalibrate --endotypes`).
struct EndotypeCalibration {
  struct Shift {
    double value = 0;  // added on the scale of natural logarithms
    double sd = 0;     // its standard error, which replaces the published uncertainty
    bool operator==(const Shift&) const = default;
  };
  std::array<std::optional<Shift>, kFlowIndices> bias;
  std::optional<Shift> mean_ln_cfr;
  bool operator==(const EndotypeCalibration&) const = default;
};

class EndotypeModel {
 public:
  // Loads model.json and draws.json of the folder and tries every golden row. Reports every problem.
  static Loaded<EndotypeModel> load(const std::string& folder, const FactCatalogue& facts);

  // The same model with a site's bias and mean reserve.
  EndotypeModel calibrated(const EndotypeCalibration& calibration) const;

  // By the central numbers alone; no interval.
  EndotypePoint point(const EndotypeInputs& inputs, const EndotypeQuestion& question) const;
  // With 90 % intervals: the 5th and 95th percentile over the stored draws.
  EndotypePosterior posterior(const EndotypeInputs& inputs, const EndotypeQuestion& question) const;
  // What may be said.
  EndotypeVerdict verdict(const EndotypePosterior& posterior) const;

  const EndotypeData& data() const;
  std::size_t draw_count() const;
  std::size_t golden_count() const;
  // SHA-256 over the bytes of both files, hexadecimal.
  std::string_view digest() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

// The 5th and 95th percentile of the values, interpolated between neighbours; reorders them.
struct Percentiles { double low, high; };
Percentiles interval_of(std::vector<double>& values);

}  // namespace cathgate::models
