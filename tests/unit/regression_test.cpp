#include "dsp/regression.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "headscore/error.hpp"

namespace headscore {
namespace {

Eigen::ArrayXd values() {
  Eigen::ArrayXd result(4);
  result << 2.0, 4.0, 4.0, 6.0;
  return result;
}

TEST(SampleStandardDeviation, DividesByOneLessThanTheRows) {
  EXPECT_NEAR(sample_standard_deviation(values()), std::sqrt(8.0 / 3.0), 1e-15);
}

TEST(SampleStandardDeviation, LosesNoDigitsFarFromZero) {
  EXPECT_NEAR(sample_standard_deviation(values() + 1e8), std::sqrt(8.0 / 3.0), 1e-8);
}

TEST(RegressionSlope, FindsTheLine) {
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(50, 3.0, 9.0);
  EXPECT_NEAR(regression_slope(x, 5.0 - 0.75 * x), -0.75, 1e-14);
}

TEST(MeanAbsoluteDeviation, IsTheMeanDistanceFromTheCentre) {
  EXPECT_DOUBLE_EQ(mean_absolute_deviation(values(), 4.0), 1.0);
}

TEST(Statistics, RefuseTooFewRows) {
  const Eigen::ArrayXd one = Eigen::ArrayXd::Ones(1);
  const Eigen::ArrayXd same = Eigen::ArrayXd::Ones(4);
  EXPECT_THROW(static_cast<void>(sample_standard_deviation(one)), Error);
  EXPECT_THROW(static_cast<void>(regression_slope(one, one)), Error);
  EXPECT_THROW(static_cast<void>(regression_slope(same, values())), Error);
  EXPECT_THROW(static_cast<void>(mean_absolute_deviation(Eigen::ArrayXd(), 0.0)), Error);
}

}  // namespace
}  // namespace headscore
