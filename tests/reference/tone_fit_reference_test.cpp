// The sine and harmonic fits against the obvious way: dense least squares by QR, and a search over the frequency.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/harmonic_fit.hpp"
#include "headscore/spectrum.hpp"
#include "headscore/tone_analysis.hpp"
#include "tone_signals.hpp"

namespace headscore {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;

/// Columns 1, cos(k w n), sin(k w n), each row times the root of its weight; the whole matrix at once.
struct DenseFit {
  Eigen::VectorXd solution;
  double error = 0.0;  ///< weighted sum of squares
};

DenseFit dense_fit(const Eigen::ArrayXd& samples, const Eigen::ArrayXd& weights, double turns,
                   const std::vector<int>& orders) {
  const Eigen::ArrayXd n = Eigen::ArrayXd::LinSpaced(samples.size(), 0.0, static_cast<double>(samples.size() - 1));
  Eigen::MatrixXd matrix(samples.size(), 1 + 2 * static_cast<Eigen::Index>(orders.size()));
  matrix.col(0).setOnes();
  for (std::size_t i = 0; i < orders.size(); ++i) {
    matrix.col(1 + 2 * static_cast<Eigen::Index>(i)) = (kTwoPi * turns * orders[i] * n).cos();
    matrix.col(2 + 2 * static_cast<Eigen::Index>(i)) = (kTwoPi * turns * orders[i] * n).sin();
  }
  const Eigen::ArrayXd root = weights.max(0.0).sqrt();
  const Eigen::MatrixXd weighted = root.matrix().asDiagonal() * matrix;
  const Eigen::VectorXd wanted = (root * samples).matrix();
  DenseFit fit;
  fit.solution = weighted.colPivHouseholderQr().solve(wanted);
  fit.error = (weighted * fit.solution - wanted).squaredNorm();
  return fit;
}

/// The frequency of least error, by golden sections of [low, high].
double searched_turns(const Eigen::ArrayXd& samples, const Eigen::ArrayXd& weights, double low, double high,
                      const std::vector<int>& orders) {
  const double golden = (std::sqrt(5.0) - 1.0) / 2.0;
  for (int step = 0; step < 60; ++step) {
    const double a = high - golden * (high - low);
    const double b = low + golden * (high - low);
    if (dense_fit(samples, weights, a, orders).error < dense_fit(samples, weights, b, orders).error) {
      high = b;
    } else {
      low = a;
    }
  }
  return 0.5 * (low + high);
}

TEST(HarmonicFit, IsTheDenseLeastSquaresSolution) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  for (int trial = 0; trial < 20; ++trial) {
    const Eigen::Index frames = 600 + static_cast<Eigen::Index>(1500.0 * uniform(random));
    const double turns = (6.0 + 20.0 * uniform(random)) / static_cast<double>(frames);
    Eigen::ArrayXd samples = tests::noise(frames, 0.05, static_cast<std::uint64_t>(trial)) + 0.1;
    for (const int order : {1, 2, 3, 5})
      samples += tests::sine(frames, 1.0, order * turns, 1.0 / order, 6.0 * uniform(random));
    const std::vector<int> orders = {1, 2, 3, 4, 5};
    for (const SpectralWindow window : {SpectralWindow::kRectangular, SpectralWindow::kBlackmanHarris}) {
      const Eigen::ArrayXd weights = window_values(window, frames);
      const HarmonicFit fit = harmonic_fit(samples, weights, turns, orders, false);
      const DenseFit dense = dense_fit(samples, weights, turns, orders);
      EXPECT_NEAR(fit.offset, dense.solution[0], 1e-10);
      for (std::size_t i = 0; i < orders.size(); ++i) {
        EXPECT_NEAR(fit.phasors[i].real(), dense.solution[1 + 2 * static_cast<Eigen::Index>(i)], 1e-10);
        EXPECT_NEAR(fit.phasors[i].imag(), -dense.solution[2 + 2 * static_cast<Eigen::Index>(i)], 1e-10);
      }
      const Eigen::ArrayXd left = residual(samples, fit);
      EXPECT_NEAR((weights * left.square()).sum(), dense.error, 1e-9 * dense.error);
    }
  }
}

TEST(HarmonicFit, FindsTheFrequencyThatASearchFinds) {
  for (int trial = 0; trial < 5; ++trial) {
    const Eigen::Index frames = 700;
    const double turns = (9.37 + trial) / static_cast<double>(frames);
    const Eigen::ArrayXd samples = tests::sine(frames, 1.0, turns, 1.0, 0.7 * trial) +
                                   tests::sine(frames, 1.0, 2.0 * turns, 0.2) +
                                   tests::noise(frames, 0.1, 40 + static_cast<std::uint64_t>(trial));
    const double bin = 1.0 / static_cast<double>(frames);
    const Eigen::ArrayXd ones = Eigen::ArrayXd::Ones(frames);
    EXPECT_NEAR(four_parameter_fit(samples, 1.0, turns + 0.2 * bin).frequency_hz,
                searched_turns(samples, ones, turns - 0.5 * bin, turns + 0.5 * bin, {1}), 1e-7 * bin);
    const Eigen::ArrayXd weights = window_values(SpectralWindow::kBlackmanHarris, frames);
    EXPECT_NEAR(harmonic_fit(samples, weights, turns - 0.2 * bin, {1, 2}, true).turns,
                searched_turns(samples, weights, turns - 0.5 * bin, turns + 0.5 * bin, {1, 2}), 1e-6 * bin);
  }
}

TEST(AmplitudeSpectrum, IsThePlainSum) {
  const Eigen::ArrayXd samples = tests::noise(120, 1.0);
  for (const SpectralWindow window : {SpectralWindow::kRectangular, SpectralWindow::kHann,
                                      SpectralWindow::kBlackmanHarris, SpectralWindow::kFlatTop}) {
    const AmplitudeSpectrum spectrum = amplitude_spectrum(samples, 48000.0, window);
    const Eigen::ArrayXd weights = window_values(window, 120);
    for (Eigen::Index bin = 1; bin < 60; ++bin) {
      std::complex<double> sum = 0.0;
      for (Eigen::Index n = 0; n < 120; ++n)
        sum += weights[n] * samples[n] * std::polar(1.0, -kTwoPi * static_cast<double>(bin * n) / 120.0);
      EXPECT_NEAR(spectrum.amplitude[bin], 2.0 * std::abs(sum) / weights.sum(), 1e-12);
    }
  }
}

TEST(LargestTransformSize, IsTheLargestOfFactorsTwoThreeAndFive) {
  const auto smooth = [](Eigen::Index n) {
    if (n % 2 != 0) return false;
    for (const Eigen::Index factor : {2, 3, 5}) {
      while (n % factor == 0) n /= factor;
    }
    return n == 1;
  };
  for (Eigen::Index most = 4; most < 3000; ++most) {
    Eigen::Index expected = most;
    while (!smooth(expected)) --expected;
    ASSERT_EQ(largest_transform_size(most), expected) << most;
  }
}

}  // namespace
}  // namespace headscore
