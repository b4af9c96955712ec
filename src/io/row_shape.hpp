// Rows that look like the row before: the inner loop of every table reader.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "io/number.hpp"

namespace headscore {

/// Some text in which any digit may stand for a digit: told eight bytes at a time.
template <std::size_t kWords>
class DigitPattern {
 public:
  static constexpr std::size_t kLongest = 8 * kWords;

  DigitPattern() { carries_.fill(kNever); }  ///< fits nothing

  /// At most kLongest bytes, else it fits nothing.
  DigitPattern(const char* text, const char* end) : DigitPattern() {
    if (static_cast<std::size_t>(end - text) > kLongest) return;
    std::array<char, kLongest> expected{};
    std::array<char, kLongest> carries{};
    std::array<char, kLongest> counted{};
    for (std::size_t i = 0; text != end; ++text, ++i) {
      const bool digit = static_cast<unsigned char>(*text - '0') < 10;
      expected.at(i) = digit ? '0' : *text;
      carries.at(i) = digit ? 0x06 : 0x0F;
      counted.at(i) = '\xFF';
    }
    for (std::size_t word = 0; word < kWords; ++word) {
      expected_.at(word) = eight_bytes(expected.data() + 8 * word);
      carries_.at(word) = eight_bytes(carries.data() + 8 * word);
      counted_.at(word) = eight_bytes(counted.data() + 8 * word);
    }
  }

  /// kLongest bytes can be read from p on.
  [[nodiscard, gnu::always_inline]] bool fits(const char* p) const {
    // Zero where the byte is the expected one, 0 to 9 where it is a digit. Adding 6 carries a byte above 9 into the
    // high half, adding 15 any but zero; what has a high half already is none of both.
    std::uint64_t others = 0;
    for (std::size_t word = 0; word < kWords; ++word) {
      const std::uint64_t found = (eight_bytes(p + 8 * word) ^ expected_[word]) & counted_[word];
      others |= found | (found + carries_[word]);
    }
    return (others & kNever) == 0;
  }

 private:
  static constexpr std::uint64_t kNever = 0xF0F0F0F0F0F0F0F0U;
  std::array<std::uint64_t, kWords> expected_{};
  std::array<std::uint64_t, kWords> carries_{};
  std::array<std::uint64_t, kWords> counted_{};
};

/// Where the digits, signs, points and delimiters of a row's first two cells stand, and what comes behind them. Most
/// rows are like the one before: both numbers are then read at known places.
class RowShape {
 public:
  static constexpr std::ptrdiff_t kReach = 64;  ///< bytes that are looked at, at most

  RowShape() = default;  ///< fits nothing

  /// Of a row that begins at `row`, with numbers of these shapes at `first` and `second`; `rest` begins behind the
  /// second, and behind its delimiter if more cells follow. Fits nothing when that is too long.
  RowShape(const char* row, const char* first, const NumberShape& first_shape, const char* second,
           const NumberShape& second_shape, const char* rest)
      : first_(first_shape), second_(second_shape) {
    if (!first_.fits_any() || !second_.fits_any()) return;
    start_ = Start(row, rest);
    first_digit_ = first - row + (*first == '-' ? 1 : 0);
    second_digit_ = second - row + (*second == '-' ? 1 : 0);
    first_sign_ = *first == '-' ? -1.0 : 1.0;
    second_sign_ = *second == '-' ? -1.0 : 1.0;
    length_ = rest - row;
  }

  /// The first two numbers of a row that begins like this one, to the same bit as parse_number(), if the second cell
  /// ends at the place behind; nullptr for any other row. At least kReach bytes before the text's end.
  [[gnu::always_inline]] const char* parse_start(const char* p, double* row) const {
    if (!start_.fits(p)) return nullptr;
    row[0] = first_sign_ * first_.magnitude(p + first_digit_);
    row[1] = second_sign_ * second_.magnitude(p + second_digit_);
    return p + length_;
  }

 private:
  using Start = DigitPattern<4>;
  NumberShape first_;
  NumberShape second_;
  Start start_;
  double first_sign_ = 1.0;
  double second_sign_ = 1.0;
  std::ptrdiff_t first_digit_ = 0;
  std::ptrdiff_t second_digit_ = 0;
  std::ptrdiff_t length_ = 0;
};

}  // namespace headscore
