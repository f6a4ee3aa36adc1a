// The learned score as files: model.json, trees-N.json and golden.json in one folder (docs/decisions/0004). Loading tries
// every golden row.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/learned_score.h"

namespace cathgate::models {

struct GoldenRow {
  std::vector<std::pair<FactId, double>> facts;  // of today
  double log_odds = 0;
};

struct LearnedFiles {
  std::string model;               // model.json
  std::vector<std::string> trees;  // trees-1.json and on
  std::string golden;
};

// `inputs` is the text of the file that defines the graph; it becomes part of model.json. `golden` are the facts of rows
// whose log-odds are computed here. Same score, same bytes.
LearnedFiles write_learned_score(const LearnedScore& score, std::string_view inputs, const std::vector<std::vector<std::pair<FactId, double>>>& golden, const FactCatalogue& facts);
// Writes them into a folder that exists; false when a file could not be written.
bool save_learned_score(const LearnedFiles& files, const std::string& folder);

struct LoadedScore {
  std::shared_ptr<const LearnedScore> score;
  std::string digest;  // SHA-256 over model.json and the trees, hexadecimal
  std::size_t golden_rows = 0;
};
// `find` returns a published score, or null; the scores must outlive the result.
Loaded<LoadedScore> load_learned_score(const std::string& folder, const FactCatalogue& facts, const std::function<const Score*(std::string_view)>& find);

}  // namespace cathgate::models
