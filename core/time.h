// Instants and FHIR's partial dates. A date of unknown precision is the interval of instants that it can mean.
// No clock is read here: "now" is always handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cathgate {

// Seconds since 1970-01-01T00:00:00Z.
using UnixSeconds = std::int64_t;
inline constexpr UnixSeconds kSecondsPerDay = 86'400;

// What a FHIR date, dateTime or instant can mean: "2026" is the whole year, a full instant has earliest == latest.
// A value without a zone is read as UTC and widened by 14 hours on both sides.
struct TimeRange {
  UnixSeconds earliest = 0;
  UnixSeconds latest = 0;

  bool operator==(const TimeRange&) const = default;
};

// Reads FHIR date, dateTime and instant (2026, 2026-11, 2026-11-24, 2026-11-24T08:15:00[.123](Z|+01:00)).
// Empty for anything else, for impossible dates (30 February) and years outside 1850-2200. :60 reads as :59.
std::optional<TimeRange> read_fhir_time(std::string_view text);

// "2026-11-24" (UTC) and "2026-11-24T08:15:00Z".
std::string write_date(UnixSeconds at);
std::string write_instant(UnixSeconds at);

// Completed years between a birth date and an instant; negative when born after it.
int completed_years(UnixSeconds birth, UnixSeconds at);

}  // namespace cathgate
