#include "models/endotype_parameters.h"

#include <algorithm>
#include <cmath>

namespace cathgate::models {
namespace {

// Positions of the columns of a draw.
constexpr std::size_t kMeanCommon = 0, kMeanSex = 1, kSdCfr = 2, kMeanImr = 3, kSdImr = 4, kCorrelation = 5, kSpasm = 6, kAssociation = 9;
constexpr std::size_t kBias = 10, kTau = kBias + kFlowIndices, kBeta = kTau + kFlowIndices;
constexpr std::size_t kContrast = kBeta + 1, kLevel = kBeta + 2, kMultiplier = kBeta + 3, kFinding = kBeta + 5;
static_assert(kFinding + kSpasmFindings == kDrawColumns);

using Draw = std::array<double, kDrawColumns>;

double logit(double p) { return std::log(p / (1 - p)); }
double expit(double x) { return 1 / (1 + std::exp(-x)); }

void draw_spasm(EndotypeParameters& p, const EndotypeData& data, const Draw& z) {
  for (auto& states : p.spasm) {
    double sum = 0;
    for (std::size_t s = 0; s < kSpasmStates; ++s) sum += states[s] *= std::exp(data.spasm_ln_sd * z[kSpasm + s]);
    for (double& state : states) state /= sum;
  }
}

void draw_readings(EndotypeParameters& p, const EndotypeData& data, const Draw& z) {
  for (std::size_t i = 0; i < kFlowIndices; ++i) {
    const auto& reading = data.readings[i];
    auto& r = p.readings[i];
    r.bias += reading.bias_sd * z[kBias + i];
    r.tau *= std::exp(reading.tau_relative_sd * z[kTau + i]);
    if (reading.axis == ReadingAxis::reserve) r.tau = std::max(r.tau, data.constants.shared_error);
  }
}

// P(positive) of the dilator states on the scale of log odds: the level moves all of them, the contrast stretches them
// about their mean; where the test sees spasm, it multiplies the odds.
void draw_ischaemia(EndotypeParameters& p, const EndotypeData& data, const Draw& z) {
  const double contrast = std::exp(data.contrast_ln_sd * z[kContrast]), level = data.level_sd * z[kLevel];
  for (std::size_t t = 0; t < kIschaemiaTests; ++t) {
    std::array<double, kSpasmStates> ln_multiplier{};
    if (const auto& multiplier = data.ischaemia[t].spasm_multiplier)
      for (std::size_t s = 0; s < kSpasmStates; ++s) ln_multiplier[s] = std::log((*multiplier)[s]) + (s == 0 ? 0 : data.multiplier_ln_sd * z[kMultiplier + s - 1]);
    double mean = 0;
    for (const double q : data.ischaemia[t].positive) mean += logit(q) / kDilatorStates;
    for (std::size_t s = 0; s < kSpasmStates; ++s)
      for (std::size_t a = 0; a < kDilatorStates; ++a)
        p.positive[t][s][a] = expit(mean + level + contrast * (logit(data.ischaemia[t].positive[a]) - mean) + ln_multiplier[s]);
    p.positive_obstructed[t] = expit(logit(data.central.positive_obstructed[t]) + level);
  }
}

// A finding's ratios move together: one that tells more when present tells more when absent.
void draw_findings(EndotypeParameters& p, const EndotypeData& data, const Draw& z) {
  for (std::size_t f = 0; f < kSpasmFindings; ++f) {
    const double shift = data.finding_ln_sd * z[kFinding + f];
    for (std::size_t s = 1; s < kSpasmStates; ++s) {
      if (p.findings[f][0][s] == 0 && p.findings[f][1][s] == 0) continue;
      p.findings[f][0][s] += shift;
      p.findings[f][1][s] -= shift;
    }
  }
}

}  // namespace

std::string draw_column_name(std::size_t column) {
  constexpr std::array<std::string_view, kBias> kFirst = {"mean_ln_cfr.common", "mean_ln_cfr.sex", "sd_ln_cfr", "mean_ln_imr", "sd_ln_imr", "correlation", "spasm.none", "spasm.microvascular", "spasm.epicardial", "association"};
  constexpr std::array<std::string_view, 5> kLast = {"beta", "ischaemia.contrast", "ischaemia.level", "ischaemia.microvascular", "ischaemia.epicardial"};
  if (column < kBias) return std::string(kFirst[column]);
  if (column < kTau) return "bias." + std::string(flow_index_name(static_cast<FlowIndex>(column - kBias)));
  if (column < kBeta) return "tau." + std::string(flow_index_name(static_cast<FlowIndex>(column - kTau)));
  if (column < kFinding) return std::string(kLast[column - kBeta]);
  return "finding." + std::string(spasm_finding_name(static_cast<SpasmFinding>(column - kFinding)));
}

EndotypeParameters draw_parameters(const EndotypeData& data, const std::array<double, kDrawColumns>& z) {
  EndotypeParameters p = data.central;
  for (std::size_t sex = 0; sex < 2; ++sex) {
    const double half_difference = (sex == 0 ? -0.5 : 0.5) * data.mean_cfr_sex_sd * z[kMeanSex];
    p.mean_ln_cfr[sex] += data.mean_cfr_common_sd * z[kMeanCommon] + half_difference;
    p.mean_ln_imr[sex] += data.mean_imr_sd * z[kMeanImr];
  }
  p.sd_ln_cfr *= std::exp(data.sd_cfr_relative_sd * z[kSdCfr]);
  p.sd_ln_imr *= std::exp(data.sd_imr_relative_sd * z[kSdImr]);
  p.correlation = std::clamp(p.correlation + data.correlation_sd * z[kCorrelation], data.correlation_min, data.correlation_max);
  p.association += data.association_sd * z[kAssociation];
  p.beta += data.beta_sd * z[kBeta];
  draw_spasm(p, data, z);
  draw_readings(p, data, z);
  draw_ischaemia(p, data, z);
  draw_findings(p, data, z);
  return p;
}

}  // namespace cathgate::models
