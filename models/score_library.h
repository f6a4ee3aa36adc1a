// Everything of models/artifacts/: the published scores, the scores that define derived facts, the likelihood ratios.
// Immutable after load and safe to share between threads; cheap to copy.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/likelihood_ratios.h"
#include "models/score.h"

namespace cathgate::models {

class ScoreLibrary {
 public:
  // Loads every *.json of the folder and tries every golden row. Reports every problem of every file; any problem means no
  // library.
  static Loaded<ScoreLibrary> load(const std::string& folder, const FactCatalogue& facts);

  // The score of this id, or null. Lives as long as any copy of the library.
  const Score* find(std::string_view id) const;
  const LikelihoodRatios& ratios() const;
  // The same library with other operational age limits of results, by fact.
  ScoreLibrary with_age_limits(const std::map<FactId, double>& days) const;
  // Sets the derived facts that scores define, in the order of their dependencies.
  void define_facts(FactView& view) const;

  std::size_t score_count() const;
  std::size_t golden_count() const;
  // SHA-256 over the bytes of all files in the order of their names, hexadecimal.
  std::string_view digest() const;
  struct FileInfo { std::string id; std::string version; std::string title; bool approved; };
  const std::vector<FileInfo>& files() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cathgate::models
