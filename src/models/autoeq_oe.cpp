#include "dsp/autoeq.hpp"
#include "dsp/preference.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

// The digits of AutoEq's code; the paper prints 114.49 - 12.62 SD - 15.52 AS.
constexpr PreferenceCoefficients kCoefficients{114.490443008238, 12.62, 15.5163857197367, std::nullopt};
constexpr Band kBand{50.0, 10000.0};

LogGrid grid() { return LogGrid::autoeq(); }

std::vector<Term> terms(const Curve& error) {
  return preference_terms(kCoefficients, autoeq_error_statistics(error, kBand));
}

ValuesOfSums values_of_sums(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                            const Eigen::MatrixXd& weights) {
  const AutoeqSumsStatistics statistics(frequency_hz, shared_db, weights, kBand, std::nullopt);
  return
      [statistics](const Eigen::MatrixXd& own_db) { return preference_values(kCoefficients, statistics.of(own_db)); };
}

}  // namespace

ScoringModel autoeq_oe() {
  ScoringModel model;
  model.id = "autoeq-oe";
  model.version = "1";
  model.title = "Harman over-ear 2018 as AutoEq ranks it";
  model.citation =
      "Olive, Welti, Khonsaripour, A Statistical Model that Predicts Listeners' Preference Ratings of Around-Ear and "
      "On-Ear Headphones, AES 144th Convention, paper 9919 (2018); US patent application 2019/0087739; AutoEq's digits "
      "and "
      "frequencies";
  model.unit = "points";
  model.form = FormFactor::kOverEar;
  model.default_target = "harman-oe-2018";
  model.trained_rigs = {"gras-45ca"};
  model.band = kBand;
  model.extrapolation = Extrapolation::kEndSegments;
  model.residual_sd = 6.7;  // the same regression in more digits
  model.grid = grid;
  model.terms = terms;
  model.values_of_sums = values_of_sums;
  return model;
}

}  // namespace headscore::models
