#include "dsp/error_sums.hpp"
#include "dsp/preference.hpp"
#include "dsp/regression.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

constexpr Band kBand{20.0, 20000.0};
// The level is taken out where ear simulators simulate an ear: IEC 60318-4 does so from 100 Hz to 10 kHz only.
constexpr Band kLevelBand{100.0, 10000.0};

LogGrid grid() { return LogGrid::per_octave(48.0, kBand); }

const PreparedGrid& prepared() {
  static const PreparedGrid axis(grid());
  return axis;
}

ValuesOfSums values_of_sums(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                            const Eigen::MatrixXd& weights) {
  static_cast<void>(prepared().first_row(frequency_hz));  // refuses other grids
  const RowSpan inside = rows_inside(frequency_hz, kLevelBand);
  const auto levels_db = [inside](const Eigen::MatrixXd& parts_db) -> Eigen::RowVectorXd {
    return parts_db.middleRows(inside.first, inside.count).colwise().mean();
  };
  const MeanAbsolutes sums(shared_db, levels_db(shared_db), weights);
  return [sums, levels_db](const Eigen::MatrixXd& own_db) { return sums.of(own_db, levels_db(own_db)); };
}

std::vector<Term> terms(const Curve& error) {
  check_coverage(error, kBand);
  static_cast<void>(prepared().first_row(error.frequency_hz()));  // refuses other grids
  const Curve inside = restricted(error, kLevelBand).value();
  const double size_db = mean_absolute_deviation(error.magnitude_db(), inside.magnitude_db().mean());
  return {{"mean error", size_db, size_db, "dB", 1.0, "mean size of the error re its mean over 100 Hz-10 kHz"}};
}

}  // namespace

ScoringModel mean_absolute_error() {
  ScoringModel model;
  model.id = "mean-absolute-error";
  model.version = "1";
  model.title = "Mean size of the error, 20 Hz-20 kHz";
  model.citation = "headscore: mean |e(f) - mean of e over 100 Hz-10 kHz|, 20 Hz-20 kHz, 1/48 octave; less is better";
  model.unit = "dB";
  model.band = kBand;
  model.grid = grid;
  model.terms = terms;
  model.values_of_sums = values_of_sums;
  return model;
}

}  // namespace headscore::models
