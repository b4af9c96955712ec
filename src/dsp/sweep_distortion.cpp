#include "dsp/sweep_distortion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace headscore {
namespace {

constexpr int kParts = 4;                ///< evaluations per row
constexpr double kLimitOverNoise = 3.0;  ///< of a thousand rows of noise alone one is above in ten recordings
constexpr double kSeparationLimit = 1e-6;
constexpr double kShareBefore = 0.35;
constexpr double kSeparable =
    14.0;  ///< a low cut of this many Hz over L rings for a quarter of the second harmonic's distance
constexpr double kEdge = 1.6;       ///< the sweep's own start rings into the harmonics of what is nearer
constexpr double kWindowEnd = 1.5;  ///< gates fade out over half of their length
constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

/// kParts frequencies inside each row's width, (rows * kParts).
Eigen::ArrayXd subdivided(const Eigen::ArrayXd& frequency_hz, double points_per_octave) {
  Eigen::ArrayXd fine(frequency_hz.size() * kParts);
  for (Eigen::Index i = 0; i < frequency_hz.size(); ++i) {
    for (int k = 0; k < kParts; ++k) {
      fine[i * kParts + k] = frequency_hz[i] * std::exp2((k + 0.5 - 0.5 * kParts) / (kParts * points_per_octave));
    }
  }
  return fine;
}

/// Root of the mean of squares over each row's parts.
Eigen::ArrayXd row_levels(const Eigen::ArrayXd& squares) {
  Eigen::ArrayXd rows(squares.size() / kParts);
  for (Eigen::Index i = 0; i < rows.size(); ++i) rows[i] = std::sqrt(squares.segment(i * kParts, kParts).mean());
  return rows;
}

/// The limit where the level is not above it, NaN where it is.
Eigen::ArrayXd bounds(const Eigen::ArrayXd& level, const Eigen::ArrayXd& limit) {
  return (level <= limit).select(limit, Eigen::ArrayXd::Constant(level.size(), kNotAvailable));
}

const OctaveGate& gate_at(const std::vector<OctaveGate>& gates, double frequency_hz) {
  for (const OctaveGate& gate : gates) {
    if (frequency_hz < gate.band.stop_hz) return gate;
  }
  return gates.back();
}

std::vector<OctaveGate> harmonic_gates(const std::vector<OctaveGate>& gates, int order, double constant_s) {
  const double n = order;
  const double most_before_s = kShareBefore * constant_s * std::log((n + 1.0) / n) / kWindowEnd;
  const double most_behind_s = (1.0 - kShareBefore) * constant_s * std::log(n / (n - 1.0)) / kWindowEnd;
  std::vector<OctaveGate> own;
  for (const OctaveGate& gate : gates) {
    const OctaveGate& excited = gate_at(gates, std::sqrt(gate.band.start_hz * gate.band.stop_hz) / n);
    own.push_back({gate.band, std::min(most_before_s, 2.0 * std::max(gate.before_s, excited.before_s)),
                   std::min(most_behind_s, 2.0 * std::max(gate.behind_s, excited.behind_s))});
  }
  return own;
}

/// What a swept tone's amplitude is off by behind the linear response, dB over frequency.
///
/// A sweep whose frequency rises by f' passes a filter of phase b as a e^(i p) H (1 - i/2 w' H''/H + ...): its
/// amplitude is off by w' b'' / 2 (w = 2 pi f, w' = w / L). In the linear response, division takes that back; the power
/// n of a nonlinearity behind the filter keeps n - 1 times of it.
struct UnsteadyError {
  Eigen::ArrayXd frequency_hz;
  Eigen::ArrayXd error_db;
};

UnsteadyError unsteady_error(const ImpulsePyramid& impulse, const std::vector<OctaveGate>& gates,
                             const DistortionSettings& settings, TransformSet& transforms) {
  constexpr double kPerOctave = 24.0;
  constexpr Eigen::Index kStep = 4;
  constexpr double kHighestHz = 600.0;  // what it falls to above is no more than the phase's noise
  const Band band{1.1 * settings.band.start_hz, std::min(kHighestHz, 0.5 * settings.band.stop_hz)};
  if (band.stop_hz < 2.0 * band.start_hz) return {};
  const LogGrid grid = LogGrid::per_octave(kPerOctave, band);
  const Eigen::ArrayXd& f = grid.frequency_hz();
  const GatedResponse linear = gated_response(impulse, {}, gates, f, transforms);
  Eigen::ArrayXd phase = Eigen::ArrayXd::Zero(f.size());
  for (Eigen::Index i = 1; i < f.size(); ++i)
    phase[i] = phase[i - 1] + std::arg(linear.response[i] * std::conj(linear.response[i - 1]));
  const Eigen::Index inner = f.size() - 2 * kStep;
  if (inner < 1) return {};
  const double h = static_cast<double>(kStep) * std::log(2.0) / kPerOctave;
  const Eigen::ArrayXd low = phase.head(inner);
  const Eigen::ArrayXd high = phase.tail(inner);
  const Eigen::ArrayXd bend = (high - 2.0 * phase.segment(kStep, inner) + low) / (h * h) - (high - low) / (2.0 * h);
  UnsteadyError error;
  error.frequency_hz = f.segment(kStep, inner);
  const double constant = 2.0 * std::numbers::pi * settings.course.rate_constant_s;
  error.error_db = 20.0 / std::log(10.0) * 0.5 * bend.abs() / (constant * error.frequency_hz);
  return error;
}

}  // namespace

