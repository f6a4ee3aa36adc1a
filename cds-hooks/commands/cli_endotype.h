// The commands about endotypes: the simulation behind the model card, and a site's own calibration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace cathgate::cds_hooks {

struct SimulateOptions {
  std::size_t patients = 8'000;
  std::size_t worlds = 20;
  std::uint64_t seed = 7;
  std::size_t runs = 1;  // with more than one each cell is the mean and, in brackets, the standard deviation between runs
};
// Prints the accuracy table as Markdown.
int simulate_endotype(const std::string& root, const SimulateOptions& options);

struct EndotypeCalibrationOptions {
  std::string readings;           // CSV with a head; "-": stdin
  std::string output;             // the calibration; empty: stdout
  std::size_t fewest = 50;        // patients; with fewer nothing is written
};
// Fits bias and mean reserve from a site's readings. Columns: sex (F or M) and at least one of pet_mfr, cmr_mpr, cmr_mpri,
// ttde_cfvr, cfr_doppler, cfr_bolus, cfr_continuous, mrr; optional: age, hypertension, smoker, diabetes, secondary (1 or 0).
int recalibrate_endotypes(const std::string& root, const EndotypeCalibrationOptions& options);

}  // namespace cathgate::cds_hooks
