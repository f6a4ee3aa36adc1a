#include "core/time.h"

#include <chrono>
#include <cstdio>

namespace cathgate {
namespace {

using namespace std::chrono;

constexpr UnixSeconds kUnknownZoneSlack = 14 * 3600;  // zones span UTC-12 to UTC+14

// Reads exactly `digits` decimal digits and moves `text` on; empty when there are none.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}
UnixSeconds seconds_of(year_month_day date) { return sys_days(date).time_since_epoch().count() * kSecondsPerDay; }

TimeRange widened(UnixSeconds first, UnixSeconds last) { return {first - kUnknownZoneSlack, last + kUnknownZoneSlack}; }

// "Z", "+01:00", "-05:30": the offset in seconds. Empty: malformed. `none` is set when there is no zone at all.
std::optional<int> take_zone(std::string_view& text, bool& none) {
  none = text.empty();
  if (none) return 0;
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto h = take_number(text, 2);
  if (!h || *h > 14 || !take(text, ':')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || *m > 59) return std::nullopt;
  return sign * (*h * 3600 + *m * 60);
}

// The part after "T".
std::optional<TimeRange> read_clock(std::string_view text, UnixSeconds midnight) {
  const auto h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
  auto s = take_number(text, 2);
  if (!s || *s > 60) return std::nullopt;
  if (*s == 60) s = 59;
  if (take(text, '.')) {
    if (!take_number(text, 1)) return std::nullopt;
    while (take_number(text, 1)) {}
  }
  bool no_zone = false;
  const auto offset = take_zone(text, no_zone);
  if (!offset || !text.empty()) return std::nullopt;
  const UnixSeconds at = midnight + *h * 3600 + *m * 60 + *s - *offset;
  return no_zone ? widened(at, at) : TimeRange{at, at};
}

}  // namespace

std::optional<TimeRange> read_fhir_time(std::string_view text) {
  const auto y = take_number(text, 4);
  if (!y || *y < 1850 || *y > 2200) return std::nullopt;
  const year yy(*y);
  if (text.empty()) return widened(seconds_of(yy / January / 1), seconds_of((yy + years(1)) / January / 1) - 1);
  if (!take(text, '-')) return std::nullopt;
  const auto mo = take_number(text, 2);
  if (!mo || *mo < 1 || *mo > 12) return std::nullopt;
  const year_month ym = yy / month(static_cast<unsigned>(*mo));
  if (text.empty()) return widened(seconds_of(ym / 1), seconds_of((ym + months(1)) / 1) - 1);
  if (!take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date = ym / day(static_cast<unsigned>(*d));
  if (!date.ok()) return std::nullopt;
  const UnixSeconds midnight = seconds_of(date);
  if (text.empty()) return widened(midnight, midnight + kSecondsPerDay - 1);
  if (!take(text, 'T')) return std::nullopt;
  return read_clock(text, midnight);
}

std::string write_date(UnixSeconds at) {
  const year_month_day date(floor<days>(sys_seconds(seconds(at))));
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string write_instant(UnixSeconds at) {
  const UnixSeconds in_day = ((at % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  char text[16];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02dZ", static_cast<int>(in_day / 3600), static_cast<int>(in_day / 60 % 60), static_cast<int>(in_day % 60));
  return write_date(at) + text;
}

int completed_years(UnixSeconds birth, UnixSeconds at) {
  const year_month_day b(floor<days>(sys_seconds(seconds(birth))));
  const year_month_day n(floor<days>(sys_seconds(seconds(at))));
  const int whole = static_cast<int>(n.year()) - static_cast<int>(b.year());
  const bool before_birthday = n.month() < b.month() || (n.month() == b.month() && n.day() < b.day());
  return whole - (before_birthday ? 1 : 0);
}

}  // namespace cathgate
