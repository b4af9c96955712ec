// Tilt, peaks, channel difference and reseat spread against closed forms.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "headscore/curve_analyser.hpp"
#include "headscore/error.hpp"
#include "headscore/smoothing.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;
using tests::made;

const LogGrid& grid() {
  static const LogGrid result = LogGrid::per_octave(48);
  return result;
}

std::string code_of_analysis(const Curve& curve) {
  try {
    (void)analysed(curve);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(CurveAnalysis, FindsTheSlopeOfALineAndItsBandMeans) {
  const CurveAnalysis found = analysed(made(grid(), [](double x) { return 1.0 - 0.8 * x; }));
  EXPECT_NEAR(found.tilt_db_per_octave, -0.8, 1e-9);
  ASSERT_EQ(found.octaves.size(), 10U);
  EXPECT_EQ(found.octaves[5].name, "1 kHz");
  EXPECT_NEAR(found.octaves[5].mean_db, 1.0, 1e-9);
  // rms about zero of mean m and slope s over w octaves: sqrt(m^2 + (s w)^2 / 12); an IEC octave is 0.3 / log10(2)
  // wide.
  const double width = 0.3 * std::log2(10.0);
  EXPECT_NEAR(found.octaves[5].rms_db, std::sqrt(1.0 + 0.64 * width * width / 12.0), 1e-9);
  EXPECT_NEAR(found.octaves[5].largest_db, 1.0 + 0.4 * width, 1e-9);
  EXPECT_EQ(found.bass.band, (Band{20, 200}));
  EXPECT_NEAR(found.bass.mean_db, 1.0 - 0.8 * std::log2(std::sqrt(4000.0) / 1000.0), 1e-9);
  EXPECT_TRUE(found.extrema.empty());
}

TEST(CurveAnalysis, LeavesOutOctavesThatAreHalfMissing) {
  const CurveAnalysis found = analysed(made(LogGrid::per_octave(48, {150, 9000}), [](double) { return 1.0; }));
  ASSERT_EQ(found.octaves.size(), 6U);
  EXPECT_EQ(found.octaves.front().name, "250 Hz");
  EXPECT_EQ(found.octaves.back().name, "8 kHz");
  EXPECT_EQ(found.bass.band.start_hz, found.bass.band.stop_hz);
  EXPECT_EQ(found.bass.mean_db, 0.0);
  EXPECT_EQ(code_of_analysis(curve_of({300, 3000}, {0, 0})), "band-not-covered");
  EXPECT_EQ(code_of_analysis(curve_of({200, 2000}, {0, 0})), "none");
  EXPECT_EQ(code_of_analysis(curve_of({1, 1e6}, {-400, 400})), "none");
}

TEST(Tilt, IsARegressionOverTheRows) {
  const Curve curve = curve_of({100, 200, 400, 800}, {0, 3, 1, 2});
  // x = -1.5, -0.5, 0.5, 1.5; sum x y = 0 - 1.5 + 0.5 + 3 = 2; sum x^2 = 5.
  EXPECT_NEAR(tilt_db_per_octave(curve, {100, 800}), 0.4, 1e-12);
  EXPECT_NEAR(tilt_db_per_octave(curve, {100, 250}), 3.0, 1e-12);
  EXPECT_THROW((void)tilt_db_per_octave(curve, {100, 150}), Error);
}

// A Gaussian of h dB and a half-height width of W octaves has Q = 1 / (2^(W/2) - 2^(-W/2)).
TEST(Extrema, GiveAGaussiansHeightPlaceAndQ) {
  for (const double width : {1.0, 2.0}) {
    for (const double sign : {1.0, -1.0}) {
      const double k = 4.0 * std::log(2.0) / (width * width);
      const auto bump = [k, sign](double x) { return sign * 6.0 * std::exp(-k * (x - 0.3) * (x - 0.3)); };
      const std::vector<Extremum> found = extrema(made(grid(), bump));
      ASSERT_EQ(found.size(), 1U);
      EXPECT_EQ(found[0].is_peak, sign > 0.0);
      EXPECT_NEAR(std::log2(found[0].frequency_hz / 1000.0), 0.3, 1e-3);
      EXPECT_NEAR(found[0].level_db, sign * 6.0, 0.01);
      // A window of w octaves takes h k w^2 / 12 off the top and widens the bump by as little.
      EXPECT_NEAR(found[0].prominence_db, 6.0 - 6.0 * k / 36.0 / 12.0, 0.005);
      ASSERT_TRUE(found[0].q);
      EXPECT_NEAR(*found[0].q, 1.0 / (std::exp2(width / 2) - std::exp2(-width / 2)), 0.02 / width);
    }
  }
}

// Two humps: the lower one stands over the valley between them, the higher one over the lower outer end.
TEST(Extrema, MeasureProminenceOverTheHigherValley) {
  const Curve curve = made(LogGrid::per_octave(48, {62.5, 16000}), [](double x) {
    // a zigzag with corners at the octaves -2, 0, 2: 8 dB, 3 dB, 6 dB, and ends at 0 dB
    if (x < -2.0) return 4.0 * (x + 4.0);
    if (x < 0.0) return 8.0 - 2.5 * (x + 2.0);
    if (x < 2.0) return 3.0 + 1.5 * x;
    return 6.0 - 3.0 * (x - 2.0);
  });
  // 1/6-octave smoothing takes 0.1 to 0.3 dB off the corners.
  const std::vector<Extremum> found = extrema(curve, 1.0);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(found[0].is_peak);
  EXPECT_NEAR(found[0].prominence_db, 8.0, 0.4);
  EXPECT_NEAR(found[0].frequency_hz, 250.0, 5.0);  // the corner is asymmetric, and so is its mean
  EXPECT_NEAR(found[1].prominence_db, 3.0, 0.4);
  EXPECT_NEAR(found[2].prominence_db, 3.0, 0.4);
  EXPECT_EQ(extrema(curve, 5.0).size(), 1U);
}

TEST(Extrema, OfAFlatFloorOrRoofAreOne) {
  const Eigen::ArrayXd frequency_hz = LogGrid::per_octave(48.0).frequency_hz();
  for (int i = 0; i < 200; ++i) {
    const double depth_db = 3.0 + 0.37 * i;
    const Eigen::ArrayXd octave = (frequency_hz / (90.0 + 3.0 * i)).log() / std::log(2.0);
    const Eigen::ArrayXd shape_db = (octave.abs() < 0.6).select(Eigen::ArrayXd::Constant(octave.size(), depth_db), 0.0);
    for (const double sign : {1.0, -1.0}) {
      const std::vector<Extremum> found = extrema(Curve(frequency_hz, 71.3 + 0.011 * i + sign * shape_db), 2.0);
      ASSERT_EQ(found.size(), 1U) << i;
      EXPECT_EQ(found[0].is_peak, sign > 0.0);
      EXPECT_NEAR(found[0].prominence_db, depth_db, 1e-8);
    }
  }
}

TEST(Extrema, AreNotFoundAtEndsOrInFlatCurves) {
  EXPECT_TRUE(extrema(curve_of({100, 200}, {0, 9})).empty());
  EXPECT_TRUE(extrema(made(grid(), [](double x) { return 5.0 * x; }), 0.1).empty());
  EXPECT_TRUE(extrema(made(grid(), [](double) { return 5.0; }), 0.1).empty());
}

TEST(ChannelDifference, OfALevelIsThatLevelAndItsShareOfTheMask) {
  const Curve right = made(grid(), [](double x) { return 3.0 * std::sin(x); });
  const ChannelDifference found = channel_difference(shifted(right, 0.5), right);
  EXPECT_NEAR(found.level_db, 0.5, 1e-12);
  EXPECT_NEAR(found.rms_db, 0.5, 1e-12);
  EXPECT_NEAR(found.largest_db, 0.5, 1e-12);
  EXPECT_NEAR(found.bs708_ratio, 0.5, 1e-12);
  EXPECT_NEAR(found.band.start_hz, 100.0, 1e-9);
  EXPECT_NEAR(found.band.stop_hz, 16000.0, 1e-6);
}

// ITU-R BS.708: 1 dB up to 8 kHz, 2 dB from 10 kHz. A difference of 1.8 dB above 11.3 kHz only is inside, below it is
// not.
TEST(ChannelDifference, AllowsTwiceAsMuchAbove10kHz) {
  const Curve zero = made(grid(), [](double) { return 0.0; });
  const auto above = [](double from) { return made(grid(), [from](double x) { return x > from ? 1.8 : 0.0; }); };
  EXPECT_NEAR(channel_difference(above(std::log2(12.0)), zero).bs708_ratio, 0.9, 1e-6);
  EXPECT_NEAR(channel_difference(above(1.0), zero).bs708_ratio, 1.8, 1e-6);
}

TEST(ChannelDifference, NamesThePlaceThatDecidesAlsoAbove8kHz) {
  const Curve zero = made(grid(), [](double) { return 0.0; });
  const double centre = std::log2(12000.0 / 1000.0);
  const Curve bump = made(grid(), [centre](double x) { return std::abs(x - centre) < 0.2 ? 10.0 : 0.0; });
  const ChannelDifference found = channel_difference(bump, zero);
  EXPECT_NEAR(found.largest_hz, 12000.0, 400.0);
  EXPECT_GT(found.largest_db, 8.0);
  EXPECT_NEAR(found.bs708_ratio, found.largest_db / 2.0, 1e-9);
}

TEST(ChannelDifference, NeedsHalfOfTheBandOnBothSides) {
  const Curve whole = curve_of({20, 20000}, {0, 0});
  EXPECT_NO_THROW((void)channel_difference(whole, curve_of({800, 9000}, {0, 0})));
  EXPECT_THROW((void)channel_difference(whole, curve_of({1000, 9000}, {0, 0})), Error);
  EXPECT_THROW((void)channel_difference(curve_of({20, 50}, {0, 0}), curve_of({60, 90}, {0, 0})), Error);
}

// Two seats that differ by d have the sample SD d / sqrt(2); a shift of a whole seat is no spread.
TEST(ReseatSpread, IsTheSampleStandardDeviationInEachBand) {
  const Curve first = made(grid(), [](double x) { return 2.0 * x; });
  const Curve second = made(grid(), [](double x) { return 70.0 + 2.0 * x + (x > std::log2(3.0) ? 1.0 : 0.0); });
  const ReseatSpread found = reseat_spread({first, second});
  EXPECT_EQ(found.seats, 2);
  ASSERT_EQ(found.band_sd_db.size(), 7U);
  EXPECT_NEAR(found.band_sd_db[0].second, 0.0, 1e-6);
  EXPECT_NEAR(found.band_sd_db[2].second, 0.0, 1e-6);
  EXPECT_NEAR(found.band_sd_db[5].second, std::sqrt(0.5), 1e-6);
  EXPECT_THROW((void)reseat_spread({first}), Error);
  EXPECT_THROW((void)reseat_spread({first, curve_of({500, 20000}, {0, 0})}), Error);
  EXPECT_EQ(reseat_spread({first, curve_of({100, 5000}, {0, 0})}).band_sd_db.size(), 4U);
}

}  // namespace
}  // namespace headscore
