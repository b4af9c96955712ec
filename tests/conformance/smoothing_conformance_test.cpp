// Smoothing against closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "headscore/smoothing.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::made;

// A rectangular window of one octave over a step from 0 to 6 dB (between two rows: a ramp as wide as the grid) is a
// ramp of one octave, half way up at the step.
TEST(SmoothingConformance, MakesARampOfAStep) {
  const LogGrid grid = LogGrid::per_octave(48);
  const double step = 0.5 * std::log2(grid.frequency_hz()[240] * grid.frequency_hz()[241] / 1e6);
  const Curve curve = made(grid, [step](double x) { return x < step ? 0.0 : 6.0; });
  const Curve smooth = smoothed(curve, smoothing_from("1 octave"));
  for (Eigen::Index i = 48; i < curve.size() - 48; ++i) {
    const double x = std::log2(grid.frequency_hz()[i] / 1000.0) - step;
    if (std::abs(std::abs(x) - 0.5) < 1.0 / 48.0) continue;  // the corners are as round as the ramp between the rows
    EXPECT_NEAR(smooth.magnitude_db()[i], 6.0 * std::clamp(x + 0.5, 0.0, 1.0), 1e-9) << x;
  }
}

TEST(SmoothingConformance, KeepsAStraightLineAwayFromTheEnds) {
  const Curve line = made(LogGrid::per_octave(24), [](double x) { return 3.0 - 1.5 * x; });
  const Curve smooth = smoothed(line, smoothing_from("1/3"));
  const Eigen::Index last = line.size() - 1;
  EXPECT_LT((smooth.magnitude_db() - line.magnitude_db()).segment(4, last - 8).abs().maxCoeff(), 1e-9);
  // At the ends half a window is left: its mean lies a twelfth of an octave inside.
  EXPECT_NEAR(smooth.magnitude_db()[0] - line.magnitude_db()[0], -1.5 / 12.0, 1e-9);
  EXPECT_NEAR(smooth.magnitude_db()[last] - line.magnitude_db()[last], 1.5 / 12.0, 1e-9);
}

// Half of the window at 0 dB and half far below: half of the power is 3.01 dB less, half of the decibels is half.
TEST(SmoothingConformance, TakesThePowerOrTheDecibels) {
  const Curve curve = made(LogGrid::per_octave(960, {250, 4000}), [](double x) { return x < 0.0 ? -60.0 : 0.0; });
  const Eigen::Index at_step = 2 * 960;
  EXPECT_NEAR(smoothed(curve, smoothing_from("1,power")).magnitude_db()[at_step], 10.0 * std::log10(0.5), 0.01);
  EXPECT_NEAR(smoothed(curve, smoothing_from("1")).magnitude_db()[at_step], -30.0, 0.05);
}

// At 1 kHz the ERB is 24.7 * 5.37 = 132.639 Hz (Glasberg & Moore 1990); over |x| with its corner at 1 kHz the mean is
// (a^2 + b^2) / 2 / (a + b), where a and b are the octaves from the window's ends to 1 kHz.
TEST(SmoothingConformance, HasAnErbWindowOf133HzAt1kHz) {
  const Curve curve = made(LogGrid::per_octave(48, {125, 8000}), [](double x) { return std::abs(x); });
  const double a = -std::log2(1.0 - 0.0663195);
  const double b = std::log2(1.0 + 0.0663195);
  EXPECT_NEAR(smoothed(curve, smoothing_from("erb")).magnitude_db()[144], (a * a + b * b) / 2.0 / (a + b), 1e-9);
}

}  // namespace
}  // namespace headscore
