// DistortionSpectrum: what its columns promise.
#include "headscore/distortion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "audio_files.hpp"

namespace headscore {
namespace {

using ::testing::HasSubstr;
using tests::refusal;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Eigen::ArrayXd column(double first, double second) { return (Eigen::ArrayXd(2) << first, second).finished(); }

DistortionSpectrum::Columns columns() {
  DistortionSpectrum::Columns result;
  result.frequency_hz = column(100.0, 1000.0);
  result.thd_ratio = column(0.01, 0.001);
  result.harmonics.push_back({2, column(0.006, 0.001)});
  return result;
}

TEST(Distortion, UpperBoundsStandWhereAValueIsNoiseLimited) {
  DistortionSpectrum::Columns given = columns();
  given.thd_upper_bound = column(kNan, 0.002);
  given.harmonics[0].upper_bound = column(kNan, 0.001);
  const DistortionSpectrum spectrum(given);
  EXPECT_EQ((*spectrum.columns().thd_upper_bound)[1], 0.002);
  EXPECT_TRUE(std::isnan((*spectrum.columns().harmonics[0].upper_bound)[0]));
}

TEST(Distortion, RefusesUpperBoundsThatBoundNothing) {
  DistortionSpectrum::Columns below = columns();
  below.thd_upper_bound = column(kNan, 0.0005);
  EXPECT_THAT(refusal([&] { (void)DistortionSpectrum(below); }),
              HasSubstr("bad-distortion: found an upper bound of THD below its value"));
  DistortionSpectrum::Columns harmonic = columns();
  harmonic.harmonics[0].upper_bound = column(0.001, kNan);
  EXPECT_THAT(refusal([&] { (void)DistortionSpectrum(harmonic); }), HasSubstr("an upper bound of H2 below its value"));
  DistortionSpectrum::Columns infinite = columns();
  infinite.thd_upper_bound = column(kNan, std::numeric_limits<double>::infinity());
  EXPECT_THAT(refusal([&] { (void)DistortionSpectrum(infinite); }),
              HasSubstr("infinite ratio in the upper bound of THD"));
  DistortionSpectrum::Columns alone = columns();
  alone.thd_ratio.reset();
  alone.thd_upper_bound = column(kNan, 0.002);
  EXPECT_THAT(refusal([&] { (void)DistortionSpectrum(alone); }), HasSubstr("an upper bound of THD without THD"));
}

}  // namespace
}  // namespace headscore
