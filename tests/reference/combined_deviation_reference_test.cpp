// Intervals take their deviations from a quadratic form; here each is summed up as a single curve's is.
#include <gtest/gtest.h>

#include <cmath>

#include "dsp/response_deviation.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/smoothing.hpp"
#include "pipeline/seat_curves.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

const RegionWeights kRegions = {{20.0, 0.2}, {80.0, 0.6}, {200.0, 1.0}, {5000.0, 1.0}, {10000.0, 0.6}, {20000.0, 0.0}};
constexpr Smoothing kThirdOctave = {Smoothing::Kind::kFractionalOctave, 1.0 / 3.0, Smoothing::Domain::kDecibel};

/// Seats near 90 dB: some tilt, some ripple.
std::vector<Curve> seats(std::uint64_t seed, std::size_t count, const LogGrid& grid) {
  tests::Random random(seed);
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < count; ++i) {
    const double level = random.between(60.0, 110.0);
    const double slope = random.between(-2.0, 2.0);
    const double ripple = random.between(0.0, 6.0);
    const double period = random.between(0.3, 3.0);
    curves.push_back(tests::made(grid, [=](double octave) { return level + slope * octave + ripple * std::sin(octave / period); }));
  }
  return curves;
}

TEST(CombinedDeviation, IsTheDeviationOfTheSmoothedSum) {
  const LogGrid grid = LogGrid::per_octave(48.0, {20.0, 20000.0});
  const Eigen::ArrayXd& frequency_hz = grid.frequency_hz();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<Curve> curves = seats(seed, 5, grid);
    Eigen::MatrixXd parts(frequency_hz.size(), 5);
    for (Eigen::Index k = 0; k < 5; ++k) parts.col(k) = curves[static_cast<std::size_t>(k)].magnitude_db().matrix();
    tests::Random random(seed + 1000);
    Eigen::VectorXd weights(5);
    for (double& weight : weights) weight = random.between(-1.0, 1.0);
    const Eigen::VectorXd sum_db = parts * weights;
    const double expected = response_deviation_db(smoothed(Curve(frequency_hz, sum_db.array()), kThirdOctave), kRegions);
    EXPECT_NEAR(CombinedDeviation(frequency_hz, parts, kThirdOctave, kRegions).of(weights), expected, 1e-10 * (1.0 + expected));
  }
}

TEST(CombinedDeviation, OfEqualCurvesTakenFromEachOtherIsNothing) {
  const LogGrid grid = LogGrid::per_octave(48.0, {20.0, 20000.0});
  Eigen::MatrixXd parts(grid.frequency_hz().size(), 2);
  for (Eigen::Index k = 0; k < 2; ++k) parts.col(k) = seats(7, 1, grid).front().magnitude_db().matrix();
  EXPECT_NEAR(CombinedDeviation(grid.frequency_hz(), parts, kThirdOctave, kRegions).of(Eigen::Vector2d(1.0, -1.0)), 0.0, 1e-6);
}

TEST(CombinedDeviation, RefusesSmoothingThatIsNotLinear) {
  const LogGrid grid = LogGrid::per_octave(48.0, {20.0, 20000.0});
  const Smoothing power = {Smoothing::Kind::kFractionalOctave, 1.0 / 3.0, Smoothing::Domain::kPower};
  EXPECT_THROW(CombinedDeviation(grid.frequency_hz(), Eigen::MatrixXd::Ones(grid.frequency_hz().size(), 1), power, kRegions), Error);
}

TEST(SeatCurves, RedrawnWeightsAreThoseOfAMeanOfSeats) {
  const LogGrid grid = LogGrid::per_octave(24.0, {20.0, 20000.0});
  const std::vector<Curve> curves = seats(3, 5, grid);
  std::vector<const Curve*> responses;
  for (const Curve& curve : curves) responses.push_back(&curve);
  using enum Channel;
  const SeatCurves seat_curves({kLeft, kLeft, kLeft, kRight, kRight}, responses, grid.frequency_hz(), Extrapolation::kNone);
  RandomNumbers random(1);
  for (int i = 0; i < 100; ++i) {
    const Eigen::VectorXd weights = seat_curves.redrawn_weights(random);
    EXPECT_NEAR(weights.head(5).sum(), 1.0, 1e-12);
    EXPECT_GE(weights.head(5).minCoeff(), 0.0);
    EXPECT_TRUE((weights.tail(weights.size() - 5).array() == 0.0).all()) << "several seats tell the spread themselves";
  }
}

TEST(SeatCurves, OneSeatIsMovedByThePublishedSpread) {
  const LogGrid grid = LogGrid::per_octave(24.0, {20.0, 20000.0});
  const std::vector<Curve> curves = seats(4, 1, grid);
  const SeatCurves seat_curves({Channel::kUnknown}, {&curves.front()}, grid.frequency_hz(), Extrapolation::kNone);
  const Eigen::MatrixXd parts = seat_curves.parts();
  RandomNumbers random(1);
  constexpr int kDraws = 4000;
  Eigen::ArrayXd square = Eigen::ArrayXd::Zero(parts.rows());
  for (int i = 0; i < kDraws; ++i) {
    const Eigen::VectorXd weights = seat_curves.redrawn_weights(random);
    EXPECT_EQ(weights[0], 1.0);
    const Eigen::VectorXd moved = parts * weights;
    square += (moved.array() - curves.front().magnitude_db()).square();
  }
  const Eigen::ArrayXd sd_db = (square / kDraws).sqrt();
  const Eigen::Index at_4k = (grid.frequency_hz() < 4242.6).count() - 1;
  EXPECT_NEAR(sd_db[0], 0.45, 0.03);         // 20-60 Hz
  EXPECT_NEAR(sd_db[at_4k], 0.48, 0.03);     // 3-6 kHz
  EXPECT_NEAR(sd_db[sd_db.size() - 1], 1.89, 0.1);
}

}  // namespace
}  // namespace headscore
