#include "dsp/error_sums.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dsp/sum_kernels.hpp"

namespace headscore {
namespace {

constexpr auto kPadding = static_cast<Eigen::Index>(kDrawsAtOnce);

/// Rows of zeros behind, up to a multiple of kDrawsAtOnce.
Eigen::MatrixXd padded(const Eigen::MatrixXd& weights) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero((weights.rows() + kPadding - 1) / kPadding * kPadding, weights.cols());
  result.topRows(weights.rows()) = weights;
  return result;
}

Eigen::ArrayXd sum_of(const Eigen::MatrixXd& columns, const Eigen::RowVectorXd& weights) {
  return (columns * weights.transpose()).array();
}

/// Each column's mean taken out.
Eigen::MatrixXd centred(const Eigen::Ref<const Eigen::MatrixXd>& columns) {
  const Eigen::RowVectorXd mean = columns.colwise().mean();
  return columns.rowwise() - mean;
}

}  // namespace

SquaredNorms::SquaredNorms(Eigen::MatrixXd shared, const Eigen::MatrixXd& weights)
    : shared_(std::move(shared)), weights_(weights), shared_norms_(Eigen::ArrayXd::Zero(weights.rows())) {
  const auto weight = [&](Eigen::Index i) { return weights_.col(weights_.cols() - shared_.cols() + i).array(); };
  for (Eigen::Index i = 0; i < shared_.cols(); ++i) {
    Eigen::ArrayXd row = weight(i) * shared_.col(i).squaredNorm();
    for (Eigen::Index k = 0; k < i; ++k) row += weight(k) * (2.0 * shared_.col(i).dot(shared_.col(k)));
    shared_norms_ += weight(i) * row;
  }
}

Eigen::ArrayXd SquaredNorms::of(const Eigen::Ref<const Eigen::MatrixXd>& own) const {
  Eigen::ArrayXd result = shared_norms_;
  Eigen::VectorXd products(shared_.cols());
  for (Eigen::Index i = 0; i < own.cols(); ++i) {
    Eigen::ArrayXd row = weights_.col(i).array() * own.col(i).squaredNorm();
    for (Eigen::Index k = 0; k < i; ++k) row += weights_.col(k).array() * (2.0 * own.col(i).dot(own.col(k)));
    products.noalias() = shared_.transpose() * own.col(i);
    for (Eigen::Index k = 0; k < products.size(); ++k)
      row += weights_.col(own.cols() + k).array() * (2.0 * products[k]);
    result += weights_.col(i).array() * row;
  }
  return result.max(0.0);
}

MeanAbsolutes::MeanAbsolutes(Eigen::MatrixXd shared, Eigen::RowVectorXd centre, const Eigen::MatrixXd& weights)
    : shared_(std::move(shared)),
      centre_(std::move(centre)),
      draws_(weights.rows()),
      weights_(padded(weights)),
      middle_(weights.colwise().mean()),
      reach_((weights.rowwise() - middle_).cwiseAbs().colwise().maxCoeff()),
      middle_db_(sum_of(shared_.rowwise() - centre_, middle_.tail(shared_.cols()))),
      reach_db_(sum_of((shared_.rowwise() - centre_).cwiseAbs(), reach_.tail(shared_.cols()))),
      centres_db_(sum_of(weights_.rightCols(shared_.cols()), centre_)),
      runs_(runs()) {}

/// Most parts are zero in most rows: each band's spread ends at the next band.
std::vector<MeanAbsolutes::Run> MeanAbsolutes::runs() const {
  std::vector<Run> result;
  for (Eigen::Index row = 0; row < shared_.rows(); ++row) {
    std::vector<Eigen::Index> parts;
    for (Eigen::Index k = 0; k < shared_.cols(); ++k) {
      if (shared_(row, k) != 0.0) parts.push_back(k);
    }
    if (result.empty() || result.back().parts != parts) result.push_back({row, row, std::move(parts)});
    result.back().stop = row + 1;
  }
  return result;
}

/// Rows of one run in which a sum can change its sign, as the kernel takes them. Room for all rows of the run and one
/// more: each row is written, and stays if it counts.
struct MeanAbsolutes::Rows {
  std::vector<double> base;
  std::vector<double> coefficients;
  std::size_t count = 0;
  std::vector<const double*> weights;

  void start(Eigen::Index most_rows) {
    count = 0;
    base.resize(static_cast<std::size_t>(most_rows) + 1);
    coefficients.resize(base.size() * weights.size());
  }

  void add_to(Eigen::ArrayXd& totals_db, const Eigen::ArrayXd& centres_db) const {
    if (count == 0) return;
    absolute_sums()({base.data(), coefficients.data(), count, weights.size(), weights.data(), centres_db.data(),
                     static_cast<std::size_t>(totals_db.size())},
                    totals_db.data());
  }
};

