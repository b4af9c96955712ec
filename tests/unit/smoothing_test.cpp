#include "headscore/smoothing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "headscore/error.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;

TEST(SmoothingText, IsReadInItsOwnWords) {
  for (const std::string text :
       {"none", "1/3 octave", "1/48 octave", "1 octave", "ERB", "ERB, power", "1/6 octave, power", "0.7 octave"}) {
    EXPECT_EQ(smoothing_from(text).description(), text);
  }
  EXPECT_EQ(smoothing_from("1/12").description(), "1/12 octave");
  EXPECT_EQ(smoothing_from("1/1").description(), "1 octave");
  EXPECT_EQ(smoothing_from("erb,power").description(), "ERB, power");
  EXPECT_EQ(smoothing_from("1/12 OCT, dB").description(), "1/12 octave");
}

TEST(SmoothingText, IsRefusedWhereItMeansNothing) {
  for (const std::string text : {"", "some", "1/0", "1/-3", "1/96", "2 octaves", "0", "-1", "nan", "1/3x", ",power",
                                 "1/3,volts", "1//3", "1/3/3"}) {
    try {
      (void)smoothing_from(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "bad-smoothing") << text;
    }
  }
}

TEST(Smoothing, RefusesWidthsBesideTheRange) {
  const Curve curve = curve_of({100, 200}, {0, 1});
  EXPECT_THROW((void)smoothed(curve, {Smoothing::Kind::kFractionalOctave, 1.5}), Error);
  EXPECT_THROW((void)smoothed(curve, {Smoothing::Kind::kFractionalOctave, 0.0}), Error);
  EXPECT_THROW((void)smoothed(curve, {Smoothing::Kind::kFractionalOctave, std::nan("")}), Error);
}

TEST(Smoothing, BearsOddCurves) {
  const double ulp_above = std::nextafter(1000.0, 2000.0);
  const std::vector<Curve> odd{curve_of({1000, ulp_above}, {3, 5}), curve_of({1e-300, 1e300}, {-300, 300}),
                               curve_of({5, 6, 7}, {1, 2, 3}), curve_of({20, 20000}, {-5000, 5000}),
                               curve_of({999, 1000, ulp_above, 1001}, {0, 100, -100, 0})};
  for (const Curve& curve : odd) {
    for (const std::string text : {"1/48", "1", "erb", "1/3,power", "erb,power"}) {
      const Curve found = smoothed(curve, smoothing_from(text));  // Curve itself refuses what is not finite
      EXPECT_LE(found.magnitude_db().maxCoeff(), curve.magnitude_db().maxCoeff() + 1e-9) << text;
      EXPECT_GE(found.magnitude_db().minCoeff(), curve.magnitude_db().minCoeff() - 1e-9) << text;
    }
  }
}

TEST(Smoothing, WithNoneIsTheCurveItself) {
  const Curve curve = curve_of({100, 200, 300}, {0, 1, 7});
  EXPECT_TRUE((smoothed(curve, {}).magnitude_db() == curve.magnitude_db()).all());
}

}  // namespace
}  // namespace headscore
