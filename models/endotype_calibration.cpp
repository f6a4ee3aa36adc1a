#include "models/endotype_calibration.h"

#include <cmath>


namespace cathgate::models {
namespace {

constexpr std::size_t kMean = kFlowIndices;  // position of the mean beside the biases
constexpr std::size_t kUnknowns = kFlowIndices + 1;

// The unknown shifts and their covariance, updated by one row of readings after the other.
class Fit {
 public:
  explicit Fit(const EndotypeModel& model) : data_(model.data()) {
    for (std::size_t i = 0; i < kFlowIndices; ++i) covariance_[i][i] = data_.readings[i].bias_sd * data_.readings[i].bias_sd;
    covariance_[kMean][kMean] = data_.mean_cfr_common_sd * data_.mean_cfr_common_sd;
  }

  // A patient's readings share the true reserve: the first tells of it, each further one is compared with what is then
  // expected. The state is (true reserve of this patient, shifts).
  bool add(const SiteReading& site) {
    EndotypeInputs inputs;
    inputs.female = site.female, inputs.age_years = site.age_years, inputs.hypertension = site.hypertension;
    inputs.smoker = site.smoker, inputs.diabetes = site.diabetes, inputs.secondary_cause = site.secondary_cause;
    const PreparedInputs prepared(data_, inputs, {});
    x_ = data_.central.mean_ln_cfr[prepared.sex] + prepared.shift + mean_[kMean];
    for (std::size_t i = 0; i < kUnknowns; ++i) with_x_[i] = covariance_[i][kMean];
    x_variance_ = covariance_[kMean][kMean] + data_.central.sd_ln_cfr * data_.central.sd_ln_cfr;
    bool any = false;
    for (std::size_t i = 0; i < kFlowIndices; ++i) {
      const auto axis = data_.readings[i].axis;
      if (!site.values[i] || *site.values[i] <= 0 || (axis != ReadingAxis::reserve && axis != ReadingAxis::cfr)) continue;
      observe(i, std::log(*site.values[i]) - data_.central.readings[i].bias, data_.central.readings[i].tau);
      ++counts[i];
      any = true;
    }
    return any;
  }

  EndotypeCalibration::Shift shift(std::size_t i) const { return {mean_[i], std::sqrt(covariance_[i][i])}; }
  std::array<std::size_t, kFlowIndices> counts{};

 private:
  // value = x + bias shift + error
  void observe(std::size_t index, double value, double tau) {
    std::array<double, kUnknowns> gain{};
    for (std::size_t i = 0; i < kUnknowns; ++i) gain[i] = with_x_[i] + covariance_[i][index];
    const double x_gain = x_variance_ + with_x_[index];
    const double total = x_gain + gain[index] + tau * tau;
    const double surprise = (value - x_ - mean_[index]) / total;
    for (std::size_t i = 0; i < kUnknowns; ++i) mean_[i] += gain[i] * surprise;
    x_ += x_gain * surprise;
    for (std::size_t i = 0; i < kUnknowns; ++i)
      for (std::size_t j = 0; j < kUnknowns; ++j) covariance_[i][j] -= gain[i] * gain[j] / total;
    for (std::size_t i = 0; i < kUnknowns; ++i) with_x_[i] -= gain[i] * x_gain / total;
    x_variance_ -= x_gain * x_gain / total;
  }

  const EndotypeData& data_;
  std::array<double, kUnknowns> mean_{};
  std::array<std::array<double, kUnknowns>, kUnknowns> covariance_{};
  double x_ = 0, x_variance_ = 0;
  std::array<double, kUnknowns> with_x_{};
};

void write_shift(JsonWriter& w, const EndotypeCalibration::Shift& shift) { w.start_object().member("value", shift.value).member("sd", shift.sd).end_object(); }

std::optional<EndotypeCalibration::Shift> read_shift(JsonValue json) {
  const auto value = json["value"].number(), sd = json["sd"].number();
  return value && sd && *sd > 0 ? std::optional(EndotypeCalibration::Shift{*value, *sd}) : std::nullopt;
}

}  // namespace

CalibrationFit fit_endotype_calibration(const EndotypeModel& model, const std::vector<SiteReading>& site) {
  Fit fit(model);
  CalibrationFit out;
  for (const auto& reading : site) out.patients += fit.add(reading) ? 1 : 0;
  out.readings = fit.counts;
  if (out.patients == 0) return out;
  out.calibration.mean_ln_cfr = fit.shift(kMean);
  for (std::size_t i = 0; i < kFlowIndices; ++i)
    if (fit.counts[i] > 0) out.calibration.bias[i] = fit.shift(i);
  return out;
}

void write_calibration_members(JsonWriter& w, const EndotypeCalibration& calibration) {
  if (calibration.mean_ln_cfr) {
    w.key("mean_ln_cfr");
    write_shift(w, *calibration.mean_ln_cfr);
  }
  w.key("bias").start_object();
  for (std::size_t i = 0; i < kFlowIndices; ++i)
    if (calibration.bias[i]) {
      w.key(flow_index_name(static_cast<FlowIndex>(i)));
      write_shift(w, *calibration.bias[i]);
    }
  w.end_object();
}

EndotypeCalibration read_calibration_members(JsonValue json) {
  EndotypeCalibration calibration;
  calibration.mean_ln_cfr = read_shift(json["mean_ln_cfr"]);
  for (std::size_t i = 0; i < kFlowIndices; ++i) calibration.bias[i] = read_shift(json["bias"][flow_index_name(static_cast<FlowIndex>(i))]);
  return calibration;
}

std::string write_endotype_calibration(const CalibrationFit& fit, const EndotypeModel& model) {
  JsonWriter w;
  w.start_object().member("id", "endotype.site").member("model", model.digest()).member("patients", static_cast<std::int64_t>(fit.patients));
  w.key("readings").start_object();
  for (std::size_t i = 0; i < kFlowIndices; ++i)
    if (fit.readings[i] > 0) w.member(flow_index_name(static_cast<FlowIndex>(i)), static_cast<std::int64_t>(fit.readings[i]));
  w.end_object();
  write_calibration_members(w, fit.calibration);
  w.end_object();
  return w.take();
}

Result<SiteCalibration> read_endotype_calibration(JsonValue json) {
  if (json["id"].text() != "endotype.site") return Error{ErrorCode::invalid_input, "id", "This is no calibration of the endotype model."};
  SiteCalibration site{std::string(json["model"].text()), read_calibration_members(json)};
  if (site.model_digest.empty() || !site.calibration.mean_ln_cfr) return Error{ErrorCode::invalid_input, "mean_ln_cfr", "A calibration names its model and a mean with its standard error."};
  return site;
}

}  // namespace cathgate::models
