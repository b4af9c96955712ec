#include "headscore/curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "headscore/error.hpp"
#include "headscore/score.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;

std::string code_of(const std::vector<double>& frequency_hz, const std::vector<double>& level_db) {
  try {
    (void)curve_of(frequency_hz, level_db);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Curve, RefusesWhatIsNotACurve) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(code_of({100, 200}, {1, 2}), "none");
  EXPECT_EQ(code_of({100, 200}, {1}), "not-a-curve");
  EXPECT_EQ(code_of({100}, {1}), "not-a-curve");
  EXPECT_EQ(code_of({}, {}), "not-a-curve");
  EXPECT_EQ(code_of({0, 200}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({-1, 200}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({200, 100}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({100, 100}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({100, nan}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({100, infinity}, {1, 2}), "not-a-curve");
  EXPECT_EQ(code_of({100, 200}, {1, nan}), "not-a-curve");
  EXPECT_EQ(code_of({100, 200}, {-infinity, 2}), "not-a-curve");
}

TEST(Curve, RefusesOneBadRowWhereverItStands) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto message_of = [](const std::vector<double>& frequency_hz, const std::vector<double>& level_db) {
    try {
      (void)curve_of(frequency_hz, level_db);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  for (std::size_t rows = 2; rows < 20; ++rows) {
    std::vector<double> frequency_hz;
    for (std::size_t i = 0; i < rows; ++i) frequency_hz.push_back(20.0 + static_cast<double>(i));
    const std::vector<double> level_db(rows, 1e308);  // whose sum is not finite
    EXPECT_EQ(message_of(frequency_hz, level_db), "");
    EXPECT_EQ(message_of(frequency_hz, std::vector<double>(rows, -30.0)), "");
    for (std::size_t row = 0; row < rows; ++row) {
      const std::string name = "row " + std::to_string(row + 1);
      const std::vector<double> plain_db(rows, 90.0);
      for (const double bad : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
        std::vector<double> bad_hz = frequency_hz;
        std::vector<double> bad_db = plain_db;
        bad_hz[row] = bad;
        bad_db[row] = bad;
        EXPECT_NE(message_of(bad_hz, plain_db).find(name), std::string::npos) << rows;
        EXPECT_NE(message_of(frequency_hz, bad_db).find(name), std::string::npos) << rows;
      }
      std::vector<double> repeated_hz = frequency_hz;
      repeated_hz[row] = row == 0 ? 0.0 : frequency_hz[row - 1];
      EXPECT_NE(message_of(repeated_hz, plain_db).find(name), std::string::npos) << rows;
    }
  }
}

TEST(Curve, IsRestrictedToRowsInsideABandEndsIncluded) {
  const Curve curve = curve_of({20, 100, 200, 400, 20000}, {1, 2, 3, 4, 5});
  const std::optional<Curve> inside = restricted(curve, {100, 400});
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->size(), 3);
  EXPECT_EQ(inside->start_hz(), 100);
  EXPECT_EQ(inside->stop_hz(), 400);
  EXPECT_FALSE(restricted(curve, {101, 399}));
  EXPECT_FALSE(restricted(curve, {21000, 22000}));
}

TEST(Curve, HasAMeanLevelWhereTwoRowsAre) {
  const Curve curve = curve_of({100, 200, 300, 400}, {1, 2, 4, 8});
  EXPECT_EQ(mean_level_db(curve, {200.0, 300.0}), 3.0);
  EXPECT_EQ(mean_level_db(curve, {1.0, 1e6}), 3.75);
  EXPECT_EQ(mean_level_db(curve, {150.0, 250.0}), std::nullopt);
}

TEST(Curve, DiffersOnlyFromACurveOnTheSameFrequencies) {
  const Curve a = curve_of({100, 200}, {5, 7});
  EXPECT_EQ(difference(a, curve_of({100, 200}, {1, 1})).magnitude_db()[1], 6);
  EXPECT_THROW((void)difference(a, curve_of({100, std::nextafter(200.0, 300.0)}, {1, 1})), Error);
  EXPECT_THROW((void)difference(a, curve_of({100, 200, 300}, {1, 1, 1})), Error);
}

TEST(Curve, TakesOtherLevelsOnTheSameFrequencies) {
  const Curve curve(Eigen::ArrayXd::LinSpaced(3, 100.0, 300.0), Eigen::ArrayXd::Zero(3));
  const Curve other = curve.with_levels(Eigen::ArrayXd::LinSpaced(3, 1.0, 3.0));
  EXPECT_TRUE((other.frequency_hz() == curve.frequency_hz()).all());
  EXPECT_EQ(other.magnitude_db()[2], 3.0);
  EXPECT_THROW(static_cast<void>(curve.with_levels(Eigen::ArrayXd::Zero(2))), Error);
  EXPECT_THROW(static_cast<void>(curve.with_levels(Eigen::ArrayXd::Constant(3, std::nan("")))), Error);
  EXPECT_THROW(static_cast<void>(curve.with_levels(Eigen::ArrayXd::LinSpaced(3, -INFINITY, INFINITY))), Error);
  EXPECT_NO_THROW(static_cast<void>(curve.with_levels(Eigen::ArrayXd::Constant(3, 1e308))));  // the sum overflows
}

TEST(LogGrid, HoldsEveryStepUpToTheStop) {
  const LogGrid grid = LogGrid::per_octave(3, {125, 8000});
  ASSERT_EQ(grid.frequency_hz().size(), 19);
  EXPECT_EQ(grid.frequency_hz()[0], 125);
  EXPECT_EQ(grid.frequency_hz()[18], 8000);
  EXPECT_EQ(LogGrid::per_octave(48).frequency_hz().size(), 479);
  EXPECT_EQ(grid.name(), "1/3 octave");
}

TEST(LogGrid, RefusesBandsAndDensitiesThatMakeNoAxis) {
  EXPECT_THROW((void)LogGrid::per_octave(0), Error);
  EXPECT_THROW((void)LogGrid::per_octave(1001), Error);
  EXPECT_THROW((void)LogGrid::per_octave(std::nan("")), Error);
  EXPECT_THROW((void)LogGrid::per_octave(12, {20, 20}), Error);
  EXPECT_THROW((void)LogGrid::per_octave(12, {0, 20}), Error);
}

TEST(LogGrid, OfAutoeqHas695PointsUpTo19955Hz) {
  const LogGrid grid = LogGrid::autoeq();
  ASSERT_EQ(grid.frequency_hz().size(), 695);
  EXPECT_NEAR(grid.frequency_hz()[694], 19955.54, 0.005);
  EXPECT_GT(grid.frequency_hz()[694] * 1.01, 20000);
}

TEST(Rounding, GoesToTheTenthThatAReaderWouldExpect) {
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.65), 0.7);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.85), 0.9);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.54), 0.5);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.05), 0.1);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.25), 0.3);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.35), 0.4);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.1 + 0.2 + 0.05), 0.4);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(0.6499999), 0.6);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(1.0), 1.0);
}

TEST(Rounding, IsAwayFromZeroOnBothSidesAndHasNoNegativeZero) {
  EXPECT_DOUBLE_EQ(rounded_to_tenth(-0.05), -0.1);
  EXPECT_DOUBLE_EQ(rounded_to_tenth(-0.65), -0.7);
  EXPECT_FALSE(std::signbit(rounded_to_tenth(-0.04)));
  for (int hundredths = -300; hundredths <= 300; ++hundredths) {
    const double value = hundredths / 100.0;
    EXPECT_DOUBLE_EQ(rounded_to_tenth(-value), -rounded_to_tenth(value)) << value;
  }
}

TEST(Band, OfWhichTheEndsDoNotRiseIsRefused) {
  EXPECT_DOUBLE_EQ(octaves({20.0, 40.0}), 1.0);
  EXPECT_EQ(octaves({1000.0, 1000.0}), 0.0);
  for (const Band& band : {Band{2000.0, 20.0}, Band{0.0, 20.0}, Band{-1.0, 20.0}}) {
    try {
      static_cast<void>(octaves(band));
      ADD_FAILURE() << band.start_hz;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "bad-band");
    }
  }
}

}  // namespace
}  // namespace headscore
