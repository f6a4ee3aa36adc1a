// The endotype of one patient for one set of numbers, in closed form: no sampling, no iteration. The algorithm is in
// docs/decisions/0010-endotype.md.
#pragma once

#include "models/endotype_parameters.h"

namespace cathgate::models {

// The readings of one patient as the arithmetic wants them; made once and used with every draw.
struct PreparedInputs {
  explicit PreparedInputs(const EndotypeData& data, const EndotypeInputs& inputs, const EndotypeQuestion& question);

  struct Reading {
    std::size_t index;
    ReadingAxis axis;
    double ln_value;
    double extra_tau;
    bool counts_for_obstruction;
  };
  struct Ischaemia {
    std::size_t test;
    bool positive;
    bool counts_for_obstruction;
  };
  std::array<ReadingAxis, kFlowIndices> axes{};
  std::vector<Reading> readings;      // in the order in which they count for obstruction
  std::vector<Ischaemia> ischaemia;
  std::vector<std::pair<std::size_t, bool>> findings;  // finding, present
  std::optional<std::size_t> acetylcholine;
  std::size_t sex = 0;                // 0 men, 1 women
  double shift = 0;                   // of ln CFR
  double spasm_none_odds = 0;         // ln, of the setting
  double obstruction = 0;
  bool obstruction_fixed = false;     // by FFR: no test moves it
  double ln_cfr_cut = 0, ln_imr_cut = 0;
};

// Which ischaemia test was the most informative one, as an index into `prepared.ischaemia`; -1: none.
struct PointResult {
  EndotypePoint point;
  int ischaemia = -1;
};

// P(spasm state, dilator state), given that there is no obstruction.
using EndotypeTable = std::array<std::array<double, kDilatorStates>, kSpasmStates>;
EndotypeTable evaluate_endotype_table(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared);

// What a further reading would be without obstruction: normal on the scale of logarithms.
struct Predictive {
  double mean = 0;
  double sd = 0;
};
Predictive predict_reading(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared, std::size_t index);

PointResult evaluate_endotype(const EndotypeParameters& parameters, const EndotypeConstants& constants, const PreparedInputs& prepared);

}  // namespace cathgate::models
