#include "headscore/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "headscore/error.hpp"
#include "headscore/policy_library.hpp"

namespace headscore {
namespace {

using testing::HasSubstr;

MetricRule response_rule() {
  MetricRule rule;
  rule.metric = "response_deviation";
  rule.best = 1.0;
  rule.problematic = 5.0;
  rule.knots = {{3.0, 0.5}};
  return rule;
}

MetricRule thd_rule() {
  MetricRule rule;
  rule.metric = "thd";
  rule.best = 0.05;
  rule.problematic = 0.5;
  rule.axis = MetricRule::Axis::kLogarithmic;
  rule.weight = 0.25;
  return rule;
}

MetricValue measured(const char* metric, double value) { return {metric, value, false, ""}; }

Policy policy() {
  Policy::Fields result;
  result.id = "test";
  result.version = "3";
  result.metrics = {response_rule(), thd_rule()};
  return Policy(result);
}

/// What the constructor says of policy() after `change`.
template <typename Change>
std::string refusal(const Change& change) {
  Policy::Fields fields = policy().fields();
  change(fields);
  try {
    const Policy made(fields);
    return "";
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
}

TEST(Policy, RefusesWhatCouldLeadAScoreOutOfItsRange) {
  using Fields = Policy::Fields;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal([](Fields&) {}), "");
  EXPECT_THAT(refusal([](Fields& f) { f.id = ""; }), HasSubstr("bad-policy"));
  EXPECT_THAT(refusal([](Fields& f) { f.smoothing_octaves = 2.0; }), HasSubstr("smoothing_octaves 2"));
  EXPECT_THAT(refusal([](Fields& f) { f.unable_to_evaluate = 1.5; }), HasSubstr("unable_to_evaluate 1.5"));
  EXPECT_THAT(refusal([](Fields& f) { f.least_coverage = -0.1; }), HasSubstr("least_coverage -0.1"));
  EXPECT_THAT(refusal([](Fields& f) { f.region_weights = {}; }), HasSubstr("region_weights"));
  EXPECT_THAT(refusal([](Fields& f) { f.region_weights = {{20.0, 0.0}, {200.0, 0.0}}; }), HasSubstr("region_weights"));
  EXPECT_THAT(refusal([](Fields& f) { f.region_weights = {{200.0, 1.0}, {20.0, 1.0}}; }), HasSubstr("20 Hz"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics.clear(); }), HasSubstr("no metric"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics.push_back(thd_rule()); }), HasSubstr("a second time"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].metric = ""; }), HasSubstr("its name"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].weight = -1.0; }), HasSubstr("weight -1"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].weight = kNan; }), HasSubstr("weight"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].tolerance = -1.0; }), HasSubstr("tolerance -1"));
  EXPECT_THAT(refusal([](Fields& f) { std::swap(f.metrics[0].best, f.metrics[0].problematic); }), HasSubstr("best 5"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].problematic = kNan; }), HasSubstr("finite"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].knots = {{6.0, 0.5}}; }), HasSubstr("knot"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[0].knots = {{2.0, 1.5}}; }), HasSubstr("knot"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[1].best = 0.0; }), HasSubstr("logarithmic"));
  EXPECT_THAT(refusal([](Fields& f) { f.metrics[1].start_hz = -5.0; }), HasSubstr("band"));
  EXPECT_THAT(refusal([](Fields& f) {
                f.metrics[1].start_hz = 200.0;
                f.metrics[1].stop_hz = 100.0;
              }),
              HasSubstr("band"));
}

TEST(MetricScore, RunsFromOneToZeroThroughItsKnots) {
  MetricRule rule = response_rule();
  rule.knots = {{2.0, 0.9}, {3.0, 0.4}};
  EXPECT_EQ(metric_score(rule, 0.2), 1.0);
  EXPECT_EQ(metric_score(rule, 1.0), 1.0);
  EXPECT_NEAR(metric_score(rule, 1.5), 0.95, 1e-15);
  EXPECT_NEAR(metric_score(rule, 2.0), 0.9, 1e-15);
  EXPECT_NEAR(metric_score(rule, 2.5), 0.65, 1e-15);
  EXPECT_NEAR(metric_score(rule, 4.0), 0.2, 1e-15);
  EXPECT_EQ(metric_score(rule, 5.0), 0.0);
  EXPECT_EQ(metric_score(rule, 50.0), 0.0);
}

