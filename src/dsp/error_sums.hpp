// Statistics of many error curves at once, each a weighted sum of the same few parts: what intervals are drawn from.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "dsp/preference.hpp"

namespace headscore {

/// error_statistics() of each of d error curves; all of shape (d).
struct StatisticsOfSums {
  Eigen::ArrayXd deviation_db;
  Eigen::ArrayXd slope_db_per_ln_hz;
  std::optional<Eigen::ArrayXd> mean_error_db;
};

/// Many sums of the same parts, (d, k) weights: the last of the parts are shared, which means that they stay the same
/// for any number of sets of first ones ("own" parts). What the shared parts give alone is found once.

/// Squared norms of the sums: quadratic forms of the weights.
class SquaredNorms {
 public:
  /// `shared` (m, s) columns, s <= k.
  SquaredNorms(Eigen::MatrixXd shared, const Eigen::MatrixXd& weights);

  /// `own` (m, k - s). Shape (d), never negative.
  [[nodiscard]] Eigen::ArrayXd of(const Eigen::Ref<const Eigen::MatrixXd>& own) const;

 private:
  Eigen::MatrixXd shared_;
  Eigen::MatrixXd weights_;
  Eigen::ArrayXd shared_norms_;  ///< (d)
};

/// Mean over the rows of |sum_k w_k (rows(i, k) - centre_k)|. Exact: a row in which no sum can change its sign counts
/// as a linear form, and only the others are summed up one by one.
class MeanAbsolutes {
 public:
  /// `shared` (m, s) rows of the last parts, m >= 1, and their `centre` (s).
  MeanAbsolutes(Eigen::MatrixXd shared, Eigen::RowVectorXd centre, const Eigen::MatrixXd& weights);

  /// `own` (m, k - s) and their `centre` (k - s). Shape (d).
  [[nodiscard]] Eigen::ArrayXd of(const Eigen::Ref<const Eigen::MatrixXd>& own, const Eigen::RowVectorXd& centre) const;

 private:
  /// Neighbouring rows in which the same shared parts are not zero.
  struct Run {
    Eigen::Index first;
    Eigen::Index stop;
    std::vector<Eigen::Index> parts;
  };
  struct Rows;
  [[nodiscard]] std::vector<Run> runs() const;

  Eigen::MatrixXd shared_;
  Eigen::RowVectorXd centre_;
  Eigen::Index draws_;         ///< d
  Eigen::MatrixXd weights_;    ///< (d and zeros up to a multiple of kDrawsAtOnce, k)
  Eigen::RowVectorXd middle_;  ///< (k): what the weights of each part are on average,
  Eigen::RowVectorXd reach_;   ///< (k): and how far they go from it
  Eigen::ArrayXd middle_db_;   ///< (m): the shared parts' sum on average,
  Eigen::ArrayXd reach_db_;    ///< (m): and how far it can go from it
  Eigen::ArrayXd centres_db_;  ///< by row of weights_: the sum of the shared parts' centres
  std::vector<Run> runs_;
};

/// error_statistics() of weighted sums of parts on the grid's rows from `first_row` on. The squared deviation is a
/// quadratic form of the weights and the slope a linear one, so that a curve costs O(k^2) instead of O(m); only the
/// mean error looks at rows.
class SumsStatistics {
 public:
  /// `shared_db` (m, s): the last parts; `weights` (d, k), one curve a row.
  SumsStatistics(const PreparedGrid& grid, Eigen::Index first_row, const Eigen::MatrixXd& shared_db,
                 const Eigen::MatrixXd& weights, const Band& band, const std::optional<Band>& mean_error_band);

  /// `own_db` (m, k - s): the parts before the shared ones.
  [[nodiscard]] StatisticsOfSums of(const Eigen::Ref<const Eigen::MatrixXd>& own_db) const;

 private:
  [[nodiscard]] Eigen::RowVectorXd references_db(const Eigen::Ref<const Eigen::MatrixXd>& parts_db) const;

  Eigen::ArrayXd frequency_hz_;  ///< (m)
  RowSpan outer_;
  RowSpan inner_;
  Eigen::MatrixXd weights_;
  Eigen::VectorXd regressor_;      ///< inner product with levels in `outer_`: slope in dB/ln Hz
  Eigen::VectorXd shared_slopes_;  ///< (s)
  SquaredNorms norms_;
  std::optional<MeanAbsolutes> absolutes_;
};

/// The rating of each curve, shape (d): what preference_terms() add up to.
[[nodiscard]] Eigen::ArrayXd preference_values(const PreferenceCoefficients& coefficients,
                                               const StatisticsOfSums& errors);

}  // namespace headscore