std::optional<DistortionSpectrum> swept_distortion(const ImpulsePyramid& impulse, const NoiseDensity& noise,
                                                   const std::vector<OctaveGate>& gates,
                                                   const DistortionSettings& settings, TransformSet& transforms) {
  if (settings.band.stop_hz < 2.2 * settings.band.start_hz || settings.highest_harmonic < 2) return std::nullopt;
  const double lowest_hz =
      std::max({kEdge * settings.band.start_hz, 20.0, kSeparable / settings.course.rate_constant_s});
  if (lowest_hz > 0.25 * settings.band.stop_hz) return std::nullopt;
  const LogGrid grid = LogGrid::per_octave(settings.points_per_octave, {lowest_hz, 0.5 * settings.band.stop_hz});
  const Eigen::ArrayXd& frequency_hz = grid.frequency_hz();
  const Eigen::Index rows = frequency_hz.size();
  if (rows < 2) return std::nullopt;
  const Eigen::ArrayXd fine_hz = subdivided(frequency_hz, settings.points_per_octave);
  // What the band's lower edge rings would reach into the harmonics' windows; the second harmonic of the lowest row is
  // what must pass.
  const ImpulsePyramid harmonics = impulse.high_passed(lowest_hz, 1.95 * lowest_hz, transforms);
  const GatedResponse linear = gated_response(impulse, noise, gates, fine_hz, transforms);
  const Eigen::ArrayXd fundamental = row_levels(linear.response.abs2()).max(std::numeric_limits<double>::min());

  DistortionSpectrum::Columns columns;
  columns.frequency_hz = frequency_hz;
  columns.fundamental_db = 20.0 * (settings.played_amplitude * fundamental).log10() + settings.recorded_full_scale_db;
  Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(rows);
  Eigen::ArrayXd limit_squares = Eigen::ArrayXd::Zero(rows);
  for (int order = 2; order <= settings.highest_harmonic; ++order) {
    const double earlier_s = settings.course.rate_constant_s * std::log(order);
    const GatedResponse response =
        gated_response(harmonics, noise, harmonic_gates(gates, order, settings.course.rate_constant_s),
                       (order * fine_hz).min(1.02 * settings.band.stop_hz), transforms, earlier_s);
    Harmonic harmonic;
    harmonic.order = order;
    harmonic.level_ratio = row_levels(response.response.abs2()) / fundamental;
    Eigen::ArrayXd limit = (kLimitOverNoise * row_levels(response.noise.square()) / fundamental).max(kSeparationLimit);
    for (Eigen::Index i = 0; i < rows; ++i) {
      if (order * frequency_hz[i] > settings.band.stop_hz * 1.0001) {
        harmonic.level_ratio[i] = kNotAvailable;
        limit[i] = kNotAvailable;
        continue;
      }
      squares[i] += harmonic.level_ratio[i] * harmonic.level_ratio[i];
      limit_squares[i] += limit[i] * limit[i];
    }
    harmonic.upper_bound = bounds(harmonic.level_ratio, limit);
    harmonic.noise_limit = std::move(limit);
    columns.harmonics.push_back(std::move(harmonic));
  }
  columns.thd_ratio = squares.sqrt();
  columns.thd_noise_limit = limit_squares.sqrt();
  columns.thd_upper_bound = bounds(*columns.thd_ratio, *columns.thd_noise_limit);
  if (settings.noise_rms)
    columns.noise_ratio = *settings.noise_rms * std::sqrt(2.0) / (settings.played_amplitude * fundamental);
  columns.complete_to_hz = settings.band.stop_hz / settings.highest_harmonic;
  columns.band_stop_hz = settings.band.stop_hz;
  columns.drive_level_dbfs = 20.0 * std::log10(settings.played_amplitude);
  return DistortionSpectrum(std::move(columns));
}

std::vector<double> steady_from_hz(const ImpulsePyramid& impulse, const std::vector<OctaveGate>& gates,
                                   const DistortionSettings& settings, TransformSet& transforms) {
  constexpr double kMostDb = 0.1;
  const UnsteadyError error = unsteady_error(impulse, gates, settings, transforms);
  if (error.frequency_hz.size() == 0) return {};
  std::vector<double> from_hz;
  for (int order = 2; order <= settings.highest_harmonic; ++order) {
    Eigen::Index i = error.frequency_hz.size();
    while (i > 0 && order * error.error_db[i - 1] <= kMostDb) --i;
    from_hz.push_back(error.frequency_hz[std::min(i, error.frequency_hz.size() - 1)]);
  }
  return from_hz;
}

}  // namespace headscore
