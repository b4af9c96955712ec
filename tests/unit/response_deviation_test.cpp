#include "dsp/response_deviation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

const RegionWeights kFlat = {{20.0, 1.0}, {20000.0, 1.0}};
const RegionWeights kBundled = {{20.0, 0.2}, {80.0, 0.6}, {200.0, 1.0}, {5000.0, 1.0}, {10000.0, 0.6}, {20000.0, 0.0}};

Curve tilt(double points_per_octave, const Band& band, double db_per_octave) {
  const Eigen::ArrayXd f = LogGrid::per_octave(points_per_octave, band).frequency_hz();
  return {f, db_per_octave / std::numbers::ln2 * f.log()};
}

TEST(ResponseDeviation, OfATiltIsItsSlopeTimesTheBandOverTheRootOfTwelve) {
  const double expected = 2.0 * octaves({20.0, 20000.0}) / std::sqrt(12.0);
  EXPECT_NEAR(response_deviation_db(tilt(48.0, {10.0, 40000.0}, 2.0), kFlat), expected, 1e-3);
}

TEST(ResponseDeviation, DoesNotChangeWithTheLevel) {
  const Curve error = tilt(24.0, {20.0, 20000.0}, 1.0);
  EXPECT_NEAR(response_deviation_db(shifted(error, 90.0), kBundled), response_deviation_db(error, kBundled), 1e-10);
  EXPECT_NEAR(response_deviation_db(shifted(tilt(24.0, {20.0, 20000.0}, 0.0), 5.0), kBundled), 0.0, 1e-12);
}

TEST(ResponseDeviation, IsLittleMovedByHowDenselyTheCurveWasSampled) {
  const double sparse = response_deviation_db(tilt(12.0, {20.0, 20000.0}, 1.0), kBundled);
  const double dense = response_deviation_db(tilt(192.0, {20.0, 20000.0}, 1.0), kBundled);
  EXPECT_NEAR(sparse, dense, 0.01);
}

TEST(ResponseDeviation, LooksOnlyWhereThereIsWeight) {
  Eigen::ArrayXd f(6);
  f << 10.0, 15.0, 20.0, 20000.0, 25000.0, 30000.0;
  Eigen::ArrayXd db(6);
  db << 40.0, -40.0, 0.0, 0.0, 30.0, -30.0;
  const Curve error(std::move(f), std::move(db));
  EXPECT_NEAR(response_deviation_db(error, kBundled), 0.0, 1e-12);
}

TEST(ResponseDeviation, RefusesACurveOutsideTheRegions) {
  EXPECT_THROW(static_cast<void>(response_deviation_db(tilt(12.0, {21000.0, 40000.0}, 1.0), kBundled)), Error);
  EXPECT_THROW(static_cast<void>(response_deviation_db(tilt(12.0, {20.0, 2000.0}, 1.0), {{20.0, 1.0}})), Error);
  EXPECT_THROW(static_cast<void>(response_deviation_db(tilt(12.0, {20.0, 2000.0}, 1.0), {{20.0, 0.0}, {30.0, 0.0}})),
               Error);
}

TEST(CoveredWeightShare, IsTheShareOfTheWeightsOverLogFrequency) {
  EXPECT_NEAR(covered_weight_share({20.0, 20000.0}, kBundled), 1.0, 1e-12);
  EXPECT_NEAR(covered_weight_share({1.0, 1e6}, kBundled), 1.0, 1e-12);
  EXPECT_NEAR(covered_weight_share({20.0, 200.0}, kFlat), 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(covered_weight_share({20.0, 20000.0 / 2.0}, {{5000.0, 1.0}, {10000.0, 1.0}, {20000.0, 0.0}}), 2.0 / 3.0,
              1e-12);
  EXPECT_EQ(covered_weight_share({30000.0, 40000.0}, kBundled), 0.0);
}

}  // namespace
}  // namespace headscore
