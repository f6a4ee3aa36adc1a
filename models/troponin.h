// High-sensitivity troponin algorithms at 0 h, 1 h and 2 h. The cut-offs of each assay are data (models/troponin.json); an
// assay that is not listed there has no algorithm. No clock and no record: the caller brings the samples of one episode.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/json_reader.h"

namespace cathgate::models {

enum class TroponinResult : std::uint8_t { rule_out, observe, rule_in, repeat };  // repeat: a second sample is needed
enum class TroponinPathway : std::uint8_t { first_sample, one_hour, two_hours };

// One concentration in ng/L, as an interval: a result "<5" is [0, 5).
struct TroponinSample {
  double hours = 0;  // since the first sample
  double low = 0;
  double high = 0;
};

// The cut-offs of one interval. A change is the absolute difference of two samples.
struct TroponinCutoffs {
  std::optional<double> very_low;  // below it, alone, when the pain began long enough ago
  double low = 0, no_delta = 0;    // below both: ruled out
  double high = 0, delta = 0;      // at least one reached: ruled in
  bool above = false;              // reached means exceeded
};

struct TroponinAssay {
  std::string id, label;
  FactId fact = kNoFact;           // the analyte
  std::vector<std::string> names;  // lower-case words by which a method is recognised
  std::optional<TroponinCutoffs> one_hour, two_hours, aha_one_hour;
};

struct TroponinVerdict {
  TroponinResult result = TroponinResult::repeat;
  TroponinPathway pathway = TroponinPathway::first_sample;
};

class TroponinTable {
 public:
  // Tries every golden row; reports every problem.
  static Loaded<TroponinTable> load(const std::string& path, const FactCatalogue& facts);

  // The assay whose name the method holds, for this analyte; null: unknown.
  const TroponinAssay* find(FactId analyte, std::string_view method) const;

  // `samples`: one at least, by time, the first at 0 h. `onset_hours`: from the onset of pain to the first sample, empty
  // when not known.
  TroponinVerdict judge_esc(const TroponinAssay& assay, std::span<const TroponinSample> samples, std::optional<double> onset_hours) const;
  // Empty where AHA/ACC 2021 gives no cut-offs for the assay.
  std::optional<TroponinVerdict> judge_aha(const TroponinAssay& assay, std::span<const TroponinSample> samples) const;

  double sample_time_tolerance_s() const { return tolerance_s_; }
  const std::vector<TroponinAssay>& assays() const { return assays_; }

 private:
  struct Window { double from = 0, below = 0; };
  const TroponinSample* sample_in(std::span<const TroponinSample> samples, const Window& window) const;
  void read(const Node& root);
  void try_golden_rows(const Node& root) const;

  std::vector<TroponinAssay> assays_;
  Window one_hour_, two_hours_;
  double early_hours_ = 0;
  double tolerance_s_ = 0;
};

}  // namespace cathgate::models
