#include "headscore/interpolation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "headscore/error.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;

Eigen::ArrayXd axis(const std::vector<double>& frequency_hz) {
  return Eigen::Map<const Eigen::ArrayXd>(frequency_hz.data(), static_cast<Eigen::Index>(frequency_hz.size()));
}

// Wanted values: scipy.interpolate.InterpolatedUnivariateSpline(log10(f), dB, k=1), scipy's way of AutoEq.
TEST(Interpolation, ContinuesTheEndSegmentsAsAutoeqDoes) {
  const Curve curve = curve_of({100, 200, 400, 1000}, {1, 3, 2, 6});
  const Curve found = interpolated(curve, axis({20, 50, 100, 150, 700, 5000}), Extrapolation::kEndSegments);
  const std::vector<double> wanted{-3.6438561897747235, -1.0, 1.0, 2.1699250014423126, 4.442961686585219,
                                   13.025883189464121};
  ASSERT_EQ(found.size(), 6);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(found.magnitude_db()[static_cast<Eigen::Index>(i)], wanted[i], 1e-12);
  }
}

TEST(Interpolation, LeavesOutWhatIsNotCovered) {
  const Curve curve = curve_of({100, 200, 400}, {1, 3, 2});
  const Curve found = interpolated(curve, axis({50, 100, 150, 400, 401}));
  ASSERT_EQ(found.size(), 3);
  EXPECT_EQ(found.start_hz(), 100);
  EXPECT_EQ(found.stop_hz(), 400);
  EXPECT_EQ(found.magnitude_db()[2], 2);
  EXPECT_THROW((void)interpolated(curve, axis({500, 600, 700})), Error);
  EXPECT_THROW((void)interpolated(curve, axis({50, 100, 500})), Error);
}

TEST(Interpolation, OfOneLevelStopsAtTheBandsEnds) {
  const Curve curve = curve_of({100, 400}, {0, 4});
  EXPECT_EQ(level_at(curve, 100), 0.0);
  EXPECT_NEAR(level_at(curve, 200).value(), 2.0, 1e-12);
  EXPECT_EQ(level_at(curve, 400), 4.0);
  EXPECT_FALSE(level_at(curve, 99.99));
  EXPECT_FALSE(level_at(curve, 400.01));
  EXPECT_FALSE(level_at(curve, std::nan("")));
}

TEST(Interpolation, PlanRefusesLevelsOfAnotherShape) {
  const InterpolationPlan plan(axis({100, 200, 400}), axis({150, 300}), Extrapolation::kNone);
  EXPECT_TRUE(plan.fits(axis({100, 200, 400})));
  EXPECT_FALSE(plan.fits(axis({100, 200, 401})));
  EXPECT_THROW((void)plan.applied(axis({1, 2})), Error);
}

TEST(MeanCurve, CoversWhatAllCurvesCover) {
  const Curve a = curve_of({50, 100, 200, 400}, {0, 2, 4, 6});
  const Curve b = curve_of({100, 400}, {0, 0});
  const Curve mean = mean_curve({a, b});
  ASSERT_EQ(mean.size(), 3);
  EXPECT_EQ(mean.start_hz(), 100);
  EXPECT_EQ(mean.magnitude_db()[1], 2);
  EXPECT_THROW((void)mean_curve({}), Error);
  EXPECT_THROW((void)mean_curve({a, curve_of({1000, 2000}, {0, 0})}), Error);
}

TEST(Coverage, CountsMissingOctavesAtBothEnds) {
  const Curve curve = curve_of({40, 10000}, {0, 0});
  EXPECT_NEAR(uncovered_octaves(curve, {20, 20000}), 2.0, 1e-12);
  EXPECT_NEAR(uncovered_octaves(curve, {100, 10000}), 0.0, 1e-12);
  EXPECT_NEAR(uncovered_octaves(curve, {20000, 40000}), 1.0, 1e-12);
  EXPECT_NEAR(uncovered_octaves(curve, {10, 20}), 1.0, 1e-12);
}

}  // namespace
}  // namespace headscore
