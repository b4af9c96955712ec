// What must hold for every curve, on random ones.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "headscore/alignment.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/smoothing.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

constexpr std::uint64_t kCurves = 40;

Curve on_grid(std::uint64_t seed) {
  return interpolated(tests::random_curve(seed, 150), LogGrid::per_octave(48), Extrapolation::kEndSegments);
}

/// Every segment of the curve divided into `parts`, levels linear over log frequency: the same curve, sampled more
/// densely.
Curve denser(const Curve& curve, int parts) {
  std::vector<double> frequency_hz{curve.start_hz()};
  for (Eigen::Index i = 1; i < curve.size(); ++i) {
    const double low = curve.frequency_hz()[i - 1];
    const double ratio = curve.frequency_hz()[i] / low;
    for (int k = 1; k < parts; ++k) frequency_hz.push_back(low * std::pow(ratio, static_cast<double>(k) / parts));
    frequency_hz.push_back(curve.frequency_hz()[i]);
  }
  return interpolated(
      curve, Eigen::Map<const Eigen::ArrayXd>(frequency_hz.data(), static_cast<Eigen::Index>(frequency_hz.size())));
}

double largest(const Eigen::ArrayXd& difference) { return difference.abs().maxCoeff(); }

TEST(CurveProperty, InterpolationToADenserAxisAndBackIsExactAtTheRows) {
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve curve = tests::random_curve(seed, 100);
    const Curve back = interpolated(denser(curve, 3), curve.frequency_hz());
    ASSERT_EQ(back.size(), curve.size());
    EXPECT_EQ(largest(back.magnitude_db() - curve.magnitude_db()), 0.0);
  }
}

TEST(CurveProperty, ALevelShiftLeavesTheErrorCurve) {
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve response = on_grid(seed);
    const Curve target = on_grid(seed + 1000);
    for (const std::string text : {"mean:200-2000", "1kHz", "least-squares"}) {
      const Alignment alignment = alignment_from(text);
      const Curve error = error_curve(response, target, alignment);
      const Curve moved = error_curve(shifted(response, 37.25), shifted(target, -12.5), alignment);
      EXPECT_LT(largest(error.magnitude_db() - moved.magnitude_db()), 1e-9) << text;
      EXPECT_LT(largest(shifted(response, alignment_shift_db(response, target, alignment)).magnitude_db() -
                        target.magnitude_db() - error.magnitude_db()),
                1e-9);
    }
  }
}

TEST(CurveProperty, AlignmentAndAnalysisDoNotDependOnSamplingDensity) {
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve sparse = interpolated(on_grid(seed), LogGrid::per_octave(6));
    const Curve dense = denser(sparse, 5);
    const Curve zero = shifted(difference(sparse, sparse), 0.0);
    for (const std::string text : {"mean:150-2500", "least-squares"}) {
      EXPECT_NEAR(alignment_shift_db(sparse, zero, alignment_from(text)),
                  alignment_shift_db(dense, difference(dense, dense), alignment_from(text)), 1e-9);
    }
    const CurveAnalysis a = analysed(sparse);
    const CurveAnalysis b = analysed(dense);
    EXPECT_NEAR(a.tilt_db_per_octave, b.tilt_db_per_octave, 1e-9);
    EXPECT_NEAR(a.treble.rms_db, b.treble.rms_db, 1e-9);
    EXPECT_NEAR(a.signature.bass_db, b.signature.bass_db, 1e-9);
  }
}

class SmoothingProperty : public ::testing::TestWithParam<std::string> {};

TEST_P(SmoothingProperty, KeepsConstantsAndLevels) {
  const Smoothing smoothing = smoothing_from(GetParam());
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve curve = tests::random_curve(seed, 200);
    const Curve flat(curve.frequency_hz(), Eigen::ArrayXd::Constant(curve.size(), 94.3));
    EXPECT_LT(largest(smoothed(flat, smoothing).magnitude_db() - 94.3), 1e-10);
    const Eigen::ArrayXd moved = smoothed(shifted(curve, 20.0), smoothing).magnitude_db();
    EXPECT_LT(largest(moved - 20.0 - smoothed(curve, smoothing).magnitude_db()), 1e-9);
    EXPECT_LE(moved.maxCoeff(), curve.magnitude_db().maxCoeff() + 20.0 + 1e-9);
    EXPECT_GE(moved.minCoeff(), curve.magnitude_db().minCoeff() + 20.0 - 1e-9);
  }
}

// In dB only: in the power domain a segment is linear in power, so a denser sampling of the line in dB is another
// curve.
TEST(CurveProperty, SmoothingDoesNotDependOnSamplingDensity) {
  for (const std::string text : {"1/48", "1/6", "1", "erb"}) {
    const Smoothing smoothing = smoothing_from(text);
    for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
      const Curve curve = tests::random_curve(seed, 60);
      const Curve from_denser = interpolated(smoothed(denser(curve, 4), smoothing), curve.frequency_hz());
      EXPECT_LT(largest(from_denser.magnitude_db() - smoothed(curve, smoothing).magnitude_db()), 1e-8) << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SmoothingProperty, ::testing::Values("none", "1/48", "1/6", "1", "erb", "1/3,power"),
                         [](const auto& row) {
                           std::string name = row.param;
                           for (char& c : name) {
                             if (c == '/' || c == ',') c = '_';
                           }
                           return name;
                         });

TEST(CurveProperty, SwappedChannelsDifferByTheirSign) {
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve left = interpolated(on_grid(seed), LogGrid::autoeq());
    const Curve right = on_grid(seed + 1000);
    const ChannelDifference a = channel_difference(left, right);
    const ChannelDifference b = channel_difference(right, left);
    EXPECT_NEAR(a.level_db, -b.level_db, 1e-9);
    EXPECT_NEAR(a.rms_db, b.rms_db, 1e-9);
    EXPECT_NEAR(a.largest_db, b.largest_db, 1e-9);
    EXPECT_NEAR(a.bs708_ratio, b.bs708_ratio, 1e-9);
  }
}

TEST(CurveProperty, PeaksAreTheDipsOfTheCurveUpsideDown) {
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const Curve curve = tests::random_curve(seed, 300);
    const std::vector<Extremum> up = extrema(curve);
    const std::vector<Extremum> down = extrema({curve.frequency_hz(), -curve.magnitude_db()});
    ASSERT_EQ(up.size(), down.size());
    for (std::size_t i = 0; i < up.size(); ++i) {
      EXPECT_NEAR(up[i].prominence_db, down[i].prominence_db, 1e-9);
      EXPECT_GE(up[i].prominence_db, 2.0);
      EXPECT_LE(up[i].prominence_db, up[i == 0 ? 0 : i - 1].prominence_db);
    }
  }
}

}  // namespace
}  // namespace headscore
