#include "dsp/error_sums.hpp"

#include <cmath>
#include <vector>

namespace headscore {
namespace {

/// What the weights of each part do over all sums: their mean, and how far they go from it; (k).
struct WeightRanges {
  explicit WeightRanges(const Eigen::MatrixXd& weights)
      : middle(weights.colwise().mean()), reach((weights.rowwise() - middle).cwiseAbs().colwise().maxCoeff()) {}
  Eigen::RowVectorXd middle;
  Eigen::RowVectorXd reach;
};

/// |level of one row - centre| of every sum, added to `total` (d).
class RowOfSums {
 public:
  RowOfSums(const Eigen::MatrixXd& weights, const WeightRanges& ranges, Eigen::ArrayXd centres_db)
      : weights_(weights), ranges_(ranges), centres_db_(std::move(centres_db)) {}

  void add_to(Eigen::ArrayXd& total, const Eigen::Ref<const Eigen::RowVectorXd, 0, Eigen::InnerStride<>>& row_db) {
    // Most parts are zero in most rows (each band's spread ends at the next band), and some have one weight in all
    // sums.
    double same_db = 0.0;
    parts_.clear();
    for (Eigen::Index k = 0; k < row_db.size(); ++k) {
      if (ranges_.reach[k] == 0.0) {
        same_db += row_db[k] * ranges_.middle[k];
      } else if (row_db[k] != 0.0) {
        parts_.push_back(k);
      }
    }
    const auto part = [&](std::size_t i) { return weights_.col(parts_[i]).array() * row_db[parts_[i]]; };
    switch (parts_.size()) {
      case 0:
        total += (same_db - centres_db_).abs();
        return;
      case 1:
        total += (same_db - centres_db_ + part(0)).abs();
        return;
      case 2:
        total += (same_db - centres_db_ + part(0) + part(1)).abs();
        return;
      case 3:
        total += (same_db - centres_db_ + part(0) + part(1) + part(2)).abs();
        return;
      default:
        break;
    }
    levels_db_ = same_db - centres_db_;
    for (std::size_t i = 0; i < parts_.size(); ++i) levels_db_ += part(i);
    total += levels_db_.abs();
  }

 private:
  const Eigen::MatrixXd& weights_;
  const WeightRanges& ranges_;
  Eigen::ArrayXd centres_db_;
  std::vector<Eigen::Index> parts_;
  Eigen::ArrayXd levels_db_;
};

}  // namespace

// Column by column: for a dozen parts a general matrix product spends more on packing than on multiplying.
Eigen::ArrayXd squared_norms_of_sums(const Eigen::Ref<const Eigen::MatrixXd>& centred, const Eigen::MatrixXd& weights) {
  Eigen::ArrayXd result = Eigen::ArrayXd::Zero(weights.rows());
  for (Eigen::Index i = 0; i < centred.cols(); ++i) {
    Eigen::ArrayXd row = weights.col(i).array() * centred.col(i).squaredNorm();
    for (Eigen::Index k = 0; k < i; ++k) row += weights.col(k).array() * (2.0 * centred.col(i).dot(centred.col(k)));
    result += weights.col(i).array() * row;
  }
  return result.max(0.0);
}

Eigen::ArrayXd mean_absolute_of_sums(const Eigen::Ref<const Eigen::MatrixXd>& rows_db,
                                     const Eigen::RowVectorXd& centre_db, const Eigen::MatrixXd& weights) {
  const WeightRanges ranges(weights);
  Eigen::ArrayXd middle_db = Eigen::ArrayXd::Zero(rows_db.rows());
  Eigen::ArrayXd reach_db = Eigen::ArrayXd::Zero(rows_db.rows());
  for (Eigen::Index k = 0; k < rows_db.cols(); ++k) {
    middle_db += (rows_db.col(k).array() - centre_db[k]) * ranges.middle[k];
    reach_db += (rows_db.col(k).array() - centre_db[k]).abs() * ranges.reach[k];
  }
  RowOfSums row_of_sums(weights, ranges, weights * centre_db.transpose());
  Eigen::ArrayXd total = Eigen::ArrayXd::Zero(weights.rows());
  Eigen::VectorXd signs = Eigen::VectorXd::Zero(rows_db.rows());  // of rows that keep theirs
  for (Eigen::Index i = 0; i < rows_db.rows(); ++i) {
    if (std::abs(middle_db[i]) > reach_db[i]) {
      signs[i] = std::copysign(1.0, middle_db[i]);
    } else {
      row_of_sums.add_to(total, rows_db.row(i));
    }
  }
  const Eigen::VectorXd form = rows_db.transpose() * signs - centre_db.transpose() * signs.sum();
  total += (weights * form).array();
  return total / static_cast<double>(rows_db.rows());
}

StatisticsOfSums statistics_of_sums(const PreparedGrid& grid, Eigen::Index first_row, const Eigen::MatrixXd& parts_db,
                                    const Eigen::MatrixXd& weights, const Band& band,
                                    const std::optional<Band>& mean_error_band) {
  const Rows frequency_hz = grid.frequency_hz().segment(first_row, parts_db.rows());
  const RowSpan outer = rows_inside(frequency_hz, band);
  Eigen::MatrixXd inside_db = parts_db.middleRows(outer.first, outer.count);
  const Eigen::RowVectorXd mean_db = inside_db.colwise().mean();
  inside_db.rowwise() -= mean_db;
  const Rows ln_hz = grid.ln_hz().segment(first_row + outer.first, outer.count);
  const Eigen::VectorXd x = (ln_hz - ln_hz.mean()).matrix();
  StatisticsOfSums result;
  result.deviation_db = (squared_norms_of_sums(inside_db, weights) / static_cast<double>(outer.count - 1)).sqrt();
  const Eigen::VectorXd slopes = inside_db.transpose() * x / x.squaredNorm();
  result.slope_db_per_ln_hz = (weights * slopes).array();
  if (mean_error_band) {
    const RowSpan inner = rows_inside(frequency_hz, *mean_error_band);
    Eigen::RowVectorXd reference_db(parts_db.cols());
    for (Eigen::Index k = 0; k < parts_db.cols(); ++k)
      reference_db[k] = mean_error_reference_db(frequency_hz, parts_db.col(k).array());
    result.mean_error_db = mean_absolute_of_sums(parts_db.middleRows(inner.first, inner.count), reference_db, weights);
  }
  return result;
}

Eigen::ArrayXd preference_values(const PreferenceCoefficients& coefficients, const StatisticsOfSums& errors) {
  Eigen::ArrayXd values = coefficients.intercept - coefficients.per_deviation * errors.deviation_db -
                          coefficients.per_slope * errors.slope_db_per_ln_hz.abs();
  if (coefficients.per_mean_error && errors.mean_error_db)
    values -= *coefficients.per_mean_error * *errors.mean_error_db;
  return values;
}

}  // namespace headscore
