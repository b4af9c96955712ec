// The search of all pairs gives what the search for one product gives, product by product.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "catalog/price_dominance.hpp"
#include "headscore/all_pairs.hpp"

namespace headscore {
namespace {

using Kind = PairResult::Kind;

MetricRule rule(const std::string& metric, double best, double problematic, double tolerance) {
  MetricRule result;
  result.metric = metric;
  result.best = best;
  result.problematic = problematic;
  result.tolerance = tolerance;
  return result;
}

/// What a random catalog is made of: few levels make ties and chains, many make them rare.
struct Recipe {
  int levels = 4;
  bool fine = false;     ///< figures of full precision beside the levels
  double missing = 0.0;  ///< share of metrics that are not known
  double bounds = 0.0;
  double intervals = 0.0;
  double unknown_forms = 0.0;
  double unpriced = 0.0;
  int prices = 20;
};

class RandomCatalog {
 public:
  explicit RandomCatalog(unsigned seed) : random_(seed) {}

  Policy policy() {
    Policy::Fields policy;
    policy.id = "test";
    policy.version = "1";
    const double unit = chance(0.5) ? 0.0 : 0.1 * static_cast<double>(random_() % 12);
    policy.metrics = {rule("response_deviation", 1.0, 5.0, unit), rule("thd", 0.05, 0.5, 0.0),
                      rule("isolation", 30.0, 10.0, unit / 2)};
    if (chance(0.3)) policy.metrics.pop_back();
    return Policy(policy);
  }

  Recipe recipe() {
    Recipe recipe;
    recipe.levels = 2 + static_cast<int>(random_() % 6);
    recipe.fine = chance(0.3);
    recipe.missing = chance(0.5) ? 0.0 : 0.2;
    recipe.bounds = chance(0.6) ? 0.0 : 0.2;
    recipe.intervals = chance(0.5) ? 0.0 : 0.5;
    recipe.unknown_forms = chance(0.7) ? 0.0 : 0.2;
    recipe.unpriced = chance(0.7) ? 0.0 : 0.2;
    recipe.prices = chance(0.3) ? 3 : 40;
    return recipe;
  }

  EquivalenceOptions options() {
    EquivalenceOptions options;
    options.missing = static_cast<MissingMetrics>(random_() % 3);
    options.only_surely = chance(0.3);
    if (chance(0.3)) options.ignored_functions.insert("anc");
    return options;
  }

  Candidate candidate(const Recipe& recipe, int number) {
    Candidate one;
    one.name = "p" + std::to_string(number * 7919 % 1000) + "-" + std::to_string(number);
    if (!chance(recipe.unknown_forms)) one.form = chance(0.2) ? FormFactor::kInEar : FormFactor::kOverEar;
    if (!chance(recipe.unpriced))
      one.price = Price(1.0 + static_cast<double>(random_() % static_cast<unsigned>(recipe.prices)),
                        chance(0.05) ? "EUR" : "USD");
    for (const char* function : {"anc", "foldable", "wireless"}) {
      if (chance(0.3)) one.functions.insert(function);
    }
    for (const char* metric : {"response_deviation", "thd", "isolation"}) {
      if (!chance(recipe.missing)) one.metrics.push_back(figure(recipe, metric));
    }
    return one;
  }

  bool chance(double share) { return std::uniform_real_distribution<double>()(random_) < share; }

 private:
  MetricValue figure(const Recipe& recipe, const std::string& metric) {
    MetricValue value{metric, 0.1 * static_cast<double>(random_() % static_cast<unsigned>(recipe.levels)), false, ""};
    if (recipe.fine) value.value += std::uniform_real_distribution<double>()(random_);
    value.upper_bound = chance(recipe.bounds);
    if (chance(recipe.intervals)) {
      value.interval = Interval{value.value - 0.1 * static_cast<double>(random_() % 3),
                                value.value + 0.1 * static_cast<double>(random_() % 3), 0.9, ""};
    }
    return value;
  }

