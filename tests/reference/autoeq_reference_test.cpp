// The AutoEq plugins against the same scores written out by hand.
#include <gtest/gtest.h>

#include "autoeq_by_hand.hpp"
#include "error_curves.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::tests {
namespace {

constexpr unsigned kCurves = 300;

Numbers numbers(const Eigen::ArrayXd& values) { return {values.begin(), values.end()}; }

TEST(AutoEqByHand, HasTheListsOfAutoEq) {
  EXPECT_EQ(over_ear_list().size(), 121U);
  EXPECT_EQ(in_ear_list().size(), 121U);
  const Numbers zero(121, 0.0);
  EXPECT_EQ(masked(over_ear_list(), zero, 50.0, 10000.0).f.size(), 93U);
  EXPECT_EQ(masked(in_ear_list(), zero, 20.0, 10000.0).f.size(), 109U);
  EXPECT_EQ(masked(in_ear_list(), zero, 40.0, 10000.0).f.size(), 97U);
  EXPECT_EQ(autoeq_grid().size(), 695U);
  EXPECT_NEAR(autoeq_grid().back(), 19955.54, 0.005);
}

TEST(AutoEqOverEar, EqualsTheScoreByHandOnRandomCurves) {
  const ScoringModel& model = scoring_model("autoeq-oe");
  for (unsigned seed = 1; seed <= kCurves; ++seed) {
    const Curve error = random_error(model, seed);
    EXPECT_NEAR(value_of(model, error), over_ear_score_by_hand(numbers(error.magnitude_db())), 1e-9) << "seed " << seed;
  }
}

TEST(AutoEqInEar, EqualsTheScoreByHandOnRandomCurves) {
  const ScoringModel& model = scoring_model("autoeq-ie");
  for (unsigned seed = 1; seed <= kCurves; ++seed) {
    const Curve error = random_error(model, seed);
    EXPECT_NEAR(value_of(model, error), in_ear_score_by_hand(numbers(error.magnitude_db())), 1e-9) << "seed " << seed;
  }
}

/// Harman's models on their 1/48-octave grid, by hand.
double harman_by_hand(const Curve& error, double start_hz, const Numbers& c) {
  const Numbers f = numbers(error.frequency_hz());
  const Numbers e = numbers(error.magnitude_db());
  const Masked in = masked(f, e, start_hz, 10000.0);
  Numbers x;
  for (const double hz : in.f) x.push_back(std::log(hz));
  double score = c[0] - c[1] * deviation_by_hand(in.e, 1) - c[2] * std::abs(slope_by_hand(x, in.e));
  if (c.size() == 4) {
    const double at_500 = level_by_hand(f, e, 500.0);
    const Masked inner = masked(f, e, 40.0, 10000.0);
    double size = 0.0;
    for (const double db : inner.e) size += std::abs(db - at_500);
    score -= c[3] * size / static_cast<double>(inner.e.size());
  }
  return score;
}

TEST(HarmanModels, EqualTheirFormulaByHandOnRandomCurves) {
  for (unsigned seed = 1; seed <= kCurves; ++seed) {
    const Curve error = random_error(scoring_model("harman-oe-2018"), seed);
    const auto value = [&](const char* id) { return value_of(scoring_model(id), error); };
    EXPECT_NEAR(value("harman-oe-2018"), harman_by_hand(error, 50.0, {114.49, 12.62, 15.52}), 1e-9);
    EXPECT_NEAR(value("harman-ie-patent"), harman_by_hand(error, 20.0, {68.685, 3.238, 4.473, 2.658}), 1e-9);
    EXPECT_NEAR(value("harman-ie-listen"), harman_by_hand(error, 20.0, {100.0795, 8.5, 6.796, 3.475}), 1e-9);
  }
}

}  // namespace
}  // namespace headscore::tests
