// The numbers of the endotype model and how uncertain they are. The data are models/artifacts/endotype/model.json, where
// each number stands with its source and flag.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/finding.h"
#include "models/endotype_types.h"

namespace cathgate::models {

// What a reading is a look at.
enum class ReadingAxis : std::uint8_t {
  reserve,      // ln reading = ln CFR + shared error + bias + error
  cfr,          // ln reading = ln CFR + bias + error
  resistance,   // ln reading = ln IMR + bias + error
  stress_flow,  // ln reading = reference - beta (ln IMR - ln reference IMR) + error
};

// One reading's error. Natural logarithms of the reading.
struct ReadingParameters {
  double bias = 0;             // of stress flow: ln of the flow at the reference resistance
  double tau = 0;              // standard deviation of one reading, the shared error included
  double obstructed_mean = 0;  // given obstruction; only where `ReadingData::tells_obstruction`
  double obstructed_sd = 0;
};

// One complete set of numbers: the central one or one draw. All logarithms are natural.
struct EndotypeParameters {
  std::array<double, 2> mean_ln_cfr{};  // men, women
  std::array<double, 2> mean_ln_imr{};
  double sd_ln_cfr = 0, sd_ln_imr = 0, correlation = 0;
  std::array<std::array<double, kSpasmStates>, 2> spasm{};
  double association = 0;  // ln odds ratio of reduced reserve with epicardial spasm
  double beta = 0;
  std::array<ReadingParameters, kFlowIndices> readings{};
  // P(positive) by spasm and dilator state, and given obstruction.
  std::array<std::array<std::array<double, kDilatorStates>, kSpasmStates>, kIschaemiaTests> positive{};
  std::array<double, kIschaemiaTests> positive_obstructed{};
  // ln likelihood ratios of a finding, present [0] or absent [1], for each state of spasm.
  std::array<std::array<std::array<double, kSpasmStates>, 2>, kSpasmFindings> findings{};
};

// The same for every draw.
struct EndotypeConstants {
  double imr_cut = 0;
  double shared_error = 0;  // standard deviation of the error that reserve tests share
  double age_reference = 0, per_year = 0, hypertension = 0, smoker = 0, diabetes = 0, fast_heart_rate = 0, shift_cap = 0, secondary_cause = 0;
  double fast_heart_rate_above = 0;
  double cta_spasm_none_odds = 0, cta_ln_cfr = 0;
  double ln_reference_imr = 0;
  double no_reference_tau = 0;  // added to tau where the laboratory has no reference range of its own
  double weak_shrink = 0, weak_cap = 0, ischaemia_cap = 0, obstruction_cap = 0;
  std::array<std::array<double, kSpasmStates>, kSpasmStates> acetylcholine{};  // [true state][result]
  double ffr_threshold = 0, ffr_sd = 0;
};

// The bounds of the verdict.
struct AbstentionBounds {
  double obstruction = 0, obstruction_if_excluded = 0;
  double top = 0, lead = 0, width = 0;
  double reduced_lower = 0, preserved_upper = 0, epicardial_lower = 0, unlikely_upper = 0;
};

struct ReadingData {
  InputStatus status = InputStatus::strict;
  ReadingAxis axis = ReadingAxis::reserve;
  bool tells_obstruction = false;
  bool calibrated = false;  // a site may fit the bias
  double bias_sd = 0, tau_relative_sd = 0;
  FactId fact = kNoFact;
  double max_age_days = 0;
  std::vector<std::size_t> not_beside;                       // indices whose reading this one would repeat
  std::vector<FactId> invalid_when;                          // booleans: any of them makes the reading invalid
  std::vector<std::pair<FactId, double>> invalid_from;       // quantities: invalid from this value on
};

struct IschaemiaData {
  InputStatus status = InputStatus::strict;
  FactId fact = kNoFact;
  double normal_up_to = 0, abnormal_from = 0;  // in the fact's categories
  double max_age_days = 0;
  std::array<double, kDilatorStates> positive{};
  std::optional<std::array<double, kSpasmStates>> spasm_multiplier;  // of the odds of a positive result; empty: spasm does not matter
};

struct FindingData {
  InputStatus status = InputStatus::strict;
  std::vector<FactId> facts;       // known and from `present_from` on in one of them: present; all known and below: absent
  double present_from = 1;
};

// An input that the page keeps off, and why; for the model card and `cathgate check`.
struct OffInput {
  std::string id, why;
};

// Everything of model.json but its golden rows.
struct EndotypeData {
  std::string id, version, title;
  bool approved = false;
  EvidenceStatus status = EvidenceStatus::unconfirmed;
  Citation citation;
  EndotypeParameters central;
  EndotypeConstants constants;
  AbstentionBounds bounds;
  // Standard deviations of the uncertainty.
  double mean_cfr_common_sd = 0;
  double mean_cfr_sex_sd = 0;  // of the difference between women and men
  double sd_cfr_relative_sd = 0, mean_imr_sd = 0, sd_imr_relative_sd = 0;
  double correlation_sd = 0, correlation_min = 0, correlation_max = 0, spasm_ln_sd = 0, association_sd = 0, beta_sd = 0;
  double contrast_ln_sd = 0, level_sd = 0, multiplier_ln_sd = 0, finding_ln_sd = 0;
  std::array<ReadingData, kFlowIndices> readings;
  std::array<IschaemiaData, kIschaemiaTests> ischaemia;
  std::array<FindingData, kSpasmFindings> findings;
  std::vector<OffInput> off;
  // Facts that the shift reads.
  FactId age = kNoFact, male = kNoFact, hypertension = kNoFact, smoking = kNoFact, diabetes = kNoFact, heart_rate = kNoFact;
  double smoking_from = 0;
  double heart_rate_max_age_days = 0;
  std::vector<FactId> secondary_causes;
  std::array<FactId, kSpasmStates> acetylcholine{};  // booleans: the complete test shows this state
  FactId ffr = kNoFact;
  double ffr_max_age_days = 0;
};

// The standard normal variables of one draw, in this order. `draw_column_name` gives each its name in the file of draws.
inline constexpr std::size_t kDrawColumns = 10 + 2 * kFlowIndices + 5 + kSpasmFindings;
std::string draw_column_name(std::size_t column);

// The parameters of one draw: the central ones moved by `z` standard deviations. `z` all zero gives the central set.
EndotypeParameters draw_parameters(const EndotypeData& data, const std::array<double, kDrawColumns>& z);

}  // namespace cathgate::models
