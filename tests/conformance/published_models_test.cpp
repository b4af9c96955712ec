// What the publications state of the models: intercepts, bands, residuals.
#include <gtest/gtest.h>

#include <map>

#include "error_curves.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::tests {
namespace {

TEST(PerfectMatch, ScoresThePublishedIntercept) {
  const std::map<std::string, double> published = {{"harman-oe-2018", 114.49},   {"autoeq-oe", 114.490443008238},
                                                   {"harman-ie-patent", 68.685}, {"harman-ie-listen", 100.0795},
                                                   {"autoeq-ie", 100.0795},      {"mean-absolute-error", 0.0}};
  for (const auto& [id, intercept] : published) {
    const ScoringModel& model = scoring_model(id);
    EXPECT_NEAR(value_of(model, tilted(model, 0.0)), intercept, 1e-12) << id;
  }
}

TEST(PublishedModels, StateTheirBandResidualAndRig) {
  const ScoringModel& over_ear = scoring_model("harman-oe-2018");
  EXPECT_EQ(over_ear.band, (Band{50.0, 10000.0}));
  EXPECT_EQ(over_ear.residual_sd, 6.7);
  EXPECT_EQ(over_ear.trained_rigs, std::vector<std::string_view>{"gras-45ca"});
  EXPECT_EQ(over_ear.form, FormFactor::kOverEar);
  const ScoringModel& in_ear = scoring_model("harman-ie-patent");
  EXPECT_EQ(in_ear.band, (Band{20.0, 10000.0}));
  EXPECT_EQ(in_ear.residual_sd, 5.5);
  EXPECT_EQ(in_ear.trained_rigs, std::vector<std::string_view>{"iec-60318-4"});
  EXPECT_EQ(in_ear.form, FormFactor::kInEar);
  EXPECT_FALSE(scoring_model("harman-ie-listen").residual_sd.has_value());
}

TEST(Ratings, AreNotClamped) {
  const ScoringModel& model = scoring_model("harman-oe-2018");
  EXPECT_LT(value_of(model, tilted(model, 10.0)), -300.0);
}

}  // namespace
}  // namespace headscore::tests
