// What holds for every model on the shelf, so that a new one is tested the day it lands.
#include <gtest/gtest.h>

#include <cmath>

#include "error_curves.hpp"
#include "headscore/error.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::tests {
namespace {

class EveryModel : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static const ScoringModel& model() { return scoring_model(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Shelf, EveryModel, testing::ValuesIn(model_ids()),
                         [](const testing::TestParamInfo<std::string>& parameter) {
                           return test_name(parameter.param);
                         });

TEST_P(EveryModel, SaysWhatItIs) {
  EXPECT_FALSE(model().version.empty());
  EXPECT_FALSE(model().title.empty());
  EXPECT_FALSE(model().citation.empty());
  EXPECT_TRUE(model().unit == "points" || model().unit == "dB");
  EXPECT_GT(octaves(model().band), 5.0);
}

TEST_P(EveryModel, IsNotMovedByTheLevel) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Curve error = random_error(model(), seed);
    const double value = value_of(model(), error);
    for (const double shift_db : {-94.0, 0.37, 60.0}) {
      EXPECT_NEAR(value_of(model(), shifted(error, shift_db)), value, 1e-9) << "seed " << seed;
    }
  }
}

TEST_P(EveryModel, HasTermsThatSumToItsValueAndAreCoefficientTimesQuantity) {
  const Curve error = random_error(model(), 7);
  double sum = 0.0;
  for (const Term& term : model().terms(error)) {
    EXPECT_FALSE(term.name.empty());
    EXPECT_TRUE(std::isfinite(term.value));
    if (term.quantity && term.coefficient) {
      EXPECT_DOUBLE_EQ(term.value, *term.quantity * *term.coefficient);
    }
    EXPECT_EQ(term.quantity.has_value(), !term.unit.empty()) << term.name;
    sum += term.value;
  }
  EXPECT_EQ(value_of(model(), error), sum);
}

TEST_P(EveryModel, GivesTheSameBitsTwice) {
  const Curve error = random_error(model(), 3);
  EXPECT_EQ(value_of(model(), error), value_of(model(), error));
}

TEST_P(EveryModel, LikesAPerfectMatchBest) {
  const double direction = model().unit == "dB" ? -1.0 : 1.0;  // an error in dB is better when it is smaller
  const double perfect = value_of(model(), tilted(model(), 0.0));
  for (unsigned seed = 1; seed <= 20; ++seed) {
    EXPECT_GT(direction * perfect, direction * value_of(model(), random_error(model(), seed)));
  }
}

TEST_P(EveryModel, RefusesMoreThanAThirdOfAnOctaveMissingAndNamesIt) {
  const Curve error = random_error(model(), 5);
  const Band band = model().band;
  const Band a_quarter_less{band.start_hz * std::exp2(1.0 / 8.0), band.stop_hz * std::exp2(-1.0 / 8.0)};
  EXPECT_NO_THROW(static_cast<void>(value_of(model(), restricted(error, a_quarter_less).value())));
  const Band a_half_less{band.start_hz * std::exp2(0.25), band.stop_hz * std::exp2(-0.25)};
  try {
    static_cast<void>(value_of(model(), restricted(error, a_half_less).value()));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "band-not-covered");
    EXPECT_NE(refusal.found().find(std::to_string(static_cast<int>(band.start_hz)) + "-"), std::string::npos)
        << refusal.what();
    EXPECT_NE(refusal.found().find("-" + std::to_string(static_cast<int>(band.stop_hz)) + " Hz"), std::string::npos)
        << refusal.what();
  }
}

TEST_P(EveryModel, RefusesACurveOnAnotherGrid) {
  const Curve error = random_error(model(), 5);
  const Curve moved(error.frequency_hz() * 1.001, error.magnitude_db());
  try {
    static_cast<void>(value_of(model(), moved));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "different-grids");
  }
}

TEST(HarmanOverEar, TurnsATiltIntoItsSlopeTerm) {
  const ScoringModel& model = scoring_model("harman-oe-2018");
  for (const double t : {-2.0, -0.5, 0.25, 1.0, 3.0}) {
    const std::vector<Term> terms = model.terms(tilted(model, t));
    ASSERT_EQ(terms.size(), 3U);
    EXPECT_EQ(terms[2].name, "slope");
    EXPECT_NEAR(terms[2].value, -15.52 * std::abs(t) / std::log(2.0), 1e-9);
  }
}

}  // namespace
}  // namespace headscore::tests
