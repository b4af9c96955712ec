#include "dsp/preference.hpp"
#include "dsp/regression.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::models {
namespace {

constexpr Band kBand{20.0, 20000.0};
// The level is taken out where ear simulators simulate an ear: IEC 60318-4 does so from 100 Hz to 10 kHz only.
constexpr Band kLevelBand{100.0, 10000.0};

LogGrid grid() { return LogGrid::per_octave(48.0, kBand); }

std::vector<Term> terms(const Curve& error) {
  static const PreparedGrid prepared(grid());
  check_coverage(error, kBand);
  static_cast<void>(prepared.first_row(error));  // refuses other grids
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
  return model;
}

}  // namespace headscore::models