Eigen::ArrayXd MeanAbsolutes::of(const Eigen::Ref<const Eigen::MatrixXd>& own, const Eigen::RowVectorXd& centre) const {
  const Eigen::MatrixXd levels_db = own.rowwise() - centre;
  Eigen::ArrayXd middle_db = middle_db_;
  Eigen::ArrayXd reach_db = reach_db_;
  Eigen::ArrayXd base_db = Eigen::ArrayXd::Zero(own.rows());  // of the parts with one weight in all sums
  std::vector<Eigen::Index> varying;
  for (Eigen::Index k = 0; k < own.cols(); ++k) {
    if (reach_[k] == 0.0) {
      base_db += levels_db.col(k).array() * middle_[k];
      continue;
    }
    varying.push_back(k);
    middle_db += levels_db.col(k).array() * middle_[k];
    reach_db += levels_db.col(k).array().abs() * reach_[k];
  }
  middle_db += base_db;

  Eigen::ArrayXd totals_db = Eigen::ArrayXd::Zero(weights_.rows());
  const Eigen::VectorXd signs =  // of rows that keep theirs
      (middle_db.abs() > reach_db).select(middle_db.sign(), Eigen::ArrayXd::Zero(own.rows())).matrix();
  Rows rows;
  for (const Run& run : runs_) {
    rows.weights.clear();
    std::vector<const double*> columns;
    for (const Eigen::Index part : varying) {
      rows.weights.push_back(weights_.col(part).data());
      columns.push_back(levels_db.col(part).data());
    }
    for (const Eigen::Index part : run.parts) {
      rows.weights.push_back(weights_.col(own.cols() + part).data());
      columns.push_back(shared_.col(part).data());
    }
    rows.start(run.stop - run.first);
    for (Eigen::Index row = run.first; row < run.stop; ++row) {
      rows.base[rows.count] = base_db[row];
      double* const coefficients = rows.coefficients.data() + rows.count * columns.size();
      for (std::size_t k = 0; k < columns.size(); ++k) coefficients[k] = columns[k][row];
      rows.count += signs[row] == 0.0 ? 1U : 0U;
    }
    rows.add_to(totals_db, centres_db_);
  }
  Eigen::VectorXd form(weights_.cols());
  form.head(own.cols()).noalias() = levels_db.transpose() * signs;
  form.tail(shared_.cols()).noalias() = shared_.transpose() * signs - centre_.transpose() * signs.sum();
  totals_db += (weights_ * form).array();
  return totals_db.head(draws_) / static_cast<double>(own.rows());
}

SumsStatistics::SumsStatistics(const PreparedGrid& grid, Eigen::Index first_row, const Eigen::MatrixXd& shared_db,
                               const Eigen::MatrixXd& weights, const Band& band,
                               const std::optional<Band>& mean_error_band)
    : frequency_hz_(grid.frequency_hz().segment(first_row, shared_db.rows())),
      outer_(rows_inside(frequency_hz_, band)),
      weights_(weights),
      norms_(centred(shared_db.middleRows(outer_.first, outer_.count)), weights) {
  const Rows ln_hz = grid.ln_hz().segment(first_row + outer_.first, outer_.count);
  const Eigen::VectorXd x = (ln_hz - ln_hz.mean()).matrix();
  regressor_ = x / x.squaredNorm();
  shared_slopes_ = shared_db.middleRows(outer_.first, outer_.count).transpose() * regressor_;
  if (!mean_error_band) return;
  inner_ = rows_inside(frequency_hz_, *mean_error_band);
  absolutes_.emplace(shared_db.middleRows(inner_.first, inner_.count), references_db(shared_db), weights);
}

Eigen::RowVectorXd SumsStatistics::references_db(const Eigen::Ref<const Eigen::MatrixXd>& parts_db) const {
  Eigen::RowVectorXd result(parts_db.cols());
  for (Eigen::Index k = 0; k < parts_db.cols(); ++k)
    result[k] = mean_error_reference_db(frequency_hz_, parts_db.col(k).array());
  return result;
}

StatisticsOfSums SumsStatistics::of(const Eigen::Ref<const Eigen::MatrixXd>& own_db) const {
  const Eigen::MatrixXd inside_db = centred(own_db.middleRows(outer_.first, outer_.count));
  StatisticsOfSums result;
  result.deviation_db = (norms_.of(inside_db) / static_cast<double>(outer_.count - 1)).sqrt();
  Eigen::VectorXd slopes(weights_.cols());
  slopes << inside_db.transpose() * regressor_, shared_slopes_;
  result.slope_db_per_ln_hz = (weights_ * slopes).array();
  if (absolutes_)
    result.mean_error_db = absolutes_->of(own_db.middleRows(inner_.first, inner_.count), references_db(own_db));
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
