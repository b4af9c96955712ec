#include "headscore/alignment.hpp"

#include <gtest/gtest.h>

#include <string>

#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;
using tests::made;

TEST(AlignmentText, IsReadInItsOwnWords) {
  for (const std::string text : {"mean 200-2000 Hz", "mean 20-20000 Hz", "1000 Hz", "500 Hz", "least squares"}) {
    EXPECT_EQ(alignment_from(text).description(), text);
  }
  EXPECT_EQ(alignment_from("mean:200-2000").description(), "mean 200-2000 Hz");
  EXPECT_EQ(alignment_from("mean:0.3-3kHz").description(), "mean 0.3-3000 Hz");
  EXPECT_EQ(alignment_from("mean:100Hz-3 kHz").description(), "mean 100-3000 Hz");
  EXPECT_EQ(alignment_from("1000").description(), "1000 Hz");
  EXPECT_EQ(alignment_from("1kHz").description(), "1000 Hz");
  EXPECT_EQ(alignment_from("Least-Squares").description(), "least squares");
}

TEST(AlignmentText, IsRefusedWhereItMeansNothing) {
  for (const std::string text : {"", "loud", "-1000", "0", "nan", "inf", "mean:2000-200", "mean:200", "mean:0-200",
                                 "mean:200-2000-1", "1000 dB", "1000x", "mean:-", "1e999"}) {
    try {
      (void)alignment_from(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "bad-alignment") << text;
    }
  }
}

TEST(Alignment, OnOneFrequencyIsZeroThere) {
  const LogGrid grid = LogGrid::per_octave(48);
  const Curve response = made(grid, [](double x) { return 90.0 + 3.0 * x * x; });
  const Curve target = made(grid, [](double x) { return -2.0 * x; });
  const Curve error = error_curve(response, target, alignment_from("1kHz"));
  EXPECT_NEAR(level_at(error, 1000.0).value(), 0.0, 1e-12);
}

// x^2 over [-a, b] octaves has the mean (b^3 + a^3) / 3 / (a + b).
TEST(Alignment, OnABandMeanUsesTheBandsOwnEnds) {
  const LogGrid grid = LogGrid::per_octave(200);
  const Curve response = made(grid, [](double x) { return x; });
  const Curve zero = made(grid, [](double) { return 0.0; });
  EXPECT_NEAR(alignment_shift_db(response, zero, alignment_from("mean:500-4000")), -0.5, 1e-9);
  EXPECT_NEAR(alignment_shift_db(response, zero, alignment_from("mean:333-777")), -std::log2(333e-3 * 777e-3) / 2,
              1e-9);
}

TEST(Alignment, WeighsOctavesNotRows) {
  // A linear axis has 9 of 10 rows in the last 3.3 octaves; rows of a mean over octaves must not notice.
  std::vector<double> frequency_hz;
  std::vector<double> level_db;
  for (int i = 0; i <= 2000; ++i) {
    frequency_hz.push_back(20.0 + 9.99 * i);
    level_db.push_back(std::log2(frequency_hz.back() / 1000.0));
  }
  const Curve response = curve_of(frequency_hz, level_db);
  const Curve zero = shifted(difference(response, response), 0.0);
  EXPECT_NEAR(alignment_shift_db(response, zero, alignment_from("mean:500-2000")), 0.0, 1e-9);
  const double middle = std::log2(frequency_hz.front() * frequency_hz.back() / 1e6) / 2.0;
  EXPECT_NEAR(alignment_shift_db(response, zero, alignment_from("least-squares")), -middle, 1e-9);
}

TEST(Alignment, ComparesOverTheCommonPartOfOneGrid) {
  const LogGrid grid = LogGrid::per_octave(24);
  const Curve whole = made(grid, [](double x) { return x; });
  const Curve part = restricted(whole, {100.0, 10000.0}).value();
  const Curve error = error_curve(part, whole, {});
  EXPECT_EQ(error.size(), part.size());
  EXPECT_NEAR(error.magnitude_db().abs().maxCoeff(), 0.0, 1e-12);
}

TEST(Alignment, RefusesBandsThatAreNotCovered) {
  const Curve narrow = curve_of({300, 1500}, {0, 0});
  const auto code = [&narrow](const std::string& text) -> std::string {
    try {
      (void)alignment_shift_db(narrow, narrow, alignment_from(text));
    } catch (const Error& error) {
      return error.code();
    }
    return "none";
  };
  EXPECT_EQ(code("mean:200-2000"), "band-not-covered");
  EXPECT_EQ(code("2kHz"), "band-not-covered");
  EXPECT_EQ(code("mean:3000-4000"), "band-not-covered");
  EXPECT_EQ(code("mean:295-1500"), "none");  // a row or two short of the band
  EXPECT_EQ(code("least-squares"), "none");
  EXPECT_THROW((void)error_curve(narrow, curve_of({2000, 4000}, {0, 0}), {}), Error);
  EXPECT_THROW((void)error_curve(narrow, curve_of({300, 400, 1500}, {0, 0, 0}), {}), Error);
}

}  // namespace
}  // namespace headscore
