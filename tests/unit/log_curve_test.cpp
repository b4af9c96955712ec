#include "dsp/log_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace headscore {
namespace {

/// `rows` random levels about 100 dB over random places of ten octaves.
LogCurve random_curve(std::mt19937& generator, Eigen::Index rows) {
  std::uniform_real_distribution<double> step(1e-3, 20.0 / static_cast<double>(rows));
  std::normal_distribution<double> level_db(100.0, 6.0);
  LogCurve curve{Eigen::ArrayXd(rows), Eigen::ArrayXd(rows)};
  double octave = 4.0;
  for (Eigen::Index i = 0; i < rows; ++i) {
    curve.octave[i] = octave += step(generator);
    curve.level_db[i] = level_db(generator);
  }
  return curve;
}

TEST(BandMean, IsThatOfTheMomentsToTheLastBit) {
  std::mt19937 generator(7);
  std::uniform_real_distribution<double> octave(3.0, 16.0);
  int covered = 0;
  for (int round = 0; round < 500; ++round) {
    const LogCurve curve = random_curve(generator, 2 + round % 90);
    const double start = octave(generator);
    const Band band{std::exp2(start), std::exp2(start + 0.2 * octave(generator))};
    const std::optional<Moments> all = moments(curve, band);
    const std::optional<BandMean> mean = band_mean(curve, band);
    ASSERT_EQ(all.has_value(), mean.has_value());
    if (!all) continue;
    ++covered;
    EXPECT_EQ(mean->mean_db, all->mean_db);
    EXPECT_EQ(mean->start_octave, all->start_octave);
    EXPECT_EQ(mean->stop_octave, all->stop_octave);
  }
  EXPECT_GT(covered, 300);
  EXPECT_LT(covered, 500);
}

TEST(BandMean, OfAStraightLineIsItsMiddle) {
  LogCurve line{Eigen::ArrayXd::LinSpaced(11, 4.0, 14.0), Eigen::ArrayXd::LinSpaced(11, 0.0, 30.0)};
  const std::optional<BandMean> mean = band_mean(line, {std::exp2(5.5), std::exp2(8.25)});
  ASSERT_TRUE(mean);
  EXPECT_NEAR(mean->mean_db, 3.0 * (0.5 * (5.5 + 8.25) - 4.0), 1e-12);
  EXPECT_NEAR(mean->octaves(), 2.75, 1e-12);
}

}  // namespace
}  // namespace headscore
