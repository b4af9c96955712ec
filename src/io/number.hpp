// Decimal numbers in text: the inner loop of every table reader.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headscore {

inline constexpr std::ptrdiff_t kLongestCell = 64;  ///< more bytes are no number

/// Parses the number at p (sign, digits, point, exponent) and returns the place behind it, or nullptr when there is no finite number.
/// Text must end with a zero byte. Correctly rounded: a mantissa up to 2^53 with at most 22 decimals is one exact division
/// (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990); everything else goes to std::from_chars.
inline const char* parse_number(const char* p, const char* end, double& value) {
  static constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* const cell = p;
  if (*p == '+') ++p;
  const char* const start = p;
  const bool negative = *p == '-';
  if (negative) ++p;
  std::uint64_t mantissa = 0;
  const char* const digits = p;
  while (static_cast<unsigned char>(*p - '0') < 10) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  auto count = p - digits;
  std::ptrdiff_t decimals = 0;
  if (*p == '.') {
    const char* const point = ++p;
    while (static_cast<unsigned char>(*p - '0') < 10) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    decimals = p - point;
    count += decimals;
  }
  if (count == 0) return nullptr;
  if (count <= 18 && mantissa <= (std::uint64_t{1} << 53U) && (*p | 0x20) != 'e') [[likely]] {
    const double magnitude = static_cast<double>(mantissa) / kPowers[static_cast<std::size_t>(decimals)];
    value = negative ? -magnitude : magnitude;
    return p;
  }
  const std::from_chars_result result = std::from_chars(start, end, value);
  if (result.ec != std::errc() || !std::isfinite(value) || result.ptr - cell > kLongestCell) return nullptr;
  return result.ptr;
}

/// What parse_number() returns, without the value where that takes less.
inline const char* behind_number(const char* p, const char* end) {
  constexpr std::ptrdiff_t kSurelyANumber = 20;
  const char* const start = p;
  if (*p == '-') ++p;
  const char* const digits = p;
  while (static_cast<unsigned char>(*p - '0') < 10) ++p;
  const bool whole = p != digits;
  if (*p == '.') ++p;
  while (static_cast<unsigned char>(*p - '0') < 10) ++p;
  if (whole && (*p | 0x20) != 'e' && p - start <= kSurelyANumber) return p;
  double skipped = 0.0;
  return parse_number(start, end, skipped);
}

/// How a file writes its numbers.
struct NumberStyle {
  char decimal = '.';         ///< '.' or ','
  char thousands = '\0';      ///< ',', '.', '\'' or ' ' (which stands for every kind of space); '\0': none
};

/// The number that fills the whole cell, or nullopt: the cell is trimmed and unquoted first; a Unicode minus counts as one.
[[nodiscard]] std::optional<double> cell_number(std::string_view cell, const NumberStyle& style);

/// "NaN", "?", "-", "--", "n/a", "null", "inf", "#N/A" and the like: somebody's way to say that there is no value.
[[nodiscard]] bool is_missing_mark(std::string_view cell);

}  // namespace headscore