TEST(MetricScore, IsLinearInTheLogarithmWhereTheRuleSaysSo) {
  EXPECT_NEAR(metric_score(thd_rule(), 0.05 * std::sqrt(10.0)), 0.5, 1e-12);
  EXPECT_EQ(metric_score(thd_rule(), 0.0), 1.0);
}

TEST(MetricScore, TurnsRoundWhereMoreIsBetter) {
  MetricRule rule;
  rule.metric = "isolation";
  rule.best = 30.0;
  rule.problematic = 10.0;
  EXPECT_EQ(metric_score(rule, 35.0), 1.0);
  EXPECT_NEAR(metric_score(rule, 25.0), 0.75, 1e-15);
  EXPECT_EQ(metric_score(rule, 5.0), 0.0);
}

TEST(ScientificValidity, WeighsTheMetricsThatWereMeasured) {
  const Score both = scientific_validity(policy(), {measured("thd", 0.5), measured("response_deviation", 3.0)});
  EXPECT_NEAR(both.value(), 0.5 * 1.0 / 1.25, 1e-15);
  ASSERT_EQ(both.fields().terms.size(), 2U);
  EXPECT_EQ(both.fields().terms[0].quantity, 3.0);
  EXPECT_EQ(both.fields().terms[0].unit, "dB");
  EXPECT_EQ(both.fields().model, "scientific-validity");
  EXPECT_EQ(both.fields().version, "test 3");
  const Score one = scientific_validity(policy(), {measured("response_deviation", 3.0)});
  EXPECT_NEAR(one.value(), 0.5, 1e-15);
  ASSERT_EQ(one.fields().reasons.size(), 1U);
  EXPECT_THAT(one.fields().reasons[0].message, HasSubstr("thd"));
}

TEST(ScientificValidity, IsUnableToEvaluateWithoutAFigureThatThePolicyNames) {
  for (const std::vector<MetricValue>& values :
       {std::vector<MetricValue>{}, std::vector<MetricValue>{measured("isolation", 20.0)}}) {
    const Score score = scientific_validity(policy(), values, true);
    EXPECT_EQ(score.value(), 0.5);
    ASSERT_EQ(score.fields().terms.size(), 1U);
    EXPECT_EQ(score.fields().terms[0].name, "unable to evaluate");
  }
}

TEST(ScientificValidity, IsPublishedInTenthsHalfAway) {
  EXPECT_EQ(scientific_validity(policy(), {measured("response_deviation", 2.4)}).fields().published, 0.7);  // 0.65
  EXPECT_EQ(scientific_validity(policy(), {measured("response_deviation", 4.8)}).fields().published, 0.1);  // 0.05
}

TEST(ScientificValidity, SaysThatAnUpperBoundCountsAsItsBound) {
  const Score bound = scientific_validity(policy(), {{"thd", 0.1, true, "94 dB SPL"}});
  const Score figure = scientific_validity(policy(), {{"thd", 0.1, false, "94 dB SPL"}});
  EXPECT_EQ(bound.value(), figure.value());
  EXPECT_THAT(bound.fields().terms[0].note, HasSubstr("at most"));
  EXPECT_THAT(bound.fields().terms[0].note, HasSubstr("94 dB SPL"));
  EXPECT_THAT(figure.fields().terms[0].note, testing::Not(HasSubstr("at most")));
}

