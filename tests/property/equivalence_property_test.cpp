#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "headscore/catalog.hpp"

namespace headscore {
namespace {

const std::vector<std::string> kMetrics = {"response_deviation", "thd", "isolation"};

MetricRule rule(const std::string& metric, double best, double problematic) {
  MetricRule result;
  result.metric = metric;
  result.best = best;
  result.problematic = problematic;
  return result;
}

Policy exact_policy() {
  Policy::Fields policy;
  policy.id = "test";
  policy.version = "1";
  policy.metrics = {rule("response_deviation", 1.0, 5.0), rule("thd", 0.05, 0.5), rule("isolation", 30.0, 10.0)};
  return Policy(policy);
}

/// Few levels, so that chains of three are common.
Candidate random_candidate(std::mt19937& random) {
  Candidate result;
  result.name = std::to_string(random());
  result.form = random() % 8 == 0 ? FormFactor::kInEar : FormFactor::kOverEar;
  result.price = Price(1.0 + static_cast<double>(random() % 1000), "USD");
  if (random() % 3 == 0) result.functions.insert("anc");
  for (const std::string& metric : kMetrics) {
    if (metric == kMetrics[0] || random() % 2 == 0)
      result.metrics.push_back({metric, static_cast<double>(random() % 4), random() % 4 == 0, ""});
  }
  return result;
}

TEST(Equivalence, IsReflexive) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const Candidate product = random_candidate(random);
    EXPECT_EQ(equivalence(product, product, exact_policy()).verdict, Equivalence::kAtLeastAsGood);
  }
}

TEST(Equivalence, IsTransitiveWithoutTolerance) {
  std::mt19937 random(2);
  std::vector<Candidate> all;
  for (int i = 0; i < 60; ++i) all.push_back(random_candidate(random));
  const Policy policy = exact_policy();
  const auto covers = [&](const Candidate& a, const Candidate& b) {
    return equivalence(b, a, policy).verdict == Equivalence::kAtLeastAsGood;
  };
  int chains = 0;
  for (const Candidate& a : all) {
    for (const Candidate& b : all) {
      if (&a == &b || !covers(a, b)) continue;
      for (const Candidate& c : all) {
        if (&b == &c || !covers(b, c)) continue;
        ++chains;
        EXPECT_TRUE(covers(a, c));
      }
    }
  }
  EXPECT_GT(chains, 100);
}

TEST(CostPerformance, FallsWithThePriceAndRisesWithTheComparators) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> amount(0.01, 5000.0);
  for (int i = 0; i < 1000; ++i) {
    const double price = amount(random);
    const double dearer = price * 1.1;
    const Comparator comparator{"c", Price(amount(random), "USD")};
    const double score = cost_performance(Price(price, "USD"), comparator).value();
    EXPECT_LE(cost_performance(Price(dearer, "USD"), comparator).value(), score);
    EXPECT_GE(cost_performance(Price(price, "USD"), {"c", Price(comparator.price.amount() * 1.1, "USD")}).value(),
              score);
    EXPECT_GT(score, 0.0);
    EXPECT_LE(score, 1.0);
  }
}

TEST(CostPerformance, OfASearchDoesNotDependOnTheOrderOfTheCandidates) {
  std::mt19937 random(4);
  for (int i = 0; i < 50; ++i) {
    std::vector<Candidate> all;
    for (int k = 0; k < 20; ++k) all.push_back(random_candidate(random));
    for (Candidate& one : all) one.metrics = {{kMetrics[0], static_cast<double>(random() % 6), false, ""}};
    const Candidate product = all.front();
    const double before = cost_performance(product, all, exact_policy()).value();
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_EQ(cost_performance(product, all, exact_policy()).value(), before);
  }
}

}  // namespace
}  // namespace headscore
