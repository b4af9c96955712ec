#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "headscore/catalog.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

using testing::HasSubstr;

MetricRule rule(const std::string& metric, double best, double problematic, double tolerance = 0.0) {
  MetricRule result;
  result.metric = metric;
  result.best = best;
  result.problematic = problematic;
  result.tolerance = tolerance;
  return result;
}

Policy policy() {
  Policy::Fields result;
  result.id = "test";
  result.version = "1";
  result.metrics = {rule("response_deviation", 1.0, 5.0, 0.1), rule("isolation", 30.0, 10.0)};
  return Policy(result);
}

Candidate candidate(const std::string& name, std::optional<double> amount, std::vector<MetricValue> metrics,
                    std::set<std::string> functions = {}) {
  Candidate result;
  result.name = name;
  result.form = FormFactor::kOverEar;
  if (amount) result.price = Price(*amount, "USD");
  result.functions = std::move(functions);
  result.metrics = std::move(metrics);
  return result;
}

MetricValue deviation(double value, bool bound = false) { return {"response_deviation", value, bound, ""}; }
MetricValue isolation(double value, bool bound = false) { return {"isolation", value, bound, ""}; }

Score named(double comparator, double price) {
  return cost_performance(Price(price, "USD"), {"other", Price(comparator, "USD")});
}

bool has_reason(const Score& score, const std::string& code, const std::string& part) {
  const std::vector<Reason>& reasons = score.fields().reasons;
  return std::any_of(reasons.begin(), reasons.end(), [&](const Reason& reason) {
    return reason.code == code && reason.message.find(part) != std::string::npos;
  });
}