TEST(ScientificValidity, MovesManufacturerDataTowardsOneHalfAndNeverAcross) {
  const auto moved = [](double deviation_db) {
    return scientific_validity(policy(), {measured("response_deviation", deviation_db)}, true).value();
  };
  EXPECT_NEAR(moved(1.0), 0.9, 1e-15);
  EXPECT_NEAR(moved(5.0), 0.1, 1e-15);
  EXPECT_NEAR(moved(2.8), 0.5, 1e-15);  // 0.55
  EXPECT_NEAR(moved(3.2), 0.5, 1e-15);  // 0.45
}

TEST(ScientificValidity, ValueAloneIsTheScoresToTheLastBit) {
  for (const double deviation : {0.5, 1.7, 2.9, 4.2, 6.0}) {
    for (const bool manufacturer : {false, true}) {
      const std::vector<MetricValue> one = {measured("response_deviation", deviation)};
      const std::vector<MetricValue> two = {measured("response_deviation", deviation),
                                            measured("thd", 0.07 * deviation)};
      const std::vector<double> drawn = {deviation};
      for (const auto& figures : {one, two}) {
        std::vector<MetricValue> before = figures;
        before[0].value = 3.3;  // any: the drawn one counts
        EXPECT_THAT(scientific_validity_values(policy(), before, "response_deviation", drawn, manufacturer),
                    testing::ElementsAre(scientific_validity(policy(), figures, manufacturer).value()));
      }
    }
  }
  const std::vector<double> drawn = {1.0, 2.0};
  EXPECT_THAT(scientific_validity_values(policy(), {}, "response_deviation", drawn),
              testing::Each(scientific_validity(policy(), {}).value()));
}

TEST(ScientificValidity, RefusesFiguresThatAreNotOne) {
  EXPECT_THROW(static_cast<void>(scientific_validity(policy(), {measured("thd", 0.1), measured("thd", 0.2)})), Error);
  EXPECT_THROW(
      static_cast<void>(scientific_validity(policy(), {measured("thd", std::numeric_limits<double>::quiet_NaN())})),
      Error);
}

TEST(BundledPolicies, CarryTheirFileNameAsIdAndTheDefaultIsThere) {
  const std::vector<std::string> ids = bundled_policy_ids();
  EXPECT_THAT(ids, testing::Contains("audioreview-2026"));
  for (const std::string& id : ids) EXPECT_EQ(bundled_policy(id).fields().id, id);
}

TEST(BundledPolicies, HaveTheLevelsOfTheReviewSite) {
  const Policy bundled = bundled_policy("audioreview-2026");
  ASSERT_EQ(bundled.metrics().size(), known_metrics().size());
  const auto score = [&](const std::string& metric, double value) {
    for (const MetricRule& rule : bundled.metrics()) {
      if (rule.metric == metric) return metric_score(rule, value);
    }
    return -1.0;
  };
  EXPECT_EQ(score("response_deviation", 1.0), 1.0);
  EXPECT_NEAR(score("response_deviation", 3.0), 0.5, 1e-15);
  EXPECT_EQ(score("response_deviation", 5.0), 0.0);
  EXPECT_EQ(score("thd", 0.05), 1.0);
  EXPECT_EQ(score("thd", 0.5), 0.0);
  EXPECT_EQ(score("isolation", 30.0), 1.0);
  EXPECT_EQ(score("isolation", 10.0), 0.0);
  EXPECT_EQ(score("signal_to_noise", 100.0), 1.0);
  EXPECT_EQ(score("signal_to_noise", 70.0), 0.0);
  EXPECT_EQ(score("channel_balance", 1.0), 1.0);
  EXPECT_EQ(bundled.fields().smoothing_octaves, 1.0 / 3.0);
  EXPECT_EQ(bundled.fields().region_weights.size(), 6U);
}

TEST(BundledPolicies, SuggestTheNearestIdForAnotherOne) {
  try {
    static_cast<void>(bundled_policy("audioreview-2025"));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "unknown-policy");
    EXPECT_THAT(refusal.what(), HasSubstr("audioreview-2026"));
  }
}

}  // namespace
}  // namespace headscore
