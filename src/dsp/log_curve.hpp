// LogCurve: a curve over octaves instead of Hz, and its exact integrals. What alignment, identification and analysis
// share.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "headscore/curve.hpp"

namespace headscore {

/// A band counts as covered when no more than this is missing of it: a curve whose first row is at 201 Hz bears a mean
/// over 200 Hz-2 kHz. One twelfth of an octave is two rows of the coarsest grid in use (1/24 octave).
inline constexpr double kEdgeToleranceOctaves = 1.0 / 12.0;

/// True when at most kEdgeToleranceOctaves of `band` are missing, both ends together.
[[nodiscard]] bool covers(const Curve& curve, const Band& band);

/// Statistics of a piecewise linear function over octaves; integrals, so independent of where the rows are.
struct Moments {
  double start_octave = 0.0;
  double stop_octave = 0.0;  ///< > start_octave
  double mean_db = 0.0;
  double variance_db2 = 0.0;              ///< mean square about mean_db
  double slope_db_per_octave = 0.0;       ///< of the least-squares line
  double variance_about_slope_db2 = 0.0;  ///< mean square about that line
  double largest_db = 0.0;                ///< signed level of the largest magnitude
  double largest_deviation_db = 0.0;      ///< largest |level - mean_db|
  [[nodiscard]] double octaves() const { return stop_octave - start_octave; }
  [[nodiscard]] double mean_square_db2() const { return variance_db2 + mean_db * mean_db; }
};

/// What moments() gives of the mean alone, to the same bit.
struct BandMean {
  double start_octave = 0.0;
  double stop_octave = 0.0;  ///< > start_octave
  double mean_db = 0.0;
  [[nodiscard]] double octaves() const { return stop_octave - start_octave; }
};

/// Piecewise linear levels over log2 frequency, both of shape (n), n >= 2, octaves not decreasing.
struct LogCurve {
  Eigen::ArrayXd octave;  ///< log2(f / Hz)
  Eigen::ArrayXd level_db;

  [[nodiscard]] double start_octave() const { return octave[0]; }
  [[nodiscard]] double stop_octave() const { return octave[octave.size() - 1]; }
};

/// A LogCurve whose arrays belong to somebody else and live longer.
struct LogView {
  LogView(const Eigen::ArrayXd& octaves, const Eigen::ArrayXd& levels_db) : octave(octaves), level_db(levels_db) {}
  LogView(const LogCurve& curve) : LogView(curve.octave, curve.level_db) {}  // NOLINT(google-explicit-constructor)
  const Eigen::ArrayXd& octave;
  const Eigen::ArrayXd& level_db;

  [[nodiscard]] double start_octave() const { return octave[0]; }
  [[nodiscard]] double stop_octave() const { return octave[octave.size() - 1]; }
};

/// log2 of frequencies in Hz, (n).
[[nodiscard]] Eigen::ArrayXd octaves_of(const Eigen::ArrayXd& frequency_hz);

[[nodiscard]] LogCurve over_octaves(const Curve& curve);

/// Level at one place, linear between rows; the end levels outside.
[[nodiscard]] double level_at_octave(const LogView& curve, double octave);

/// The rows inside the band with its ends interpolated: shape (k), k >= 2; nullopt when nothing of the band is covered.
[[nodiscard]] std::optional<LogCurve> cut(const LogView& curve, const Band& band);

/// Moments over the covered part of `band`; nullopt when nothing of it is covered.
[[nodiscard]] std::optional<Moments> moments(const LogView& curve, const Band& band);

/// The mean over the covered part of `band`, in less time; nullopt when nothing of it is covered.
[[nodiscard]] std::optional<BandMean> band_mean(const LogView& curve, const Band& band);

/// a - b inside the part of `band` that both cover, at the rows of both, so that nothing is lost of either;
/// nullopt when they have nothing in common.
[[nodiscard]] std::optional<LogCurve> difference(const LogView& a, const LogView& b, const Band& band);

}  // namespace headscore
