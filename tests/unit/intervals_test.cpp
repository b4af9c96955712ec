// interval_of() against its definition: all values sorted, linear between the two beside a quantile.
#include "pipeline/intervals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace headscore {
namespace {

double sorted_quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const double above = values[std::min(low + 1, values.size() - 1)];
  return values[low] + (above - values[low]) * (place - static_cast<double>(low));
}

void expect_as_defined(const std::vector<double>& values) {
  const Interval interval = interval_of(values, 3.0, "basis");
  const double tail = 0.5 * (1.0 - 0.9);
  const double median = sorted_quantile(values, 0.5);
  EXPECT_EQ(interval.low, 3.0 + sorted_quantile(values, tail) - median);
  EXPECT_EQ(interval.high, 3.0 + sorted_quantile(values, 1.0 - tail) - median);
  EXPECT_EQ(interval.coverage, 0.9);
  EXPECT_EQ(interval.basis, "basis");
}

TEST(Intervals, AreQuantilesOfTheSortedValuesAboutTheirMedian) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(50.0, 3.0);
  std::cauchy_distribution<double> with_outliers(0.0, 1.0);
  std::uniform_int_distribution<int> few(0, 3);
  const std::vector<std::function<double()>> kinds{
      [&] { return normal(random); }, [&] { return with_outliers(random); },
      [&] { return static_cast<double>(few(random)); }, [&] { return std::exp(5.0 * normal(random)); }};
  for (const auto& draw : kinds) {
    for (const std::size_t count : {1U, 2U, 3U, 20U, 21U, 199U, 200U, 1000U}) {
      std::vector<double> values(count);
      std::generate(values.begin(), values.end(), draw);
      expect_as_defined(values);
    }
  }
}

TEST(Intervals, OfEqualAndOfHardlyDifferentValues) {
  expect_as_defined(std::vector<double>(200, 0.0));
  expect_as_defined({1.0, std::nextafter(1.0, 2.0), 1.0, std::nextafter(1.0, 2.0)});
  expect_as_defined({0.0, std::numeric_limits<double>::denorm_min(), 0.0});
  expect_as_defined({-std::numeric_limits<double>::max(), 0.0, 1.0, std::numeric_limits<double>::max()});
}

}  // namespace
}  // namespace headscore
