// Decimal numbers in text: the inner loop of every table reader.
#pragma once

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace headscore {

/// Powers of ten that a double holds exactly.
inline constexpr std::array<double, 23> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline constexpr std::ptrdiff_t kLongestCell = 64;  ///< more bytes are no number

/// Parses the number at p (sign, digits, point, exponent) and returns the place behind it, or nullptr when there is no
/// finite number. Text must end with a zero byte. Correctly rounded: a mantissa up to 2^53 with at most 22 decimals is
/// one exact division (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990); everything else goes
/// to std::from_chars.
inline const char* parse_number(const char* p, const char* end, double& value) {
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
    const double magnitude = static_cast<double>(mantissa) / kPowersOfTen[static_cast<std::size_t>(decimals)];
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

inline std::uint64_t eight_bytes(const char* p) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

/// How many digits the numbers of one column have before and behind the point. Programs print a column in one form, so
/// what the last row had is tried first: up to eight digits are then checked and joined at once (as in simdjson's
/// number parsing; Langdale and Lemire, VLDB Journal 28, 2019), and where the next cell starts is known without looking
/// for the end of this one.
class NumberShape {
 public:
  NumberShape() = default;  ///< fits nothing

  /// Of a number that parse_number() took. Fits nothing when there is no point or an exponent, or more than eight
  /// digits on a side or 15 in all (10^15 < 2^53, so that the division is exact).
  NumberShape(const char* number, const char* behind) {
    if (*number == '-') ++number;
    const auto* point = static_cast<const char*>(std::memchr(number, '.', static_cast<std::size_t>(behind - number)));
    if (point == nullptr || std::endian::native != std::endian::little) return;
    const std::ptrdiff_t whole = point - number;
    const std::ptrdiff_t decimals = behind - point - 1;
    if (whole < 1 || decimals < 1 || whole > 8 || decimals > 8 || whole + decimals > 15) return;
    for (const char* p = number; p != behind; ++p) {
      if (p != point && static_cast<unsigned char>(*p - '0') > 9) return;
    }
    point_ = whole;
    length_ = whole + 1 + decimals;
    whole_shift_ = static_cast<unsigned>(8 - whole) * 8U;
    decimals_shift_ = static_cast<unsigned>(8 - decimals) * 8U;
    decimals_width_ = static_cast<unsigned>(decimals) * 8U % 64U;
    fits_eight_ = whole + decimals <= 8;
    power_ = kPowersOfTen[static_cast<std::size_t>(decimals)];
    scale_ = static_cast<std::int64_t>(power_);
  }

  /// parse_number() for a number of this shape, to the same bit; nullptr for any other.
  [[gnu::always_inline]] const char* parse(const char* p, const char* end, double& value) const {
    Digits digits;
    const bool negative = *p == '-';
    const char* const behind = taken(p + (negative ? 1 : 0), end, digits);
    if (behind == nullptr) return nullptr;
    const double magnitude = magnitude_of(digits);
    value = negative ? -magnitude : magnitude;
    return behind;
  }

  /// Of a number that is known to be of this shape, from its first digit on.
  [[nodiscard, gnu::always_inline]] double magnitude(const char* digits) const {
    return magnitude_of(digits_at(digits));
  }

  [[nodiscard]] bool fits_any() const { return point_ != 0; }

  /// Place behind a number of this shape; nullptr for any other.
  const char* behind(const char* p, const char* end) const {
    Digits digits;
    return taken(p + (*p == '-' ? 1 : 0), end, digits);
  }

 private:
  static constexpr std::ptrdiff_t kReach = 24;  ///< bytes that are looked at, at most

  /// One digit a byte, 0 to 9, the last in the highest byte; bytes before the first are zero.
  struct Digits {
    std::uint64_t whole;
    std::uint64_t decimals;
  };

  /// The place behind the digits when all of them are digits and nothing of the number follows, else nullptr.
  const char* taken(const char* p, const char* end, Digits& digits) const {
    if (end - p < kReach || p[point_] != '.') return nullptr;
    digits = digits_at(p);
    // Adding 6 carries into the high half of a byte above 9; what has a high half already is no digit either.
    constexpr std::uint64_t kSixes = 0x0606060606060606U;
    const std::uint64_t others = (digits.whole + kSixes) | digits.whole | (digits.decimals + kSixes) | digits.decimals;
    p += length_;
    const bool ends =
        *p < '-' || *p == ';';  // blanks, line ends and the comma stand below the minus; further digits and 'e' above
    return (others & 0xF0F0F0F0F0F0F0F0U) == 0 && ends ? p : nullptr;
  }

  [[nodiscard, gnu::always_inline]] Digits digits_at(const char* p) const {
    return {(eight_bytes(p) ^ 0x3030303030303030U) << whole_shift_, (eight_bytes(p + point_ + 1) ^ 0x3030303030303030U)
                                                                        << decimals_shift_};
  }

  [[nodiscard, gnu::always_inline]] double magnitude_of(const Digits& digits) const {
    const std::int64_t mantissa = fits_eight_ ? joined((digits.whole >> decimals_width_) | digits.decimals)
                                              : joined(digits.whole) * scale_ + joined(digits.decimals);
    return static_cast<double>(mantissa) / power_;
  }

  /// The number that the digits make: neighbours are joined to pairs, fours and the eight.
  static std::int64_t joined(std::uint64_t digits) {
    digits = digits * 10U + (digits >> 8U);
    const std::uint64_t even_pairs = (digits & 0x000000FF000000FFU) * (100U + (1000000ULL << 32U));
    const std::uint64_t odd_pairs = ((digits >> 16U) & 0x000000FF000000FFU) * (1U + (10000ULL << 32U));
    return static_cast<std::int64_t>((even_pairs + odd_pairs) >> 32U);
  }

  std::ptrdiff_t point_ = 0;  ///< at the first byte: what begins with a point is no shape
  std::ptrdiff_t length_ = 1;
  unsigned whole_shift_ = 0;
  unsigned decimals_shift_ = 0;
  unsigned decimals_width_ = 0;  ///< bits
  bool fits_eight_ = false;      ///< all digits together
  std::int64_t scale_ = 1;
  double power_ = 1.0;
};

/// How a file writes its numbers.
struct NumberStyle {
  char decimal = '.';     ///< '.' or ','
  char thousands = '\0';  ///< ',', '.', '\'' or ' ' (which stands for every kind of space); '\0': none
};

/// The number that fills the whole cell, or nullopt: the cell is trimmed and unquoted first; a Unicode minus counts as
/// one.
[[nodiscard]] std::optional<double> cell_number(std::string_view cell, const NumberStyle& style);

/// "NaN", "?", "-", "--", "n/a", "null", "inf", "#N/A" and the like: somebody's way to say that there is no value.
[[nodiscard]] bool is_missing_mark(std::string_view cell);

}  // namespace headscore
