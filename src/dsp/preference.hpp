// Harman's linear preference models: what all of them share, whatever their coefficients and their frequencies are.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <utility>
#include <vector>

#include "dsp/regression.hpp"
#include "headscore/curve.hpp"
#include "headscore/score.hpp"
#include "values/row_span.hpp"

namespace headscore {

/// PPR = intercept - per_deviation * SD - per_slope * |slope| - per_mean_error * ME. All points, or points per unit of
/// the quantity.
struct PreferenceCoefficients {
  double intercept = 0.0;
  double per_deviation = 0.0;            ///< points per dB of standard deviation
  double per_slope = 0.0;                ///< points per dB/ln Hz
  std::optional<double> per_mean_error;  ///< points per dB of mean |e|; absent in the over-ear model
};

/// The error curve in the numbers that the models look at.
struct ErrorStatistics {
  double deviation_db = 0.0;            ///< sample standard deviation (n - 1)
  double slope_db_per_ln_hz = 0.0;      ///< signed; its magnitude counts
  std::optional<double> mean_error_db;  ///< mean |e - e(500 Hz)|
};

/// Terms "intercept", "deviation", "slope" and, where the model has it, "mean error". Their sum is the rating.
[[nodiscard]] std::vector<Term> preference_terms(const PreferenceCoefficients& coefficients,
                                                 const ErrorStatistics& error);

/// Throws Error("band-not-covered"), which names the missing frequencies, when more than kMostMissingOctaves of `band`
/// lies outside the curve's rows.
void check_coverage(const Curve& error, const Band& band);

/// A model's axis with its logarithms, made once.
class PreparedGrid {
 public:
  explicit PreparedGrid(const LogGrid& grid) : PreparedGrid(grid.frequency_hz()) {}
  /// Shape (n), Hz, strictly increasing and positive.
  explicit PreparedGrid(Eigen::ArrayXd frequency_hz)
      : frequency_hz_(std::move(frequency_hz)), ln_hz_(frequency_hz_.log()) {}

  /// The grid's row that `frequency_hz` (m), m >= 1, begins at. Throws Error("different-grids") when it is not a run of
  /// grid rows, bit for bit.
  [[nodiscard]] Eigen::Index first_row(const Eigen::ArrayXd& frequency_hz) const;

  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }  ///< (n), Hz
  [[nodiscard]] const Eigen::ArrayXd& ln_hz() const noexcept { return ln_hz_; }                ///< (n), ln of it

 private:
  Eigen::ArrayXd frequency_hz_;
  Eigen::ArrayXd ln_hz_;
};

/// The level that the mean error is taken about: at 500 Hz, linear over log frequency; both of shape (m).
[[nodiscard]] double mean_error_reference_db(const Rows& frequency_hz, const Rows& levels_db);

/// SD and slope over `band` and, with `mean_error_band`, the mean error over that band with the level at 500 Hz taken
/// out, of levels that lie on the grid's rows from `first_row` on; shape (m), dB. All bands include their ends.
[[nodiscard]] ErrorStatistics error_statistics(const PreparedGrid& grid, Eigen::Index first_row,
                                               const Eigen::ArrayXd& levels_db, const Band& band,
                                               const std::optional<Band>& mean_error_band);

/// The same for an error curve on (a run of) the grid. Throws Error("band-not-covered") and Error("different-grids").
[[nodiscard]] ErrorStatistics error_statistics(const PreparedGrid& grid, const Curve& error, const Band& band,
                                               const std::optional<Band>& mean_error_band = std::nullopt);

}  // namespace headscore
