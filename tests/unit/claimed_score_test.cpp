// Conventions behind published preference numbers.
#include "headscore/claimed_score.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "headscore/scoring_model.hpp"
#include "verification/deviating_conventions.hpp"

namespace headscore {
namespace {

Curve tilted(double db_per_octave) {
  const Eigen::ArrayXd f = LogGrid::per_octave(48).frequency_hz();
  return Curve(f, db_per_octave * (f / 1000.0).log() / std::log(2.0));
}

double value_of(std::string_view id, const Curve& response) {
  for (const DeviatingConvention& convention : deviating_conventions()) {
    if (convention.id == id) return convention.value(response, tilted(0.0));
  }
  ADD_FAILURE() << id;
  return std::nan("");
}

// e = +1 dB/octave on AutoEq's over-ear frequencies: log2, ddof 0 -> 70.8308; log10, ddof 0 -> 34.8028.
TEST(DeviatingConventions, GiveTheGoldenNumbersOfATilt) {
  EXPECT_NEAR(value_of("rust-autoeq", tilted(1.0)), 70.8308, 5e-5);
  EXPECT_NEAR(value_of("log10-slope", tilted(1.0)), 34.8028, 5e-5);
}

TEST(DeviatingConventions, GiveTheirBestForThePerfectMatch) {
  EXPECT_NEAR(value_of("rust-autoeq", tilted(0.0)), 114.490443, 1e-6);
  EXPECT_NEAR(value_of("responserank", tilted(0.0)), 114.49, 1e-6);
  EXPECT_DOUBLE_EQ(value_of("squig-rank", tilted(0.0)), 100.0);  // clamped from 100.0795
  EXPECT_DOUBLE_EQ(value_of("squig-rank", tilted(30.0)), 0.0);
}

/// The slow, obvious way: each third of an octave's rows averaged in power, then the regression over log10 f.
TEST(DeviatingConventions, ResponseRankIsASlopePerDecadeOfThirdOctaves) {
  const double value = value_of("responserank", tilted(-1.0));
  // A tilt stays a tilt: slope 1 / log10(2) dB per decade, SD of log2 f over the target's rows from 20 Hz to 10 kHz.
  const Eigen::ArrayXd f = LogGrid::per_octave(48).frequency_hz();
  std::vector<double> x;
  for (const double at : f) {
    if (at <= 10000.0) x.push_back(std::log2(at));
  }
  const Eigen::Map<const Eigen::ArrayXd> octaves_of(x.data(), static_cast<Eigen::Index>(x.size()));
  const double sd = std::sqrt((octaves_of - octaves_of.mean()).square().mean());
  EXPECT_NEAR(value, 114.49 - 12.62 * sd - 15.52 / std::log10(2.0), 0.6);  // linear over Hz bends the lowest thirds
}

TEST(DeviatingConventions, AreNoModels) {
  std::set<std::string_view> models;
  for (const ScoringModel& model : scoring_models()) models.insert(model.id);
  for (const DeviatingConvention& convention : deviating_conventions()) {
    EXPECT_FALSE(models.contains(convention.id)) << convention.id;
    EXPECT_FALSE(convention.fault.empty()) << convention.id;
  }
}

Product tilted_product(double db_per_octave) {
  Measurement::Fields fields;
  fields.path = "Tilted.txt";
  fields.identity.product = "Tilted";
  fields.columns = {"frequency", "spl"};
  fields.response = tilted(db_per_octave);
  Product product;
  product.name = "Tilted";
  product.measurements = {Measurement(fields)};
  return product;
}

TEST(ClaimedScore, IsTracedToTheConventionThatMadeIt) {
  ClaimedScoreOptions options;
  options.form = FormFactor::kOverEar;
  options.targets = {Target({"level", std::nullopt, "", std::nullopt, "test", true, tilted(0.0)})};
  for (const auto& [claimed, convention] :
       {std::pair(63.81, "autoeq-oe"), std::pair(70.83, "rust-autoeq"), std::pair(34.80, "log10-slope")}) {
    options.claimed = claimed;
    options.decimals = 2;
    const std::vector<Recomputation> rows = recomputations(tilted_product(1.0), options);
    ASSERT_FALSE(rows.empty());
    EXPECT_TRUE(rows[0].reproduces) << claimed;
    EXPECT_EQ(rows[0].convention, convention) << claimed;
    EXPECT_EQ(rows[0].fault.empty(), std::string_view(convention) == "autoeq-oe");
  }
  options.claimed = 12.0;
  const std::vector<Recomputation> rows = recomputations(tilted_product(1.0), options);
  EXPECT_FALSE(rows[0].reproduces);
  EXPECT_EQ(rows[0].convention, "responserank");
  for (std::size_t i = 1; i < rows.size(); ++i)
    EXPECT_GE(std::abs(rows[i].difference), std::abs(rows[i - 1].difference));
}

/// Each way's own value claimed: which of them count?
TEST(ClaimedScore, IsNotReproducedByAWayThatNobodyTakes) {
  ClaimedScoreOptions options;
  options.decimals = 6;
  const auto hit = [&](const Product& product, const std::string& target, const std::string& channel) {
    for (const Recomputation& way : recomputations(product, options)) {
      if (way.convention != "autoeq-oe" || way.target != target || way.channel != channel) continue;
      ClaimedScoreOptions claim = options;
      claim.claimed = *way.value;
      for (const Recomputation& row : recomputations(product, claim)) {
        if (row.convention == way.convention && row.target == target && row.channel == channel)
          return std::string(row.reproduces    ? "reproduced"
                             : row.coincidence ? "coincidence: " + row.implausible
                                               : "no");
      }
    }
    return std::string("no such way");
  };
  Product product = tilted_product(1.0);
  EXPECT_EQ(hit(product, "harman-oe-2018", "mean"), "coincidence: the product's form is not known");
  options.form = FormFactor::kOverEar;
  EXPECT_EQ(hit(product, "harman-oe-2018", "mean"), "reproduced");
  EXPECT_EQ(hit(product, "kemar-df-kb006x", "mean"), "coincidence: no target of this convention");
  Measurement::Fields left = product.measurements[0].fields();
  left.identity.channel = Channel::kLeft;
  Measurement::Fields right = left;
  right.identity.channel = Channel::kRight;
  right.response = tilted(0.5);
  product.measurements = {Measurement(left), Measurement(right)};
  EXPECT_EQ(hit(product, "harman-oe-2018", "mean"), "reproduced");
  EXPECT_EQ(hit(product, "harman-oe-2018", "left"), "coincidence: one channel of two");
  options.targets = {Target({"mine", std::nullopt, "", std::nullopt, "test", true, tilted(0.0)})};
  EXPECT_EQ(hit(product, "mine", "mean"), "reproduced");
}

TEST(ClaimedScore, OfAShortCurveSaysWhyNothingCouldBeComputed) {
  Product product = tilted_product(0.0);
  Measurement::Fields fields = product.measurements[0].fields();
  fields.response = restricted(tilted(0.0), {500.0, 2000.0});
  product.measurements = {Measurement(fields)};
  ClaimedScoreOptions options;
  options.form = FormFactor::kInEar;
  for (const Recomputation& row : recomputations(product, options)) {
    if (row.convention != "harman-ie-listen") continue;
    EXPECT_FALSE(row.value) << row.target;
    EXPECT_FALSE(row.refusal.empty()) << row.target;
  }
}

}  // namespace
}  // namespace headscore
