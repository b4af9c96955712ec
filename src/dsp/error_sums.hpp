// Statistics of many error curves at once, each a weighted sum of the same few parts: what intervals are drawn from.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "dsp/preference.hpp"

namespace headscore {

/// error_statistics() of each of d error curves; all of shape (d).
struct StatisticsOfSums {
  Eigen::ArrayXd deviation_db;
  Eigen::ArrayXd slope_db_per_ln_hz;
  std::optional<Eigen::ArrayXd> mean_error_db;
};

/// error_statistics() of the curves parts_db * weights.row(i)^T; parts (m, k) on the grid's rows from `first_row` on,
/// weights (d, k). The squared deviation is a quadratic form of the weights and the slope a linear one, so that a curve
/// costs O(k^2) instead of O(m); only the mean error looks at rows.
[[nodiscard]] StatisticsOfSums statistics_of_sums(const PreparedGrid& grid, Eigen::Index first_row,
                                                  const Eigen::MatrixXd& parts_db, const Eigen::MatrixXd& weights,
                                                  const Band& band, const std::optional<Band>& mean_error_band);

/// w^T F w for each row w of the weights, with F = centred^T * centred; centred (m, k), weights (d, k). Shape (d),
/// never negative.
[[nodiscard]] Eigen::ArrayXd squared_norms_of_sums(const Eigen::Ref<const Eigen::MatrixXd>& centred,
                                                   const Eigen::MatrixXd& weights);

/// Mean over the rows of |sum_k w_k (rows(i, k) - centre_k)| for each row w of the weights; rows (m, k), centre (k),
/// weights (d, k), m >= 1. Shape (d). Exact: a row in which no sum can change its sign counts as a linear form, and
/// only the others are summed up one by one.
[[nodiscard]] Eigen::ArrayXd mean_absolute_of_sums(const Eigen::Ref<const Eigen::MatrixXd>& rows_db,
                                                   const Eigen::RowVectorXd& centre_db, const Eigen::MatrixXd& weights);

/// The rating of each curve, shape (d): what preference_terms() add up to.
[[nodiscard]] Eigen::ArrayXd preference_values(const PreferenceCoefficients& coefficients,
                                               const StatisticsOfSums& errors);

}  // namespace headscore
