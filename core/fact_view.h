// One value for each fact, as rules and models read it: an interval, because a result "<3" or a score with missing inputs
// is one. Built by engine/ from a PatientSnapshot and filled with derived facts stage by stage.
#pragma once

#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "core/fact_catalogue.h"
#include "core/patient_snapshot.h"

namespace cathgate {

// Kleene's three truth values; the numeric order makes "and" the minimum and "or" the maximum.
enum class Truth : std::uint8_t { no = 0, unknown = 1, yes = 2 };
inline Truth operator!(Truth t) { return static_cast<Truth>(2 - static_cast<int>(t)); }
inline Truth both(Truth a, Truth b) { return a < b ? a : b; }
inline Truth either(Truth a, Truth b) { return a < b ? b : a; }

enum class UnknownReason : std::uint8_t { none, never_sent, list_incomplete, refused, too_old, conflicting, not_computed };

// The value lies in [low, high]; exact when they are equal. Unknown facts span the whole range of their kind.
struct FactValue {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  UnknownReason unknown = UnknownReason::never_sent;  // none exactly when something is known
  Origin origin = Origin::coded;
  bool preliminary = false;
  std::optional<TimeRange> at;   // empty: undated, or without age (a derived fact carries its oldest input's time)
  std::string_view source;       // into the snapshot; empty for derived facts

  static FactValue exactly(double value) { FactValue v; v.low = v.high = value; v.unknown = UnknownReason::none; v.origin = Origin::derived; return v; }
  static FactValue between(double low, double high) { FactValue v; v.low = low; v.high = high; v.unknown = UnknownReason::none; v.origin = Origin::derived; return v; }
  static FactValue unknown_because(UnknownReason reason) { FactValue v; v.unknown = reason; return v; }
  bool known() const { return unknown == UnknownReason::none; }
  bool exact() const { return known() && low == high; }

  // Three-valued comparisons with a threshold; an unknown fact answers unknown.
  Truth at_least(double t) const { return !known() ? Truth::unknown : low >= t ? Truth::yes : high < t ? Truth::no : Truth::unknown; }
  Truth above(double t) const { return !known() ? Truth::unknown : low > t ? Truth::yes : high <= t ? Truth::no : Truth::unknown; }
  Truth equals(double t) const { return !known() ? Truth::unknown : exact() ? (low == t ? Truth::yes : Truth::no) : (t < low || t > high) ? Truth::no : Truth::unknown; }
};

// Not thread-safe while being filled; the snapshot and the catalogue must outlive it.
class FactView {
 public:
  FactView(const FactCatalogue& catalogue, UnixSeconds as_of) : catalogue_(&catalogue), as_of_(as_of), values_(catalogue.size()) {}

  const FactValue& operator[](FactId id) const { return values_[id]; }
  void set(FactId id, FactValue value) { values_[id] = value; }
  UnixSeconds as_of() const { return as_of_; }
  const FactCatalogue& catalogue() const { return *catalogue_; }

  // The value, unless it is older than max_age_days at as_of or undated: then unknown, too_old. Derived facts without a
  // time of their own are never too old.
  FactValue not_older_than(FactId id, double max_age_days) const;

 private:
  const FactCatalogue* catalogue_;
  UnixSeconds as_of_;
  std::vector<FactValue> values_;
};

}  // namespace cathgate