  std::mt19937 random_;
};

/// The kind, the comparator and the first that cannot be judged, in words.
std::string naive(const Candidate& product, const std::vector<Candidate>& all, const Policy& policy,
                  const EquivalenceOptions& options) {
  if (!product.price || product.price->currency() != "USD") return "no-price";
  const SearchAnswer answer = cheapest_equivalent(product, all, policy, options);
  std::string text(to_string(answer.kind == SearchAnswer::Kind::kFound         ? Kind::kFound
                             : answer.kind == SearchAnswer::Kind::kNoBaseline  ? Kind::kNoBaseline
                             : answer.kind == SearchAnswer::Kind::kUndecidable ? Kind::kUndecidable
                                                                               : Kind::kNoCheaperEquivalent));
  if (answer.comparator) text += " " + answer.comparator->candidate.name;
  if (!answer.undecidable.empty()) text += " ? " + answer.undecidable.front().candidate.name;
  return text;
}

std::string in_words(const PairResult& result, const std::vector<Candidate>& all) {
  std::string text(to_string(result.kind));
  if (result.comparator != kNoIndex) text += " " + all[result.comparator].name;
  if (result.undecidable != kNoIndex) text += " ? " + all[result.undecidable].name;
  return text;
}

TEST(AllPairs, AreWhatTheSearchForEachProductFinds) {
  RandomCatalog random(11);
  std::array<int, 5> kinds{};
  for (int catalog = 0; catalog < 3000; ++catalog) {
    const Policy policy = random.policy();
    const Recipe recipe = random.recipe();
    const EquivalenceOptions options = random.options();
    std::vector<Candidate> all;
    for (int i = 0; i < 24; ++i) all.push_back(random.candidate(recipe, i));
    const std::vector<PairResult> results = all_pairs(product_table(all, "USD"), policy, options);
    ASSERT_EQ(results.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      ++kinds[static_cast<std::size_t>(results[i].kind)];
      ASSERT_EQ(in_words(results[i], all), naive(all[i], all, policy, options))
          << "catalog " << catalog << ", product " << all[i].name;
      if (results[i].kind == Kind::kFound) {
        ASSERT_EQ(results[i].value, cost_performance(*all[i].price, {"c", *all[results[i].comparator].price}).value());
      }
    }
  }
  for (const int count : kinds) EXPECT_GT(count, 100);  // every kind was met
}

/// The definition, word for word.
std::vector<std::uint32_t> by_definition(const DominanceColumns& c) {
  const std::size_t n = c.price.size();
  std::vector<std::uint32_t> answers(n, kNoProduct);
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t j = 0; j < n; ++j) {
      if (!(c.price[j] < c.price[i])) continue;
      if (answers[i] != kNoProduct && c.price[answers[i]] <= c.price[j]) continue;
      bool qualifies = true;
      for (std::size_t m = 0; qualifies && m < c.tolerance.size(); ++m) {
        qualifies = std::isnan(c.wanted[m][i]) || c.offered[m][j] - c.wanted[m][i] <= c.tolerance[m];
      }
      for (std::size_t k = 0; qualifies && k < c.wanted_marks.size(); ++k)
        qualifies = (c.wanted_marks[k][i] & ~c.offered_marks[k][j]) == 0;
      if (qualifies) answers[i] = j;
    }
  }
  return answers;
}

/// `correlation` -1: what is gained in one metric is lost in the others; 1: all alike.
DominanceColumns random_columns(std::mt19937_64& random, std::size_t n, int correlation, int levels, unsigned marks,
                                double tolerance) {
  std::uniform_real_distribution<double> share;
  DominanceColumns c;
  const std::size_t k = random() % 7;
  c.offered.assign(k, std::vector<double>(n));
  c.tolerance.assign(k, tolerance);
  c.offered_marks.assign(marks == 0 ? 0 : 1, std::vector<std::uint64_t>(n));
  for (std::size_t i = 0; i < n; ++i) {
    c.price.push_back(std::floor(share(random) * static_cast<double>(random() % 2 == 0 ? 40 : n)));
    const double base = share(random);
    double sum = 0.0;
    for (auto& column : c.offered) sum += column[i] = share(random);
    for (auto& column : c.offered) {
      if (correlation < 0) column[i] /= sum;
      if (correlation > 0) column[i] = 0.9 * base + 0.1 * column[i];
      if (levels > 0) column[i] = std::floor(column[i] * levels) / 10.0;
      if (random() % 50 == 0) column[i] = std::numeric_limits<double>::quiet_NaN();
    }
    for (auto& column : c.offered_marks)
      column[i] = random() & random() & (marks == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << marks) - 1);
  }
  c.wanted = c.offered;
  c.wanted_marks = c.offered_marks;
  return c;
}

TEST(PriceDominance, IsTheDefinitionOnCatalogsOfManySizes) {
  std::mt19937_64 random(5);
  std::size_t found = 0;
  std::size_t none = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t n = 1 + random() % (round % 100 == 0 ? 3000 : 150);
    const int correlation = static_cast<int>(random() % 3) - 1;
    const int levels = random() % 2 == 0 ? 0 : 1 + static_cast<int>(random() % 12);
    const unsigned marks = std::array<unsigned, 4>{0, 3, 12, 64}[random() % 4];
    const DominanceColumns columns =
        random_columns(random, n, correlation, levels, marks, random() % 2 == 0 ? 0.0 : 0.1);
    const std::vector<std::uint32_t> answers = cheapest_dominators(columns);
    ASSERT_EQ(answers, by_definition(columns)) << "round " << round << ", " << n << " products";
    const auto without = static_cast<std::size_t>(std::count(answers.begin(), answers.end(), kNoProduct));
    none += without;
    found += n - without;
  }
  EXPECT_GT(found, 10000U);
  EXPECT_GT(none, 10000U);
}

TEST(PriceDominance, IsTheDefinitionBeyondTheLargestTile) {
  std::mt19937_64 random(6);
  for (const int correlation : {-1, 0, 1}) {
    const std::size_t n = 40000;
    DominanceColumns columns = random_columns(random, n, correlation, 0, 12, 0.01);
    columns.asks.assign(n, false);
    for (int i = 0; i < 300; ++i) columns.asks[random() % n] = true;
    const std::vector<std::uint32_t> answers = cheapest_dominators(columns);
    DominanceColumns asked = columns;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (!columns.asks[i]) continue;
      std::uint32_t best = kNoProduct;
      for (std::uint32_t j = 0; j < n; ++j) {
        if (!(columns.price[j] < columns.price[i]) || (best != kNoProduct && columns.price[best] <= columns.price[j]))
          continue;
        bool qualifies = (columns.wanted_marks[0][i] & ~columns.offered_marks[0][j]) == 0;
        for (std::size_t m = 0; qualifies && m < columns.tolerance.size(); ++m) {
          qualifies =
              std::isnan(columns.wanted[m][i]) || columns.offered[m][j] - columns.wanted[m][i] <= columns.tolerance[m];
        }
        if (qualifies) best = j;
      }
      ASSERT_EQ(answers[i], best) << "correlation " << correlation << ", product " << i;
    }
  }
}

}  // namespace
}  // namespace headscore
