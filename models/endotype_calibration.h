// A site's own bias and mean reserve, fitted on its readings: the posterior of a linear normal model whose prior is the
// published uncertainty. Few readings change little; fifty make the site's own numbers count.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "models/endotype_model.h"

namespace cathgate::models {

// One patient with angina and open arteries: what was read, and of whom.
struct SiteReading {
  bool female = false;
  std::optional<double> age_years;
  bool hypertension = false, smoker = false, diabetes = false, secondary_cause = false;
  std::array<std::optional<double>, kFlowIndices> values;  // flow reserves only; resistance and stress flow are not fitted
};

struct CalibrationFit {
  EndotypeCalibration calibration;
  std::array<std::size_t, kFlowIndices> readings{};  // used for each index
  std::size_t patients = 0;
};

// Readings of resistance and of stress flow are passed over.
CalibrationFit fit_endotype_calibration(const EndotypeModel& model, const std::vector<SiteReading>& site);

// {"id": "endotype.site", "model": digest, "patients": n, "mean_ln_cfr": {"value", "sd"}, "bias": {"pet_mfr": {...}}}.
std::string write_endotype_calibration(const CalibrationFit& fit, const EndotypeModel& model);
// A calibration and the parameters that it was fitted for.
struct SiteCalibration {
  std::string model_digest;
  EndotypeCalibration calibration;
  bool operator==(const SiteCalibration&) const = default;
};
// Errors: invalid_input with the member that is missing.
Result<SiteCalibration> read_endotype_calibration(JsonValue json);

// The members "mean_ln_cfr" and "bias" alone, for the record of an answer.
void write_calibration_members(JsonWriter& writer, const EndotypeCalibration& calibration);
EndotypeCalibration read_calibration_members(JsonValue json);

}  // namespace cathgate::models
