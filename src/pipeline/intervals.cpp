#include "pipeline/intervals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

namespace headscore {
namespace {

constexpr double kIntervalCoverage = 0.90;

/// Values by their place in the order of size. They are parted into classes of equal width first, so that only the few
/// of one class are sorted for a place.
class Ordered {
 public:
  explicit Ordered(const std::vector<double>& values) : values_(values.size()) {
    const auto [least, largest] = std::minmax_element(values.begin(), values.end());
    const double width = *largest - *least;
    const double per_class = static_cast<double>(kClasses) / width;
    std::vector<std::uint8_t> classes(values.size());
    if (std::isfinite(width) && std::isfinite(per_class)) {
      std::transform(values.begin(), values.end(), classes.begin(), [&, least = *least](double value) {
        return static_cast<std::uint8_t>(std::min((value - least) * per_class, kClasses - 1.0));
      });
    }
    for (const std::uint8_t number : classes) ++stop_[number];
    std::partial_sum(stop_.begin(), stop_.end(), stop_.begin());
    std::array<std::size_t, kClasses> next{};
    std::copy(stop_.begin(), stop_.end() - 1, next.begin() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) values_[next[classes[i]]++] = values[i];
  }

  /// Linear between the two values next to that share of them.
  double quantile(double share) {
    const double place = share * static_cast<double>(values_.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const double below = at(low);
    const double above = at(std::min(low + 1, values_.size() - 1));
    return below + (above - below) * (place - static_cast<double>(low));
  }

 private:
  static constexpr std::size_t kClasses = 64;

  double at(std::size_t place) {
    const auto stop = std::upper_bound(stop_.begin(), stop_.end(), place);
    const std::size_t first = stop == stop_.begin() ? 0 : *(stop - 1);
    const auto begin = values_.begin();
    std::sort(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(*stop));
    return values_[place];
  }

  std::vector<double> values_;                ///< by class
  std::array<std::size_t, kClasses> stop_{};  ///< values up to the end of each class
};

}  // namespace

Interval interval_of(const std::vector<double>& values, double value, std::string basis) {
  const double tail = 0.5 * (1.0 - kIntervalCoverage);
  Ordered ordered(values);
  const double median = ordered.quantile(0.5);
  return {value + ordered.quantile(tail) - median, value + ordered.quantile(1.0 - tail) - median, kIntervalCoverage,
          std::move(basis)};
}

}  // namespace headscore
