// What a site changes of the operational defaults: the file defaults.json of its rules folder. Limits that stand in a source are
// not here: those are changed by overriding the rule, with a reason.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/fact_catalogue.h"
#include "engine/engine_data.h"

namespace cathgate {

struct SiteDefaults {
  std::string approved_by, reason;
  std::map<FactId, double> age_limit_days;                  // of operational limits only
  std::map<FactId, std::pair<double, double>> plausible;    // in the fact's unit
  std::optional<double> adult_age_years, troponin_window_hours;
  std::optional<double> acute_window_hours, future_tolerance_hours;  // of reading the record: limits of fhir/terms.json
  std::string digest;  // SHA-256 of the file, hexadecimal; empty: there is none

  // Reads SITE/defaults.json; a folder without it changes nothing. Reports every problem.
  static Loaded<SiteDefaults> load(const std::string& site_folder, const FactCatalogue& facts);

  void apply_to(FactCatalogue& facts) const;
  void apply_to(EngineData& data) const;
};

}  // namespace cathgate
