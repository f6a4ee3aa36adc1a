// fhir/terms.json: which codes mean which facts, in which units, and which queries fetch them. Immutable after load.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/result.h"

namespace cathgate::fhir {

// How long around now things count as of now, in hours; empty: what terms.json says.
struct ReadingWindows {
  std::optional<double> acute_window_hours;      // an acute diagnosis dated within it is of now, an older one is history
  std::optional<double> future_tolerance_hours;  // a value dated later than this is refused
};

class Terms {
 public:
  // Reads terms.json against the catalogue; reports every problem: unknown fact, unknown unit, duplicate code, bad
  // value map.
  static Loaded<Terms> load(const std::string& path, const FactCatalogue& facts);

  // The prefetch templates that discovery publishes for a hook, key -> template, in a fixed order: one for each class
  // of facts, in the portable subset (no token of a context field that the hook makes optional). Only "patient" is
  // required.
  const std::vector<std::pair<std::string, std::string>>& prefetch_templates() const;

  // The version of the file, for the card and the ledger.
  std::string_view version() const;

  ReadingWindows windows() const;  // both are there
  // The same terms with the windows of a site.
  Terms with(const ReadingWindows& site) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cathgate::fhir
