#include "core/time.h"

#include <gtest/gtest.h>

namespace cathgate {
namespace {

UnixSeconds at(const char* text) {
  auto t = read_fhir_time(text);
  EXPECT_TRUE(t) << text;
  EXPECT_EQ(t->earliest, t->latest) << text;
  return t->earliest;
}

TEST(Time, ReadsInstantsWithZones) {
  EXPECT_EQ(at("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(at("2026-11-24T08:15:00+01:00"), at("2026-11-24T07:15:00Z"));
  EXPECT_EQ(at("2026-11-24T08:15:00.123456Z"), at("2026-11-24T08:15:00Z"));
  EXPECT_EQ(at("2016-12-31T23:59:60Z"), at("2016-12-31T23:59:59Z"));
  EXPECT_EQ(at("2024-02-29T00:00:00Z") + kSecondsPerDay, at("2024-03-01T00:00:00Z"));
  EXPECT_EQ(write_instant(at("2100-06-15T12:34:56Z")), "2100-06-15T12:34:56Z");
}

TEST(Time, PartialDatesAreRanges) {
  const auto year = read_fhir_time("2026");
  ASSERT_TRUE(year);
  EXPECT_LE(year->earliest, at("2026-01-01T00:00:00Z"));
  EXPECT_GE(year->latest, at("2026-12-31T23:59:59Z"));
  const auto day = read_fhir_time("2026-11-24");
  ASSERT_TRUE(day);
  EXPECT_EQ(day->earliest, at("2026-11-24T00:00:00Z") - 14 * 3600);
  EXPECT_EQ(day->latest, at("2026-11-24T23:59:59Z") + 14 * 3600);
  ASSERT_TRUE(read_fhir_time("2026-11"));
  const auto no_zone = read_fhir_time("2026-11-24T08:00:00");
  ASSERT_TRUE(no_zone);
  EXPECT_LT(no_zone->earliest, no_zone->latest);
}

TEST(Time, RefusesWhatIsNoDate) {
  for (const char* bad : {"", "26", "2026-13", "2026-02-30", "2023-02-29", "2026-11-24T", "2026-11-24T25:00:00Z", "2026-11-24T08:00Z", "2026-11-24 08:00:00Z",
                          "2026-11-24T08:00:00+15:00", "2026-11-24T08:00:00ZZ", "1066-10-14", "9999", "2026-1-1", "today", "2026-11-24T08:00:00."})
    EXPECT_FALSE(read_fhir_time(bad)) << bad;
}

TEST(Time, CountsCompletedYears) {
  const auto birth = at("1960-02-29T00:00:00Z");
  EXPECT_EQ(completed_years(birth, at("2026-02-28T12:00:00Z")), 65);
  EXPECT_EQ(completed_years(birth, at("2026-03-01T00:00:00Z")), 66);
  EXPECT_EQ(completed_years(birth, birth), 0);
  EXPECT_LT(completed_years(birth, at("1959-01-01T00:00:00Z")), 0);
}

}  // namespace
}  // namespace cathgate
