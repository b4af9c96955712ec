// Numbers that other programs and the publications give for the same curve. A changed number needs a new model version.
#include <gtest/gtest.h>

#include "autoeq_by_hand.hpp"
#include "error_curves.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::tests {
namespace {

Numbers one_db_per_octave() {
  Numbers error;
  for (const double f : autoeq_grid()) error.push_back(std::log2(f));
  return error;
}

TEST(AutoEqOverEar, GivesTheGoldenNumberOfOneDecibelPerOctave) {
  const ScoringModel& model = scoring_model("autoeq-oe");
  EXPECT_NEAR(value_of(model, tilted(model, 1.0)), 63.8092, 1e-4);
}

TEST(AutoEqByHand, GivesTheGoldenNumberOfEachConvention) {
  EXPECT_NEAR(over_ear_score_by_hand(one_db_per_octave(), Logarithm::kNatural, 1), 63.8092, 1e-4);
  EXPECT_NEAR(over_ear_score_by_hand(one_db_per_octave(), Logarithm::kTwo, 0), 70.8308, 1e-4);
  EXPECT_NEAR(over_ear_score_by_hand(one_db_per_octave(), Logarithm::kTen, 0), 34.8028, 1e-4);
}

}  // namespace
}  // namespace headscore::tests
