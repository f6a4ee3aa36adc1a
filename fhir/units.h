// UCUM units of each fact: the conversion of a reported quantity to the fact's canonical unit. Immutable after load.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/json.h"

namespace cathgate::fhir {

// canonical = factor * reported + offset.
struct UnitConversion {
  std::string unit;
  double factor = 1;
  double offset = 0;
  bool spelling = false;  // a listed free-text spelling, accepted only where no UCUM code is given
};

class UnitTable {
 public:
  UnitTable() = default;
  // `system` is the URI under which Quantity.code is a UCUM code.
  UnitTable(std::size_t facts, std::string system)
      : system_(std::move(system)), by_fact_(facts), unit_optional_(facts) {}

  void add(FactId fact, UnitConversion conversion) { by_fact_[fact].push_back(std::move(conversion)); }
  void allow_no_unit(FactId fact) { unit_optional_[fact] = true; }

  // Empty: this unit is not listed for the fact. `coded` says that `unit` is a UCUM code; otherwise it is free text.
  const UnitConversion* find(FactId fact, std::string_view unit, bool coded) const;
  // Counts, scores and ratios may come without a unit.
  bool no_unit_allowed(FactId fact) const { return unit_optional_[fact]; }
  std::string_view system() const { return system_; }
  bool knows(FactId fact) const { return !by_fact_[fact].empty(); }

 private:
  std::string system_;
  std::vector<std::vector<UnitConversion>> by_fact_;
  std::vector<bool> unit_optional_;
};

enum class UnitTrouble { none, no_value, unknown_unit, bad_comparator };

// A FHIR Quantity in the fact's unit, or why it cannot be read.
struct ConvertedQuantity {
  UnitTrouble trouble = UnitTrouble::none;
  double value = 0;
  std::string_view comparator;  // "", "<", "<=", ">=", ">"
  std::string as_reported;      // "150 umol/L"; empty where nothing was converted
};
ConvertedQuantity convert_quantity(const UnitTable& units, FactId fact, JsonValue quantity);

}  // namespace cathgate::fhir
