#include "pipeline/intervals.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace headscore {
namespace {

constexpr double kIntervalCoverage = 0.90;

/// Linear between the two values next to that share of them; puts them in another order.
double quantile(std::vector<double>& values, double share) {
  const double at = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::ptrdiff_t>(at);
  std::nth_element(values.begin(), values.begin() + low, values.end());
  const double below = values[static_cast<std::size_t>(low)];
  const double above = low + 1 < std::ssize(values) ? *std::min_element(values.begin() + low + 1, values.end()) : below;
  return below + (above - below) * (at - static_cast<double>(low));
}

}  // namespace

Interval interval_of(std::vector<double> values, double value, std::string basis) {
  const double tail = 0.5 * (1.0 - kIntervalCoverage);
  const double median = quantile(values, 0.5);
  return {value + quantile(values, tail) - median, value + quantile(values, 1.0 - tail) - median, kIntervalCoverage,
          std::move(basis)};
}

}  // namespace headscore
