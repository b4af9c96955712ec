#include "dsp/autoeq.hpp"
#include "dsp/preference.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

// PPR = 100.0795 - 8.5 SD - 6.796 AS - 3.475 ME. No residual is published for these coefficients.
constexpr PreferenceCoefficients kCoefficients{100.0795, 8.5, 6.796, 3.475};
constexpr Band kBand{20.0, 10000.0};
constexpr Band kMeanErrorBand{40.0, 10000.0};

LogGrid grid() { return LogGrid::autoeq(); }

std::vector<Term> terms(const Curve& error) {
  return preference_terms(kCoefficients, autoeq_error_statistics(error, kBand, kMeanErrorBand));
}

ValuesOfSums values_of_sums(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                            const Eigen::MatrixXd& weights) {
  const AutoeqSumsStatistics statistics(frequency_hz, shared_db, weights, kBand, kMeanErrorBand);
  return
      [statistics](const Eigen::MatrixXd& own_db) { return preference_values(kCoefficients, statistics.of(own_db)); };
}

}  // namespace

ScoringModel autoeq_ie() {
  ScoringModel model;
  model.id = "autoeq-ie";
  model.version = "1";
  model.title = "Harman in-ear (coefficients of Listen Inc.) as AutoEq ranks it";
  model.citation =
      "Olive, Welti, Khonsaripour, A Statistical Model that Predicts Listeners' Preference Ratings of In-Ear "
      "Headphones, parts 1 and 2, AES 143rd Convention (2017); coefficients of the Listen Inc. SoundCheck sequence, "
      "AutoEq's frequencies";
  model.unit = "points";
  model.form = FormFactor::kInEar;
  // AutoEq ranks against Harman's in-ear target of 2019 (version 2).
  model.default_target = "harman-ie-2019";
  model.trained_rigs = {"iec-60318-4"};
  model.band = kBand;
  model.extrapolation = Extrapolation::kEndSegments;
  model.grid = grid;
  model.terms = terms;
  model.values_of_sums = values_of_sums;
  return model;
}

}  // namespace headscore::models
