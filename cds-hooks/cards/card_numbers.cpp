#include "cds-hooks/cards/card_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace cathgate::cds_hooks {
namespace {

using Buffer = std::array<char, 400>;

std::string_view fixed(Buffer& buffer, double value, int decimals) {
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}
std::string_view shortest(Buffer& buffer, double value) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

// Rounds to `decimals`, or to more while the last printed decimal is a 0 that the value does not have.
void append_rounded(std::string& out, double value, int decimals) {
  constexpr int kMostDecimals = 17;
  Buffer buffer;
  for (; decimals <= kMostDecimals; ++decimals) {
    const auto text = fixed(buffer, value, decimals);
    if (decimals > 0 && text.back() != '0') {
      out += text;
      return;
    }
  }
  out += shortest(buffer, value);
}

// Arithmetic leaves 7.000000000000001 where 7 is meant; differences of that size are no information.
double without_noise(double value) {
  constexpr double kNoise = 1e-13;
  const double scale = std::pow(10.0, 12 - std::ceil(std::log10(std::abs(value))));
  const double clean = std::round(value * scale) / scale;
  return std::isfinite(clean) && std::abs(clean - value) <= kNoise * std::abs(value) ? clean : value;
}

std::size_t significant_digits(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  return digits;
}

}  // namespace

void append_number(std::string& out, double value) {
  if (value == 0 || !std::isfinite(value)) {
    out += '0';
    return;
  }
  constexpr std::size_t kExactDigits = 5;
  constexpr int kRoundedDigits = 4;
  const double clean = without_noise(value);
  Buffer buffer;
  if (const auto text = shortest(buffer, clean);
      significant_digits(text) <= kExactDigits || clean == std::round(clean)) {
    out += text;
    return;
  }
  append_rounded(out, clean,
                 std::max(1, kRoundedDigits - 1 - static_cast<int>(std::floor(std::log10(std::abs(clean))))));
}

void append_percent_number(std::string& out, double percent) {
  if (percent == 0 || !std::isfinite(percent)) {
    out += '0';
  } else {
    const double clean = without_noise(percent);
    Buffer buffer;
    const auto text = shortest(buffer, clean);
    if (text.find('.') == std::string_view::npos)
      out += text;
    else
      append_rounded(out, clean, 1);
  }
}

}  // namespace cathgate::cds_hooks
