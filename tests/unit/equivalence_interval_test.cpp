// Equivalence with intervals, and with metrics that one side lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headscore/catalog.hpp"

namespace headscore {
namespace {

using testing::HasSubstr;

Policy policy(double tolerance = 0.0) {
  Policy::Fields policy;
  policy.id = "test";
  policy.version = "1";
  MetricRule deviation;
  deviation.metric = "response_deviation";
  deviation.best = 1.0;
  deviation.problematic = 5.0;
  deviation.tolerance = tolerance;
  MetricRule isolation;
  isolation.metric = "isolation";
  isolation.best = 30.0;
  isolation.problematic = 10.0;
  policy.metrics = {deviation, isolation};
  return Policy(policy);
}

MetricValue figure(const char* metric, double value, double half_width = 0.0) {
  MetricValue figure{metric, value, false, ""};
  if (half_width > 0.0) figure.interval = Interval{value - half_width, value + half_width, 0.9, "test"};
  return figure;
}

Candidate candidate(const char* name, double amount, std::vector<MetricValue> metrics) {
  Candidate one;
  one.name = name;
  one.form = FormFactor::kOverEar;
  one.price = Price(amount, "USD", "2025-07-31");
  one.metrics = std::move(metrics);
  return one;
}

EquivalenceVerdict compared(MetricValue wanted, MetricValue offered, const EquivalenceOptions& options = {},
                            double tolerance = 0.0) {
  return equivalence(candidate("p", 200, {std::move(wanted)}), candidate("c", 100, {std::move(offered)}),
                     policy(tolerance), options);
}

Degree degree(double wanted, double wanted_half, double offered, double offered_half,
              const char* metric = "response_deviation", double tolerance = 0.0) {
  return compared(figure(metric, wanted, wanted_half), figure(metric, offered, offered_half), {}, tolerance)
      .metrics.at(0)
      .degree;
}

TEST(EquivalenceIntervals, AreSurelyNotDistinguishableOrNot) {
  EXPECT_EQ(degree(3, 0.5, 2, 0.5), Degree::kSurely);  // 2.5 is the worst of one and the best of the other
  EXPECT_EQ(degree(3, 0.5, 2.1, 0.5), Degree::kIndistinguishable);
  EXPECT_EQ(degree(3, 0.5, 4, 0.5), Degree::kIndistinguishable);
  EXPECT_EQ(degree(3, 0.5, 4.1, 0.5), Degree::kNot);
  EXPECT_EQ(degree(3, 0, 3, 0), Degree::kSurely);
  EXPECT_EQ(degree(3, 0, 3.1, 0), Degree::kNot);
}

TEST(EquivalenceIntervals, TurnWithTheDirectionOfTheMetric) {
  EXPECT_EQ(degree(20, 1, 22, 1, "isolation"), Degree::kSurely);
  EXPECT_EQ(degree(20, 1, 19, 1, "isolation"), Degree::kIndistinguishable);
  EXPECT_EQ(degree(20, 1, 17, 0.5, "isolation"), Degree::kNot);
}

TEST(EquivalenceIntervals, AreWidenedByTheTolerance) {
  EXPECT_EQ(degree(3, 0.5, 2.25, 0.5, "response_deviation", 0.25), Degree::kSurely);
  EXPECT_EQ(degree(3, 0.5, 4.25, 0.5, "response_deviation", 0.25), Degree::kIndistinguishable);
  EXPECT_EQ(degree(3, 0.5, 4.5, 0.5, "response_deviation", 0.25), Degree::kNot);
}

TEST(EquivalenceIntervals, CountAsEquivalentUnlessItMustBeSure) {
  const MetricValue wanted = figure("response_deviation", 3, 0.5);
  const MetricValue near = figure("response_deviation", 3.2, 0.5);
  const EquivalenceVerdict verdict = compared(wanted, near);
  EXPECT_EQ(verdict.verdict, Equivalence::kAtLeastAsGood);
  EXPECT_FALSE(verdict.surely);
  EXPECT_THAT(verdict.reasons.at(0).message,
              HasSubstr("3.2 (2.7..3.7) against 3 (2.5..3.5): not distinguishable from"));
  const EquivalenceVerdict strict = compared(wanted, near, {.only_surely = true});
  EXPECT_EQ(strict.verdict, Equivalence::kUndecidable);
  EXPECT_EQ(strict.reasons.at(0).code, "metric-not-distinguishable");
  EXPECT_TRUE(compared(wanted, figure("response_deviation", 2, 0.5), {.only_surely = true}).surely);
}

TEST(EquivalenceMissing, IsUndecidableOnEitherSideByDefault) {
  const Candidate both = candidate("both", 100, {figure("response_deviation", 2), figure("isolation", 20)});
  const Candidate one = candidate("one", 100, {figure("response_deviation", 2)});
  EXPECT_EQ(equivalence(both, one, policy()).verdict, Equivalence::kUndecidable);
  EXPECT_EQ(equivalence(both, one, policy()).reasons.at(0).message, "no isolation is known of one");
  EXPECT_EQ(equivalence(one, both, policy()).verdict, Equivalence::kUndecidable);
  EXPECT_EQ(equivalence(one, one, policy()).verdict, Equivalence::kAtLeastAsGood);
}

TEST(EquivalenceMissing, FollowsThePolicy) {
  const Candidate both = candidate("both", 100, {figure("response_deviation", 2), figure("isolation", 20)});
  const Candidate one = candidate("one", 100, {figure("response_deviation", 2)});
  const Candidate other = candidate("other", 100, {figure("isolation", 20)});
  const EquivalenceOptions ignored{.missing = MissingMetrics::kIgnored};
  EXPECT_EQ(equivalence(both, one, policy(), ignored).verdict, Equivalence::kAtLeastAsGood);
  EXPECT_EQ(equivalence(one, both, policy(), ignored).verdict, Equivalence::kAtLeastAsGood);
  EXPECT_EQ(equivalence(one, other, policy(), ignored).verdict, Equivalence::kUndecidable);
  const EquivalenceOptions worse{.missing = MissingMetrics::kWorse};
  EXPECT_EQ(equivalence(both, one, policy(), worse).verdict, Equivalence::kWorse);
  EXPECT_EQ(equivalence(one, both, policy(), worse).verdict, Equivalence::kAtLeastAsGood);
}

TEST(Search, NamesTheCheapestAndTheCheapestThatIsSure) {
  const Candidate product = candidate("p", 246, {figure("response_deviation", 3, 0.5)});
  const SearchAnswer answer = cheapest_equivalent(product,
                                                  {candidate("near", 120, {figure("response_deviation", 3.2, 0.5)}),
                                                   candidate("sure", 133, {figure("response_deviation", 1.5, 0.5)}),
                                                   candidate("bad", 50, {figure("response_deviation", 5, 0.2)})},
                                                  policy());
  ASSERT_EQ(answer.kind, SearchAnswer::Kind::kFound);
  EXPECT_EQ(answer.comparator->candidate.name, "near");
  ASSERT_TRUE(answer.sure);
  EXPECT_EQ(answer.sure->candidate.name, "sure");
  EXPECT_EQ(answer.worse.size(), 1U);
  const Score score = cost_performance(product, answer);
  EXPECT_EQ(score.fields().published, 0.5);
  bool told = false;
  for (const Reason& reason : score.fields().reasons)
    told =
        told || (reason.code == "not-distinguishable" && reason.message.find("sure at 133 USD") != std::string::npos);
  EXPECT_TRUE(told);
}

TEST(Search, FindsTheModelCaseOnlyWithoutTheBalancedConnection) {
  Candidate sony = candidate("Sony MDR-1AM2", 246, {figure("response_deviation", 2.5)});
  sony.functions = {"balanced-connection"};
  const std::vector<Candidate> all = {sony, candidate("AKG K371", 133, {figure("response_deviation", 1.2)})};
  EXPECT_EQ(cheapest_equivalent(sony, all, policy()).kind, SearchAnswer::Kind::kNoCheaperEquivalent);
  const Score score =
      cost_performance(sony, all, policy(), EquivalenceOptions{.ignored_functions = {"balanced-connection"}});
  EXPECT_EQ(score.fields().published, 0.5);
  EXPECT_EQ(score.fields().terms.at(0).note, "133 USD / 246 USD = 0.54");
}

TEST(Search, PutsRunnersUpOfTheSameFormThatMissByLeastFirst) {
  Candidate other_form = candidate("other form", 10, {figure("response_deviation", 1)});
  other_form.form = FormFactor::kInEar;
  Candidate two = candidate("two reasons", 20, {figure("response_deviation", 4)});
  Candidate product = candidate("p", 200, {figure("response_deviation", 2)});
  product.functions = {"anc"};
  Candidate one = candidate("one reason", 30, {figure("response_deviation", 4)});
  one.functions = {"anc"};
  const SearchAnswer answer = cheapest_equivalent(product, {other_form, two, one}, policy());
  std::string names;
  for (const Judged* judged : runners_up(answer.worse)) names += judged->candidate.name + "; ";
  EXPECT_EQ(names, "one reason; two reasons; other form; ");
}

}  // namespace
}  // namespace headscore