std::string code_of(const std::string& text) {
  try {
    static_cast<void>(comparator_from(text, "USD"));
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

TEST(Comparator, IsParsedWithCurrencyAndDateOrWithout) {
  EXPECT_EQ(comparator_from("AKG K371=133", "EUR").price.currency(), "EUR");
  EXPECT_EQ(comparator_from("AKG K371=133", "EUR").name, "AKG K371");
  EXPECT_EQ(comparator_from("A=B=133 USD", "EUR").name, "A=B");
  const Comparator full = comparator_from(" AKG K371 = 133.50 USD @ 2025-07-31 ", "EUR");
  EXPECT_EQ(full.name, "AKG K371");
  EXPECT_EQ(full.price.amount(), 133.5);
  EXPECT_EQ(full.price.currency(), "USD");
  EXPECT_EQ(full.price.date(), "2025-07-31");
  EXPECT_EQ(comparator_from("A=133@2025-07-31", "EUR").price.date(), "2025-07-31");
  EXPECT_EQ(comparator_from("A=133EUR", "USD").price.currency(), "EUR");
}

TEST(Comparator, IsRefusedWithACodeForEachDefect) {
  for (const std::string text : {"", "AKG", "=133", " =133", "A=", "A=USD", "A=$133", "A=1,299", "A=133 5"})
    EXPECT_EQ(code_of(text), "bad-comparator") << text;
  EXPECT_EQ(code_of("A=0"), "bad-price");
  EXPECT_EQ(code_of("A=-3"), "bad-price");
  EXPECT_EQ(code_of("A=inf"), "bad-price");
  EXPECT_EQ(code_of("A=133 usd"), "bad-currency");
  EXPECT_EQ(code_of("A=133 USD@yesterday"), "bad-date");
}

TEST(CostPerformance, IsTheRatioOfThePricesRoundedHalfUp) {
  EXPECT_EQ(named(133, 246).fields().published, 0.5);
  EXPECT_NEAR(named(133, 246).value(), 0.5407, 1e-4);
  EXPECT_EQ(named(67, 87).fields().published, 0.8);
  EXPECT_EQ(named(65, 100).fields().published, 0.7);
  EXPECT_EQ(named(85, 100).fields().published, 0.9);
  EXPECT_EQ(named(25, 100).fields().published, 0.3);
  EXPECT_EQ(named(100, 100).fields().published, 1.0);
  EXPECT_EQ(named(1, 100).fields().published, 0.0);
}

TEST(CostPerformance, StatesItsEquation) {
  EXPECT_EQ(named(133, 246).fields().terms[0].note, "133 USD / 246 USD = 0.54");
  EXPECT_EQ(named(129.99, 246).fields().terms[0].note, "129.99 USD / 246 USD = 0.53");
  EXPECT_EQ(named(67, 87).fields().terms[0].note, "67 USD / 87 USD = 0.77");
  EXPECT_EQ(named(648, 1000).fields().terms[0].note,
            "648 USD / 1000 USD = 0.648");  // 0.65 would contradict the published 0.6
  EXPECT_EQ(named(100, 100).fields().terms.size(), 1U);
}

TEST(CostPerformance, IsCappedAtOneWhenTheComparatorCostsMore) {
  const Score score = named(300, 246);
  EXPECT_EQ(score.value(), 1.0);
  EXPECT_EQ(score.fields().published, 1.0);
  ASSERT_EQ(score.fields().terms.size(), 2U);
  EXPECT_EQ(score.fields().terms[1].name, "capped at 1");
  EXPECT_EQ(named(1e9, 0.07).value(), 1.0);
}

TEST(CostPerformance, RefusesTwoCurrencies) {
  try {
    static_cast<void>(cost_performance(Price(246, "USD"), {"other", Price(133, "EUR")}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "different-currencies");
    EXPECT_STREQ(error.what(), "found prices of 133 EUR and 246 USD, wanted one currency");
  }
}

TEST(CostPerformance, SaysWhenThePricesAreOfDifferentDays) {
  const Score score = cost_performance(Price(246, "USD", "2025-07-31"), {"other", Price(133, "USD", "2024-01-02")});
  EXPECT_TRUE(has_reason(score, "price-dates-differ", "2024-01-02 and 2025-07-31"));
}

TEST(Equivalence, NeedsTheSameFormAndEveryFunctionThatIsNotIgnored) {
  const Candidate product = candidate("p", 200, {deviation(2)}, {"anc", "foldable"});
  Candidate other = candidate("c", 100, {deviation(2)}, {"anc"});
  EXPECT_EQ(equivalence(product, other, policy()).verdict, Equivalence::kWorse);
  EXPECT_EQ(equivalence(product, other, policy(), {.ignored_functions = {"foldable"}}).verdict,
            Equivalence::kAtLeastAsGood);
  other.form = FormFactor::kInEar;
  EXPECT_EQ(equivalence(product, other, policy(), {.ignored_functions = {"foldable"}}).verdict, Equivalence::kWorse);
  other.form.reset();
  EXPECT_EQ(equivalence(product, other, policy(), {.ignored_functions = {"foldable"}}).verdict,
            Equivalence::kUndecidable);
}

TEST(Equivalence, ComparesEachMetricInItsOwnDirectionWithinItsTolerance) {
  const Candidate product = candidate("p", 200, {deviation(2), isolation(20)});
  const auto verdict = [&](double response, double attenuation) {
    return equivalence(product, candidate("c", 100, {deviation(response), isolation(attenuation)}), policy()).verdict;
  };
  EXPECT_EQ(verdict(2.0, 20.0), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(2.05, 20.0), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(2.2, 20.0), Equivalence::kWorse);
  EXPECT_EQ(verdict(1.0, 25.0), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(1.0, 19.9), Equivalence::kWorse);
}

TEST(Equivalence, IsUndecidableForAMissingMetricUnlessSomethingFailed) {
  const Candidate product = candidate("p", 200, {deviation(2), isolation(20)});
  EXPECT_EQ(equivalence(product, candidate("c", 100, {deviation(1)}), policy()).verdict, Equivalence::kUndecidable);
  EXPECT_EQ(equivalence(product, candidate("c", 100, {deviation(3)}), policy()).verdict, Equivalence::kWorse);
  EXPECT_EQ(equivalence(candidate("p", 200, {}), product, policy()).verdict, Equivalence::kUndecidable);
}

TEST(Equivalence, TakesABoundForWhatItProves) {
  const auto verdict = [](MetricValue wanted, MetricValue offered) {
    return equivalence(candidate("p", 200, {std::move(wanted)}), candidate("c", 100, {std::move(offered)}), policy())
        .verdict;
  };
  EXPECT_EQ(verdict(deviation(2, true), deviation(2)), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(deviation(2, true), deviation(3)), Equivalence::kWorse);
  EXPECT_EQ(verdict(deviation(2), deviation(2, true)), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(deviation(2), deviation(3, true)), Equivalence::kUndecidable);
  EXPECT_EQ(verdict(isolation(20), isolation(25, true)), Equivalence::kAtLeastAsGood);
  EXPECT_EQ(verdict(isolation(20), isolation(15, true)), Equivalence::kUndecidable);
}

TEST(CostPerformance, TakesTheCheapestEquivalentOfACatalog) {
  const Candidate product = candidate("p", 246, {deviation(2)});
  const std::vector<Candidate> others = {
      candidate("dear", 200, {deviation(1)}), candidate("right", 133, {deviation(1.9)}),
      candidate("worse", 50, {deviation(4)}), candidate("unpriced", std::nullopt, {deviation(1)}),
      candidate("p", 1, {deviation(2)}),      candidate("unknown", 20, {})};
  const Score score = cost_performance(product, others, policy());
  EXPECT_EQ(score.fields().published, 0.5);
  EXPECT_TRUE(has_reason(score, "comparator", "right at 133 USD"));
  EXPECT_TRUE(has_reason(score, "qualifies", "response_deviation 1.9 against 2"));
  EXPECT_TRUE(has_reason(score, "cheaper-but-worse", "worse at 50 USD"));
  EXPECT_TRUE(has_reason(score, "undecidable", "unknown at 20 USD"));
  EXPECT_TRUE(has_reason(score, "no-price", "unpriced"));
}

TEST(CostPerformance, IsOneWithoutACheaperEquivalent) {
  Candidate foreign = candidate("foreign", std::nullopt, {deviation(1)});
  foreign.price = Price(10, "EUR");
  const Score score =
      cost_performance(candidate("p", 246, {deviation(2)}),
                       {candidate("worse", 50, {deviation(4)}), foreign, candidate("dear", 300, {})}, policy());
  EXPECT_EQ(score.value(), 1.0);
  EXPECT_EQ(score.fields().terms[0].name, "no cheaper equivalent");
  EXPECT_TRUE(has_reason(score, "other-currency", "foreign (10 EUR)"));
}

TEST(CostPerformance, IsOneHalfWithoutAPerformanceBaseline) {
  const Score score = cost_performance(candidate("p", 246, {}), {candidate("c", 50, {deviation(1)})}, policy());
  EXPECT_EQ(score.value(), 0.5);
  EXPECT_EQ(score.fields().terms[0].name, "no performance baseline");
}

TEST(CostPerformance, IsRefusedWhenACheaperProductCannotBeJudgedAndNoneQualifies) {
  try {
    static_cast<void>(cost_performance(candidate("p", 246, {deviation(2)}), {candidate("unknown", 20, {})}, policy()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "undecidable-cost-performance");
    EXPECT_THAT(error.what(), HasSubstr("unknown at 20 USD (no response_deviation is known of unknown)"));
  }
}

TEST(CostPerformance, NeedsAPrice) {
  try {
    static_cast<void>(cost_performance(candidate("p", std::nullopt, {deviation(2)}), {}, policy()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "no-price");
  }
}

}  // namespace
}  // namespace headscore
