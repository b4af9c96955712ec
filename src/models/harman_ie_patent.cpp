#include "dsp/error_sums.hpp"
#include "dsp/preference.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

// PPR = 68.685 - 3.238 SD - 4.473 AS - 2.658 ME, r = 0.91.
constexpr PreferenceCoefficients kCoefficients{68.685, 3.238, 4.473, 2.658};
constexpr Band kBand{20.0, 10000.0};
constexpr Band kMeanErrorBand{40.0, 10000.0};

// Harman developed the model on 1/48-octave data from 20 Hz to 20 kHz (headphonetestlab.co.uk, "Harman's PPR").
LogGrid grid() { return LogGrid::per_octave(48.0, {20.0, 20000.0}); }

const PreparedGrid& prepared() {
  static const PreparedGrid axis(grid());
  return axis;
}

std::vector<Term> terms(const Curve& error) {
  return preference_terms(kCoefficients, error_statistics(prepared(), error, kBand, kMeanErrorBand));
}

ValuesOfSums values_of_sums(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                            const Eigen::MatrixXd& weights) {
  const SumsStatistics statistics(prepared(), prepared().first_row(frequency_hz), shared_db, weights, kBand,
                                  kMeanErrorBand);
  return
      [statistics](const Eigen::MatrixXd& own_db) { return preference_values(kCoefficients, statistics.of(own_db)); };
}

}  // namespace

ScoringModel harman_ie_patent() {
  ScoringModel model;
  model.id = "harman-ie-patent";
  model.version = "1";
  model.title = "Harman in-ear, predicted preference rating, coefficients of the patent";
  model.citation =
      "Olive, Welti, Khonsaripour, A Statistical Model that Predicts Listeners' Preference Ratings of In-Ear "
      "Headphones, parts 1 and 2, AES 143rd Convention (2017); coefficients of Harman's patent application";
  model.unit = "points";
  model.form = FormFactor::kInEar;
  // The model is of 2017; the target is Harman's latest (2019, version 2), as in AutoEq's tables. With the 2017 one
  // scores move by -4.2 +- 4.1 points.
  model.default_target = "harman-ie-2019";
  model.trained_rigs = {"iec-60318-4"};
  model.band = kBand;
  model.residual_sd = 5.5;  // published as RMSE
  model.grid = grid;
  model.terms = terms;
  model.values_of_sums = values_of_sums;
  return model;
}

}  // namespace headscore::models
