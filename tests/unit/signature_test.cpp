#include "dsp/signature.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "headscore/curve_analyser.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

/// An error curve of broad shelves: bass below 200 Hz, treble above 3 kHz, with soft knees of half an octave.
Signature of_shelves(double bass_db, double treble_db) {
  const auto rise = [](double octaves) { return 0.5 + 0.5 * std::tanh(4.0 * octaves); };
  return analysed(tests::made(LogGrid::per_octave(48),
                              [&](double x) { return bass_db * rise(-2.3 - x) + treble_db * rise(x - 1.55); }))
      .signature;
}

TEST(Signature, NamesBroadShapesAsTheFieldDoes) {
  EXPECT_EQ(of_shelves(0, 0).name, "neutral");
  EXPECT_EQ(of_shelves(1, -1).name, "neutral");
  EXPECT_EQ(of_shelves(6, 5).name, "V-shaped");
  EXPECT_EQ(of_shelves(2.6, 2.4).name, "U-shaped");
  EXPECT_EQ(of_shelves(6, 0).name, "bass-boosted");
  EXPECT_EQ(of_shelves(0, 5).name, "bright");
  EXPECT_EQ(of_shelves(-5, 5).name, "bright");
  EXPECT_EQ(of_shelves(0, -5).name, "dark");
  EXPECT_EQ(of_shelves(4, -5).name, "dark");
  EXPECT_EQ(of_shelves(-5, -4).name, "mid-forward");
  EXPECT_EQ(of_shelves(-5, 0).name, "bass-light");
}

TEST(Signature, CarriesTheNumbersThatDecided) {
  const Signature found = of_shelves(6, 5);
  EXPECT_NEAR(found.bass_db, 6.0, 0.5);
  EXPECT_NEAR(found.treble_db, 5.0, 0.5);
  EXPECT_LT(found.mid_db, -2.0);
  EXPECT_NE(found.because.find("bass +"), std::string::npos) << found.because;
  EXPECT_EQ(signature_reason({.bass_db = 5.06, .treble_db = -0.04}),
            "bass +5.1 dB and treble (3-10 kHz) +0.0 dB re mids");
}

TEST(Signature, OfLiftedEndsIsAU) {
  EXPECT_EQ(signature_name({.sub_bass_db = 5, .bass_db = 2.5, .treble_db = 2.2, .air_db = 6}), "U-shaped");
  EXPECT_EQ(signature_name({.sub_bass_db = 5, .bass_db = 5, .upper_bass_db = 4, .treble_db = 4, .air_db = 6}),
            "V-shaped");
}

TEST(Signature, OfALeaningCurveIsDarkOrBrightWithoutAClearRegion) {
  EXPECT_EQ(signature_name({.bass_db = 1.8, .treble_db = -1.8, .tilt_db_per_octave = -0.7}), "dark");
  EXPECT_EQ(signature_name({.bass_db = -1.8, .treble_db = 1.8, .tilt_db_per_octave = 0.7}), "bright");
  EXPECT_EQ(signature_name({.bass_db = -3, .treble_db = -7, .tilt_db_per_octave = -1.3}), "dark");
}

TEST(Signature, OfALargeErrorWithoutABroadShapeIsUneven) {
  const CurveAnalysis found = analysed(
      tests::made(LogGrid::per_octave(48), [](double x) { return 4.0 * std::sin(2.0 * 3.14159265358979 * 1.5 * x); }));
  EXPECT_EQ(found.signature.name, "uneven");
  EXPECT_EQ(found.extrema.size(), 12U);
}

}  // namespace
}  // namespace headscore
