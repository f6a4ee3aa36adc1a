// Evaluations and the protocol as JSON for machines, Markdown for people and SVG for both.
#pragma once

#include <map>
#include <string>

#include "study/evaluate.h"
#include "study/protocol.h"

namespace cathgate::study {

struct ReportFile { std::string name, text; };

std::string write_evaluation_json(const Evaluation& evaluation);
// Markdown that shows calibration.svg and decision.svg, which come with it. `seen` are the notes on the cohort.
std::vector<ReportFile> write_evaluation_report(const Evaluation& evaluation, const std::vector<std::string>& seen);

struct TrainingSummary {
  std::string model, version, model_digest, xgboost;
  double threshold = 0;
  std::vector<const Cohort*> cohorts;
  std::vector<std::string> seen;          // notes and findings, one line each
  const models::LearnedScore::Data* score = nullptr;
};
std::string write_protocol_json(const ProtocolResult& result, const TrainingSummary& summary);
std::string write_protocol_report(const ProtocolResult& result, const TrainingSummary& summary);

}  // namespace cathgate::study
