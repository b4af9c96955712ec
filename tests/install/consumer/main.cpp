// A stranger's program: scores a curve that never was a file.
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "headscore/alignment.hpp"
#include "headscore/curve.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/measurement.hpp"
#include "headscore/reader.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/target_library.hpp"

namespace {

/// The curve as a measurement program would export it.
std::string as_text(const headscore::Curve& curve) {
  std::string text = "* Freq(Hz) SPL(dB)\n";
  for (Eigen::Index i = 0; i < curve.size(); ++i) {
    char row[64];
    std::snprintf(row, sizeof row, "%.17g %.17g\n", curve.frequency_hz()[i], curve.magnitude_db()[i]);
    text += row;
  }
  return text;
}

double score_of(const headscore::Curve& response, const headscore::ScoringModel& model) {
  const headscore::LogGrid grid = model.grid();
  const headscore::Curve target = headscore::bundled_target(model.default_target).curve();
  const headscore::Curve error = headscore::error_curve(headscore::interpolated(response, grid, model.extrapolation),
                                                        headscore::interpolated(target, grid, model.extrapolation), {});
  return headscore::value_of(model, error);
}

}  // namespace

int main() {
  try {
    const headscore::ScoringModel& model = headscore::scoring_model("harman-oe-2018");
    const headscore::Curve& target = headscore::bundled_target(model.default_target).curve();
    const headscore::Measurement read =
        headscore::parsed_measurement(as_text(headscore::shifted(target, 80.0)), "memory.txt");
    if (!read.response() || headscore::scoring_models().empty() || headscore::bundled_targets().empty()) return 1;

    const headscore::Curve on_grid = headscore::interpolated(target, model.grid(), model.extrapolation);
    const Eigen::ArrayXd tilt_db = -1.5 * (on_grid.frequency_hz() / 1000.0).log() / std::log(2.0);
    const headscore::Curve tilted(on_grid.frequency_hz(), on_grid.magnitude_db() + tilt_db);
    const double best = score_of(*read.response(), model);
    const double worse = score_of(tilted, model);
    std::printf("%s: its target %.2f, tilted %.2f points\n", std::string(model.id).c_str(), best, worse);
    return std::isfinite(worse) && worse < best ? 0 : 1;
  } catch (const headscore::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
