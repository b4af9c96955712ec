// Random curves for tests: the same on every machine (no std distribution, whose results are the library's choice).
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "headscore/curve.hpp"

namespace headscore::tests {

/// splitmix64 (Steele, Lea & Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// In [low, high).
  double between(double low, double high) { return low + (high - low) * static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

inline Curve curve_of(const std::vector<double>& frequency_hz, const std::vector<double>& level_db) {
  return {Eigen::Map<const Eigen::ArrayXd>(frequency_hz.data(), static_cast<Eigen::Index>(frequency_hz.size())),
          Eigen::Map<const Eigen::ArrayXd>(level_db.data(), static_cast<Eigen::Index>(level_db.size()))};
}

/// Rows at random distances (now and then a wide gap), levels within +-30 dB about a random level.
inline Curve random_curve(std::uint64_t seed, int rows) {
  Random random(seed);
  std::vector<double> frequency_hz;
  std::vector<double> level_db;
  const double level = random.between(-20.0, 110.0);
  double octave = random.between(3.5, 5.0);
  for (int i = 0; i < rows; ++i) {
    frequency_hz.push_back(std::exp2(octave));
    level_db.push_back(level + random.between(-30.0, 30.0));
    octave += random.between(0.0, 1.0) < 0.05 ? random.between(0.2, 0.8) : random.between(1e-4, 12.0 / rows);
  }
  return curve_of(frequency_hz, level_db);
}

/// A function of log2(f / 1 kHz) on a grid.
template <typename Function>
Curve made(const LogGrid& grid, const Function& level_db) {
  return {grid.frequency_hz(),
          grid.frequency_hz().unaryExpr([&level_db](double f) { return level_db(std::log2(f / 1000.0)); })};
}

}  // namespace headscore::tests
