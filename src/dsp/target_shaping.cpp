#include "headscore/target_shaping.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dsp/log_curve.hpp"
#include "dsp/option_text.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr double kTiltPivotHz = 1000.0;
constexpr double kShelfStepOctaves = 1.0 / 24.0;  ///< a second-order shelf is smooth over this
constexpr Band kAudible{20.0, 20000.0};
constexpr double kLeastCommonOctaves = 3.0;

void check_shelf(const Shelf& shelf) {
  const bool good = std::isfinite(shelf.frequency_hz) && shelf.frequency_hz > 0.0 && std::isfinite(shelf.q) &&
                    shelf.q > 0.0 && std::isfinite(shelf.gain_db);
  if (!good) {
    throw Error("bad-shelf", {},
                "a shelf of " + number_text(shelf.gain_db) + " dB at " + number_text(shelf.frequency_hz) + " Hz, Q " +
                    number_text(shelf.q),
                "finite numbers, a positive frequency and a positive Q");
  }
}

/// The cookbook's low shelf for s = j w, w relative to the midpoint:
///   H(s) = A (s^2 + (sqrt(A)/Q) s + A) / (A s^2 + (sqrt(A)/Q) s + 1),  A = 10^(gain/40);
/// the high shelf is the same seen from the other side, s -> 1/s. Above the midpoint both polynomials are divided by
/// w^4.
double low_shelf_db(double ratio, double gain_db, double q) {
  const double a = std::pow(10.0, gain_db / 40.0);
  const double middle = a / (q * q);
  const auto power = [middle](double square, double inner, double outer) {
    if (square <= 1.0) return (inner - outer * square) * (inner - outer * square) + middle * square;
    const double inverse = 1.0 / square;
    return (inner * inverse - outer) * (inner * inverse - outer) + middle * inverse;
  };
  const double square = ratio * ratio;
  return gain_db / 2.0 + 10.0 * std::log10(power(square, a, 1.0) / power(square, 1.0, a));
}

/// The curve's own rows, with every gap wider than `step_octaves` divided evenly in log frequency.
Curve densified(const Curve& curve, double step_octaves) {
  std::vector<double> frequency_hz{curve.start_hz()};
  std::vector<double> level_db{curve.magnitude_db()[0]};
  for (Eigen::Index i = 1; i < curve.size(); ++i) {
    const double low_hz = curve.frequency_hz()[i - 1];
    const double low_db = curve.magnitude_db()[i - 1];
    const double width = std::log2(curve.frequency_hz()[i]) - std::log2(low_hz);
    const double rise = curve.magnitude_db()[i] - low_db;
    const auto parts = static_cast<int>(std::ceil(width / step_octaves * (1.0 - 1e-6)));
    for (int k = 1; k < parts; ++k) {
      const double share = static_cast<double>(k) / parts;
      frequency_hz.push_back(low_hz * std::exp2(width * share));
      level_db.push_back(low_db + rise * share);
    }
    frequency_hz.push_back(curve.frequency_hz()[i]);
    level_db.push_back(curve.magnitude_db()[i]);
  }
  const auto rows = static_cast<Eigen::Index>(frequency_hz.size());
  return {Eigen::Map<const Eigen::ArrayXd>(frequency_hz.data(), rows),
          Eigen::Map<const Eigen::ArrayXd>(level_db.data(), rows)};
}

std::string signed_text(double value) { return (value > 0.0 ? "+" : "") + number_text(value); }

std::string description(const Shelf& shelf) {
  const std::string side = shelf.side == Shelf::Side::kBass ? " bass" : " treble";
  const std::string q = shelf.q == Shelf{}.q ? "" : " Q " + number_text(shelf.q);
  return side + " shelf " + signed_text(shelf.gain_db) + " dB at " + number_text(shelf.frequency_hz) + " Hz" + q;
}

}  // namespace

Eigen::ArrayXd shelf_db(const Shelf& shelf, const Eigen::ArrayXd& frequency_hz) {
  check_shelf(shelf);
  return frequency_hz.unaryExpr([&shelf](double f) {
    const double ratio = shelf.side == Shelf::Side::kBass ? f / shelf.frequency_hz : shelf.frequency_hz / f;
    return low_shelf_db(ratio, shelf.gain_db, shelf.q);
  });
}

Target adjusted(const Target& target, const TargetAdjustment& adjustment) {
  if (adjustment.empty()) return target;
  if (!std::isfinite(adjustment.tilt_db_per_octave)) {
    throw Error("bad-tilt", {}, number_text(adjustment.tilt_db_per_octave) + " dB/octave", "a finite number");
  }
  Target::Fields fields = target.fields();
  // A tilt is a straight line between any two rows; a shelf is not.
  if (!adjustment.shelves.empty()) fields.curve = densified(fields.curve, kShelfStepOctaves);
  const Eigen::ArrayXd& frequency_hz = fields.curve.frequency_hz();
  Eigen::ArrayXd level_db = fields.curve.magnitude_db();
  if (adjustment.tilt_db_per_octave != 0.0) {
    const double tilt = adjustment.tilt_db_per_octave;
    level_db += frequency_hz.unaryExpr([tilt](double f) { return tilt * std::log2(f / kTiltPivotHz); });
    fields.name += " tilt " + signed_text(tilt) + " dB/octave";
  }
  for (const Shelf& shelf : adjustment.shelves) {
    level_db += shelf_db(shelf, frequency_hz);
    fields.name += description(shelf);
  }
  fields.curve = Curve(frequency_hz, level_db);
  return Target(std::move(fields));
}

std::vector<TargetMatch> identified(const Curve& curve, std::span<const Target> candidates) {
  const LogCurve wanted = over_octaves(curve);
  std::vector<TargetMatch> matches;
  for (const Target& candidate : candidates) {
    const std::optional<LogCurve> rest = difference(wanted, over_octaves(candidate.curve()), kAudible);
    if (!rest) continue;
    const std::optional<Moments> found = moments(*rest, kAudible);
    if (!found || found->octaves() < kLeastCommonOctaves) continue;
    TargetMatch match;
    match.name = candidate.name();
    match.rms_db = std::sqrt(found->variance_db2);
    match.largest_db = found->largest_deviation_db;
    match.band = {std::max({curve.start_hz(), candidate.curve().start_hz(), kAudible.start_hz}),
                  std::min({curve.stop_hz(), candidate.curve().stop_hz(), kAudible.stop_hz})};
    match.tilt_db_per_octave = found->slope_db_per_octave;
    match.rms_after_tilt_db = std::sqrt(found->variance_about_slope_db2);
    matches.push_back(std::move(match));
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const TargetMatch& a, const TargetMatch& b) { return a.rms_db < b.rms_db; });
  return matches;
}

}  // namespace headscore
