// Slow and obvious versions of the smoothing and of the peak search, on many random curves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "headscore/curve_analyser.hpp"
#include "headscore/smoothing.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

/// Integral over [from, to] of the polyline, every segment of it looked at; divided by the width.
double slow_mean(const Eigen::ArrayXd& octave, const Eigen::ArrayXd& level, double from, double to) {
  long double sum = 0.0L;
  for (Eigen::Index i = 1; i < octave.size(); ++i) {
    const long double low = std::max<long double>(from, octave[i - 1]);
    const long double high = std::min<long double>(to, octave[i]);
    if (low >= high) continue;
    const long double width = static_cast<long double>(octave[i]) - octave[i - 1];
    const auto at = [&](long double x) {
      return (level[i - 1] * (octave[i] - x) + level[i] * (x - octave[i - 1])) / width;
    };
    sum += (high - low) * (at(low) + at(high)) / 2.0L;
  }
  return static_cast<double>(sum / (static_cast<long double>(to) - from));
}

Eigen::ArrayXd slowly_smoothed(const Curve& curve, const Smoothing& smoothing) {
  const Eigen::ArrayXd octave = curve.frequency_hz().unaryExpr([](double f) { return std::log2(f); });
  const bool power = smoothing.domain == Smoothing::Domain::kPower;
  Eigen::ArrayXd level = curve.magnitude_db();
  if (power) level = level.unaryExpr([](double db) { return std::pow(10.0, db / 10.0); });
  Eigen::ArrayXd result(curve.size());
  for (Eigen::Index i = 0; i < curve.size(); ++i) {
    const double f = curve.frequency_hz()[i];
    const double half_hz = 0.5 * 24.7 * (4.37e-3 * f + 1.0);
    const bool erb = smoothing.kind == Smoothing::Kind::kErb;
    const double low = erb ? (f > half_hz ? std::log2(f - half_hz) : -1e9) : octave[i] - smoothing.width_octaves / 2.0;
    const double high = erb ? std::log2(f + half_hz) : octave[i] + smoothing.width_octaves / 2.0;
    const double mean = slow_mean(octave, level, std::max(low, octave[0]), std::min(high, octave[octave.size() - 1]));
    result[i] = power ? 10.0 * std::log10(mean) : mean;
  }
  return result;
}

class SmoothingReference : public ::testing::TestWithParam<std::string> {};

TEST_P(SmoothingReference, AgreesWithDirectIntegrationTo1e9) {
  const Smoothing smoothing = smoothing_from(GetParam());
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Curve curve = tests::random_curve(seed, 2 + static_cast<int>(seed * seed % 200));
    const Eigen::ArrayXd fast = smoothed(curve, smoothing).magnitude_db();
    const double worst = (fast - slowly_smoothed(curve, smoothing)).abs().maxCoeff();
    EXPECT_LT(worst, 1e-9) << "seed " << seed << ", " << curve.size() << " rows";
  }
}

// A notch 100 dB deep between loud neighbours: the integral up to it is 1e10 times what the notch holds.
TEST_P(SmoothingReference, KeepsDeepNotches) {
  const Curve curve = tests::made(LogGrid::per_octave(96), [](double x) { return std::abs(x) < 0.7 ? -100.0 : 0.0; });
  const Smoothing smoothing = smoothing_from(GetParam());
  const double worst = (smoothed(curve, smoothing).magnitude_db() - slowly_smoothed(curve, smoothing)).abs().maxCoeff();
  EXPECT_LT(worst, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Every, SmoothingReference,
                         ::testing::Values("1/48", "1/12", "1/3", "1", "erb", "1/48,power", "1/3,power", "erb,power"),
                         [](const auto& row) {
                           std::string name = row.param;
                           std::ranges::replace_if(name, [](char c) { return c == '/' || c == ','; }, '_');
                           return name;
                         });

/// Prominence by its definition: walk to the nearest higher row on either side, take the higher of the two lowest
/// levels.
double slow_prominence(const Eigen::ArrayXd& level, Eigen::Index peak) {
  double higher_valley = -1e300;
  for (const Eigen::Index step : {Eigen::Index{-1}, Eigen::Index{1}}) {
    double lowest = level[peak];
    for (Eigen::Index i = peak; i >= 0 && i < level.size() && level[i] <= level[peak]; i += step) {
      lowest = std::min(lowest, level[i]);
    }
    higher_valley = std::max(higher_valley, lowest);
  }
  return level[peak] - higher_valley;
}

TEST(ExtremaReference, AgreesWithWalkingFromEveryPeak) {
  const Smoothing sixth = smoothing_from("1/6");
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Curve curve = tests::random_curve(seed, 3 + static_cast<int>(seed * 7));
    std::vector<double> wanted;
    for (const double sign : {1.0, -1.0}) {
      const Eigen::ArrayXd level = sign * smoothed(curve, sixth).magnitude_db();
      for (Eigen::Index i = 1; i + 1 < level.size(); ++i) {
        if (!(level[i] > level[i - 1] && level[i] > level[i + 1])) continue;
        const double prominence = slow_prominence(level, i);
        if (prominence >= 0.5) wanted.push_back(prominence);
      }
    }
    std::ranges::sort(wanted, std::greater{});
    const std::vector<Extremum> found = extrema(curve, 0.5);
    ASSERT_EQ(found.size(), wanted.size()) << "seed " << seed;
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].prominence_db, wanted[i], 1e-9);
  }
}

}  // namespace
}  // namespace headscore
