#include "dsp/error_sums.hpp"
#include "dsp/preference.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

// PPR = 114.49 - 12.62 SD - 15.52 AS, as printed.
constexpr PreferenceCoefficients kCoefficients{114.49, 12.62, 15.52, std::nullopt};
constexpr Band kBand{50.0, 10000.0};

// Harman developed the model on 1/48-octave data from 20 Hz to 20 kHz (headphonetestlab.co.uk, "Harman's PPR").
LogGrid grid() { return LogGrid::per_octave(48.0, {20.0, 20000.0}); }

const PreparedGrid& prepared() {
  static const PreparedGrid axis(grid());
  return axis;
}

std::vector<Term> terms(const Curve& error) {
  return preference_terms(kCoefficients, error_statistics(prepared(), error, kBand));
}

ValuesOfSums values_of_sums(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                            const Eigen::MatrixXd& weights) {
  const SumsStatistics statistics(prepared(), prepared().first_row(frequency_hz), shared_db, weights, kBand,
                                  std::nullopt);
  return
      [statistics](const Eigen::MatrixXd& own_db) { return preference_values(kCoefficients, statistics.of(own_db)); };
}

}  // namespace

ScoringModel harman_oe_2018() {
  ScoringModel model;
  model.id = "harman-oe-2018";
  model.version = "1";
  model.title = "Harman over-ear 2018, predicted preference rating";
  model.citation =
      "Olive, Welti, Khonsaripour, A Statistical Model that Predicts Listeners' Preference Ratings of Around-Ear and "
      "On-Ear Headphones, AES 144th Convention, paper 9919 (2018); US patent application 2019/0087739";
  model.unit = "points";
  model.form = FormFactor::kOverEar;
  model.default_target = "harman-oe-2018";
  model.trained_rigs = {"gras-45ca"};
  model.band = kBand;
  model.residual_sd = 6.7;
  model.grid = grid;
  model.terms = terms;
  model.values_of_sums = values_of_sums;
  return model;
}

}  // namespace headscore::models
