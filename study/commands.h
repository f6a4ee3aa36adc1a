// What `cathgate train`, `evaluate` and `recalibrate` do, without the command line: files in, files out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "study/protocol.h"
#include "study/report.h"

namespace cathgate::study {

// Lines for a person who waits: progress and what was seen. Never a patient's data.
using Say = std::function<void(const std::string&)>;

struct TrainOptions {
  std::string cohorts;                 // folder
  std::string out;                     // folder; made if it is not there
  std::vector<std::string> leave_out;  // inputs by name
  CohortOptions cohort;
  std::uint64_t seed = 0;
  int draws = 100;                     // 0: fit only, no table of candidates
  ThresholdLimits limits;
};

struct EvaluateOptions {
  std::string model;        // folder of the model, which may hold a recalibration.json
  std::string cohort;       // file
  std::string recalibrate;  // another file: recalibrate on it first (nothing is kept); empty: as the model is
  std::string out;          // folder for the report; empty: none
  std::vector<std::string> leave_out;  // inputs that count as unknown
  CohortOptions reading;
  std::uint64_t seed = 0;
  ThresholdLimits limits;
};

struct RecalibrateOptions {
  std::string model;   // folder of the model; a recalibration.json in it is continued
  std::string cohort;
  std::string out;     // folder: the model and its recalibration.json; earlier ones stay beside it by number
  bool fresh = false;  // do not continue an earlier recalibration
  bool revert = false; // no cohort: go back to the recalibration before
  CohortOptions reading;
  ThresholdLimits limits;
};

// Each returns every problem; empty: done. `root` is the knowledge root.
std::vector<Error> train(const TrainOptions& options, const std::string& root, const Say& say);
std::vector<Error> run_evaluation(const EvaluateOptions& options, const std::string& root, const Say& say, Evaluation& result);
std::vector<Error> recalibrate(const RecalibrateOptions& options, const std::string& root, const Say& say, models::Recalibration& result);

}  // namespace cathgate::study
