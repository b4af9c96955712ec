#include "pipeline/intervals.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace headscore {
namespace {

constexpr double kIntervalCoverage = 0.90;

using Place = std::vector<double>::iterator;

/// Linear between the two values next to that share of them, which lie between `from` and `to` in the order of size;
/// what is smaller stands before them afterwards, what is larger behind.
double quantile(std::vector<double>& values, double share, Place from, Place to) {
  const double at = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::ptrdiff_t>(at);
  const Place below = values.begin() + low;
  std::nth_element(from, below, to);
  const double above = below + 1 < values.end() ? *std::min_element(below + 1, to) : *below;
  return *below + (above - *below) * (at - static_cast<double>(low));
}

}  // namespace

Interval interval_of(std::vector<double> values, double value, std::string basis) {
  const double tail = 0.5 * (1.0 - kIntervalCoverage);
  const double median = quantile(values, 0.5, values.begin(), values.end());
  const Place middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() - 1) / 2;
  const double low = quantile(values, tail, values.begin(), middle + 1);
  const double high = quantile(values, 1.0 - tail, middle, values.end());
  return {value + low - median, value + high - median, kIntervalCoverage, std::move(basis)};
}

}  // namespace headscore
