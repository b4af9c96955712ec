// Shelves, tilts and identification against closed forms.
#include "headscore/target_shaping.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

using tests::curve_of;
using tests::made;

Eigen::ArrayXd axis(const std::vector<double>& frequency_hz) {
  return Eigen::Map<const Eigen::ArrayXd>(frequency_hz.data(), static_cast<Eigen::Index>(frequency_hz.size()));
}

Target target_of(const std::string& name, const Curve& curve) { return Target({name, {}, "", {}, "", true, curve}); }

// Wanted: scipy.signal.freqs with the cookbook's analogue coefficients of the low and the high shelf.
TEST(Shelf, AgreesWithScipyOnTheCookbooksPrototype) {
  const Eigen::ArrayXd f = axis({20, 60, 105, 300, 1000, 2500, 8000, 20000});
  const auto worst = [&f](const Shelf& shelf, const std::vector<double>& wanted) {
    return (shelf_db(shelf, f) - axis(wanted)).abs().maxCoeff();
  };
  EXPECT_LT(worst({Shelf::Side::kBass, 105, 6}, {5.991472795668, 5.388413936215, 3.0, 0.09558436208, 0.00078858415,
                                                 2.0190739e-05, 1.92555e-07, 4.929e-09}),
            1e-11);
  EXPECT_LT(
      worst({Shelf::Side::kBass, 105, -4.5, 0.5}, {-4.340866381128, -3.387585956117, -2.25, -0.494914061595,
                                                   -0.049604016134, -0.008012464186, -0.000783754423, -0.000125419465}),
      1e-11);
  EXPECT_LT(worst({Shelf::Side::kTreble, 2500, 4}, {1.6969e-08, 1.374511e-06, 1.2891372e-05, 0.000858872512,
                                                    0.103137704649, 2.0, 3.960903145457, 3.998988825571}),
            1e-11);
  EXPECT_LT(
      worst({Shelf::Side::kTreble, 2500, -6, 1.2}, {0.000255676333, 0.002300803102, 0.007044170591, 0.057310898469,
                                                    0.584595975558, -3.0, -6.374642770045, -6.062164385155}),
      1e-11);
}

TEST(Shelf, HasHalfItsGainAtTheMidpointAndAllOfItFarAway) {
  tests::Random random(1);
  for (int i = 0; i < 200; ++i) {
    const double middle = random.between(50, 5000);
    const double gain = random.between(-20, 20);
    const Shelf bass{Shelf::Side::kBass, middle, gain, random.between(0.2, 2.0)};
    const Shelf treble{Shelf::Side::kTreble, middle, gain, bass.q};
    const Eigen::ArrayXd f = axis({middle * 1e-9, middle, middle * 1e9});
    EXPECT_NEAR(shelf_db(bass, f)[0], gain, 1e-9);
    EXPECT_NEAR(shelf_db(bass, f)[1], gain / 2, 1e-9);
    EXPECT_NEAR(shelf_db(bass, f)[2], 0, 1e-9);
    EXPECT_NEAR(shelf_db(treble, f)[0], 0, 1e-9);
    EXPECT_NEAR(shelf_db(treble, f)[2], gain, 1e-9);
  }
}

TEST(Shelf, IsRefusedWithoutAFrequencyOrQ) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Shelf& shelf : {Shelf{Shelf::Side::kBass, 0, 1}, Shelf{Shelf::Side::kBass, -5, 1},
                             Shelf{Shelf::Side::kBass, nan, 1}, Shelf{Shelf::Side::kBass, 100, nan},
                             Shelf{Shelf::Side::kBass, 100, 1, 0}, Shelf{Shelf::Side::kBass, 100, 1, -1}}) {
    EXPECT_THROW((void)shelf_db(shelf, axis({100, 200})), Error);
  }
}

TEST(TargetShaping, TiltsAbout1kHzAndSaysSo) {
  const Target found = adjusted(target_of("flat", curve_of({20, 1000, 16000}, {0, 0, 0})), {-0.5, {}});
  EXPECT_EQ(found.name(), "flat tilt -0.5 dB/octave");
  EXPECT_NEAR(found.curve().magnitude_db()[1], 0.0, 1e-12);
  EXPECT_NEAR(found.curve().magnitude_db()[2], -2.0, 1e-12);
}

TEST(TargetShaping, ShelvesATargetOfTwoRows) {
  const Shelf shelf{Shelf::Side::kBass, 105, 4};
  const Target found = adjusted(target_of("flat", curve_of({20, 20000}, {1, 1})), {0.0, {shelf}});
  EXPECT_EQ(found.name(), "flat bass shelf +4 dB at 105 Hz");
  EXPECT_EQ(found.curve().start_hz(), 20);
  EXPECT_EQ(found.curve().stop_hz(), 20000);
  for (const double f : {25.0, 77.0, 105.0, 333.0}) {
    EXPECT_NEAR(level_at(found.curve(), f).value(), 1.0 + shelf_db(shelf, axis({f}))[0], 0.005) << f;
  }
}

TEST(TargetShaping, KeepsTheTargetsOwnRows) {
  const Target original = target_of("t", curve_of({20, 31, 500, 510, 20000}, {1, 5, 2, 3, 0}));
  const Target found = adjusted(original, {0.0, {{Shelf::Side::kTreble, 3000, 0.0}}});
  EXPECT_LT(
      (interpolated(found.curve(), original.curve().frequency_hz()).magnitude_db() - original.curve().magnitude_db())
          .abs()
          .maxCoeff(),
      1e-12);
  EXPECT_EQ(adjusted(original, {}).name(), "t");
  EXPECT_THROW((void)adjusted(original, {std::nan(""), {}}), Error);
}

TEST(Identification, PutsTheNearestFirstAndSeesItsTilt) {
  const LogGrid grid = LogGrid::per_octave(48);
  const auto shape = [](double x) { return 8.0 * std::exp(-x * x); };
  const Curve curve = made(grid, [&shape](double x) { return 83.0 + shape(x) - 0.7 * x; });
  const std::vector<Target> candidates{
      target_of("flat", curve_of({20, 20000}, {0, 0})), target_of("tilted", made(grid, shape)),
      target_of("same", made(LogGrid::per_octave(48, {40, 10000}), [&](double x) { return shape(x) - 0.7 * x; })),
      target_of("short", curve_of({1000, 7900}, {0, 0}))};
  const std::vector<TargetMatch> found = identified(curve, candidates);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "same");
  EXPECT_LT(found[0].rms_db, 1e-3);  // the two grids cut the same bow into other chords
  EXPECT_EQ(found[0].band.start_hz, 40);
  EXPECT_EQ(found[1].name, "tilted");
  EXPECT_NEAR(found[1].tilt_db_per_octave, -0.7, 1e-9);
  EXPECT_LT(found[1].rms_after_tilt_db, 1e-6);
  // A slope s over w octaves has an rms of s w / sqrt(12) about its mean, and s w / 2 at its ends.
  const double width = std::log2(grid.frequency_hz()[478] / 20.0);
  EXPECT_NEAR(found[1].rms_db, 0.7 * width / std::sqrt(12.0), 1e-9);
  EXPECT_NEAR(found[1].largest_db, 0.7 * width / 2.0, 1e-9);
  EXPECT_EQ(found[2].name, "flat");
}

}  // namespace
}  // namespace headscore
