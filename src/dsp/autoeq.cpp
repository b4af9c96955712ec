#include "dsp/autoeq.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "dsp/regression.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

/// ISO 3:1973, table 1, column R40: one decade.
constexpr std::array<double, 40> kR40 = {1.00, 1.06, 1.12, 1.18, 1.25, 1.32, 1.40, 1.50, 1.60, 1.70,
                                         1.80, 1.90, 2.00, 2.12, 2.24, 2.36, 2.50, 2.65, 2.80, 3.00,
                                         3.15, 3.35, 3.55, 3.75, 4.00, 4.25, 4.50, 4.75, 5.00, 5.30,
                                         5.60, 6.00, 6.30, 6.70, 7.10, 7.50, 8.00, 8.50, 9.00, 9.50};

Eigen::ArrayXd r40_axis() {
  constexpr Eigen::Index kPoints = 121;  // three decades of 40 and the end
  constexpr std::size_t kRowOfTwo = 12;
  Eigen::ArrayXd frequency_hz(kPoints);
  for (Eigen::Index k = 0; k < kPoints; ++k) {
    const std::size_t row = kRowOfTwo + static_cast<std::size_t>(k);
    // Hundredths are whole numbers, so that 21.2 comes out as the double that is written 21.2.
    double scale = 10.0;
    for (std::size_t decade = row / kR40.size(); decade > 0; --decade) scale *= 10.0;
    frequency_hz[k] = static_cast<double>(std::lround(kR40[row % kR40.size()] * 100.0)) * scale / 100.0;
  }
  return frequency_hz;
}

/// What every call needs of the two axes.
struct Axes {
  PreparedGrid grid{LogGrid::autoeq()};
  PreparedGrid list{r40_axis()};
  InterpolationPlan plan{grid.frequency_hz(), list.frequency_hz(), Extrapolation::kEndSegments};
};

const Axes& axes() {
  static const Axes prepared;
  return prepared;
}

/// Levels of each column (n, k) of curves on (a run of) the grid at the list's frequencies, (121, k).
Eigen::MatrixXd levels_on_list(const Eigen::ArrayXd& frequency_hz, const Eigen::Ref<const Eigen::MatrixXd>& levels_db) {
  std::optional<InterpolationPlan> own;
  if (!axes().plan.fits(frequency_hz)) {
    static_cast<void>(axes().grid.first_row(frequency_hz));  // refuses other grids
    own.emplace(frequency_hz, r40_frequencies_hz(), Extrapolation::kEndSegments);
  }
  Eigen::MatrixXd result(r40_frequencies_hz().size(), levels_db.cols());
  for (Eigen::Index k = 0; k < levels_db.cols(); ++k)
    result.col(k) = (own ? *own : axes().plan).applied(levels_db.col(k).array()).matrix();
  return result;
}

}  // namespace

const Eigen::ArrayXd& r40_frequencies_hz() { return axes().list.frequency_hz(); }

ErrorStatistics autoeq_error_statistics(const Curve& error, const Band& band,
                                        const std::optional<Band>& mean_error_band) {
  check_coverage(error, band);
  const PreparedGrid& list = axes().list;
  const Eigen::MatrixXd levels_db = levels_on_list(error.frequency_hz(), error.magnitude_db().matrix());
  return error_statistics(list, 0, levels_db.col(0).array(), band, mean_error_band);
}

AutoeqSumsStatistics::AutoeqSumsStatistics(Eigen::ArrayXd frequency_hz, const Eigen::MatrixXd& shared_db,
                                           const Eigen::MatrixXd& weights, const Band& band,
                                           const std::optional<Band>& mean_error_band)
    : frequency_hz_(std::move(frequency_hz)),
      on_list_(axes().list, 0, levels_on_list(frequency_hz_, shared_db), weights, band, mean_error_band) {}

StatisticsOfSums AutoeqSumsStatistics::of(const Eigen::Ref<const Eigen::MatrixXd>& own_db) const {
  return on_list_.of(levels_on_list(frequency_hz_, own_db));
}

}  // namespace headscore
