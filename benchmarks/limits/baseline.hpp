// The least that parsing and scoring a table of frequency and level can cost: what the reader is measured against.
// It trusts its input: no encoding, no dialect, no warning, no check. Wrong numbers are its reader's own fault.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace baseline {

struct Columns {
  std::vector<double> frequency_hz;
  std::vector<double> level_db;
};

/// One number at p by the exact fast path; nullptr when there is none.
inline const char* number(const char* p, const char* end, double& value) {
  static constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* const start = p;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  std::uint64_t mantissa = 0;
  const char* const digits = p;
  while (static_cast<unsigned char>(*p - '0') < 10) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  auto count = p - digits;
  std::size_t decimals = 0;
  if (*p == '.') {
    const char* const point = ++p;
    while (static_cast<unsigned char>(*p - '0') < 10) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    decimals = static_cast<std::size_t>(p - point);
    count += p - point;
  }
  if (count == 0) return nullptr;
  if (count <= 18 && mantissa <= (std::uint64_t{1} << 53U) && (*p | 0x20) != 'e') {
    value = static_cast<double>(mantissa) / kPowers[decimals];
    if (negative) value = -value;
    return p;
  }
  const std::from_chars_result result = std::from_chars(start, end, value);
  return result.ec == std::errc() ? result.ptr : nullptr;
}

inline const char* behind_delimiters(const char* p) {
  while (*p == ' ' || *p == '\t' || *p == ',' || *p == ';') ++p;
  return p;
}

/// The first two columns of every line that begins with two numbers. `text` ends with a zero byte behind `size` bytes.
inline void parse(const char* text, std::size_t size, Columns& columns) {
  columns.frequency_hz.clear();
  columns.level_db.clear();
  const char* const end = text + size;
  for (const char* p = text; p < end;) {
    double frequency_hz = 0.0;
    double level_db = 0.0;
    const char* q = number(behind_delimiters(p), end, frequency_hz);
    if (q != nullptr) q = number(behind_delimiters(q), end, level_db);
    if (q != nullptr) {
      columns.frequency_hz.push_back(frequency_hz);
      columns.level_db.push_back(level_db);
      p = q;
    }
    const auto* line_end = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    p = line_end == nullptr ? end : line_end + 1;
  }
}

/// AutoEq's grid of 695 points, a target on it, and the over-ear preference over the grid's rows in 50 Hz-10 kHz.
class Scorer {
 public:
  Scorer(std::vector<double> grid_hz, std::vector<double> target_db) : grid_hz_(std::move(grid_hz)), target_db_(std::move(target_db)) {
    for (const double f : grid_hz_) ln_hz_.push_back(std::log(f));
  }

  double operator()(const Columns& columns) {
    error_db_.clear();
    ln_row_hz_.resize(columns.frequency_hz.size());
    for (std::size_t i = 0; i < ln_row_hz_.size(); ++i) ln_row_hz_[i] = -1.0;
    std::size_t left = 0;
    for (std::size_t k = 0; k < grid_hz_.size(); ++k) {
      while (left + 2 < columns.frequency_hz.size() && columns.frequency_hz[left + 1] < grid_hz_[k]) ++left;
      const double low = ln_row(columns, left);
      const double weight = (ln_hz_[k] - low) / (ln_row(columns, left + 1) - low);
      error_db_.push_back(columns.level_db[left] + (columns.level_db[left + 1] - columns.level_db[left]) * weight - target_db_[k]);
    }
    return preference();
  }

 private:
  double ln_row(const Columns& columns, std::size_t row) {
    if (ln_row_hz_[row] < 0.0) ln_row_hz_[row] = std::log(columns.frequency_hz[row]);
    return ln_row_hz_[row];
  }

  [[nodiscard]] double preference() const {
    double n = 0.0;
    double sum = 0.0;
    double sum_x = 0.0;
    for (std::size_t k = 0; k < grid_hz_.size(); ++k) {
      if (grid_hz_[k] < 50.0 || grid_hz_[k] > 10000.0) continue;
      n += 1.0;
      sum += error_db_[k];
      sum_x += ln_hz_[k];
    }
    double square = 0.0;
    double square_x = 0.0;
    double product = 0.0;
    for (std::size_t k = 0; k < grid_hz_.size(); ++k) {
      if (grid_hz_[k] < 50.0 || grid_hz_[k] > 10000.0) continue;
      const double y = error_db_[k] - sum / n;
      const double x = ln_hz_[k] - sum_x / n;
      square += y * y;
      square_x += x * x;
      product += x * y;
    }
    return 114.49 - 12.62 * std::sqrt(square / (n - 1.0)) - 15.52 * std::abs(product / square_x);
  }

  std::vector<double> grid_hz_;
  std::vector<double> target_db_;
  std::vector<double> ln_hz_;
  std::vector<double> ln_row_hz_;
  std::vector<double> error_db_;
};

}  // namespace baseline
