// How good the endotype model could be if its own assumptions were true: patients drawn from worlds that the uncertainty
// of the parameters allows, scored with the central parameters. An upper bound, not a validation.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/endotype_model.h"

namespace cathgate::models {

struct SimulationSettings {
  std::size_t patients = 8'000;  // in all worlds together
  std::size_t worlds = 20;
  std::uint64_t seed = 7;
};

// One set of findings. Proportions; not a number where nothing counts.
struct SimulationRow {
  std::string findings;
  double top_endotype = 0, top_dilator = 0, top_spasm = 0;
  double auc_reserve = 0, auc_reserve_doppler = 0, auc_resistance = 0, auc_structural = 0, auc_epicardial = 0;
  double calibration_error = 0, calibration_slope = 0;
  double sure_share = 0, sure_accuracy = 0;

  static constexpr std::size_t kMeasures = 12;
  // The measures in the order of their declaration.
  std::array<double, kMeasures> measures() const;
};

std::vector<SimulationRow> simulate_endotypes(const EndotypeModel& model, const SimulationSettings& settings);

// The same over several runs with the seeds seed, seed + 1 and so on: mean and standard deviation between runs of each
// measure, which is the Monte Carlo error of one run. At least two runs. A measure that some run lacks is not a number.
struct SimulationSpread {
  std::string findings;
  std::array<double, SimulationRow::kMeasures> mean{}, sd{};
};
std::vector<SimulationSpread> repeat_simulation(const EndotypeModel& model, SimulationSettings settings, std::size_t runs);

}  // namespace cathgate::models
