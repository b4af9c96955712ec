// DistortionSpectrum: harmonic distortion over excitation frequency.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace headscore {

/// One harmonic's level over excitation frequency.
struct Harmonic {
  int order = 2;               ///< 2..9
  Eigen::ArrayXd level_ratio;  ///< (n), amplitude relative to the fundamental; NaN where the source had no value
  /// (n): where finite, the level cannot be told from noise, and all that is known is that the harmonic is at most
  /// this.
  std::optional<Eigen::ArrayXd> upper_bound = std::nullopt;
  std::optional<Eigen::ArrayXd> noise_limit =
      std::nullopt;  ///< (n): what noise alone may show here; a bound stands where the level is not above it
};

/// Harmonic distortion over excitation frequency, all columns of shape (n), n >= 1. Ratios are amplitude ratios
/// (0.01 is 1 % or -40 dB); NaN marks a cell that the source left empty.
class DistortionSpectrum {
 public:
  struct Columns {
    Eigen::ArrayXd frequency_hz;                    ///< strictly increasing, positive
    std::optional<Eigen::ArrayXd> fundamental_db;   ///< level of the fundamental as the source states it
    std::optional<Eigen::ArrayXd> thd_ratio;        ///< total harmonic distortion
    std::optional<Eigen::ArrayXd> thd_upper_bound;  ///< where finite, THD is noise-limited: at most this
    std::optional<Eigen::ArrayXd> noise_ratio;      ///< noise (or noise and the rest) relative to the fundamental
    std::vector<Harmonic> harmonics;                ///< ascending order
    std::optional<double> level_spl_db;             ///< drive level, re 20 uPa, where the source states it
    std::optional<Eigen::ArrayXd> thd_noise_limit = std::nullopt;  ///< what noise alone may show as THD
    std::optional<double> drive_level_dbfs =
        std::nullopt;  ///< peak of the digital sine that was played, where it is known
    std::optional<double> complete_to_hz =
        std::nullopt;  ///< above it, harmonics passed the measured band and are missing in THD
    std::optional<double> band_stop_hz =
        std::nullopt;  ///< end of the measured band: harmonics above were not looked for
  };

  /// Throws Error("bad-distortion") when shapes differ, a ratio is negative or infinite, an upper bound is below its
  /// value, or neither THD nor a harmonic is there.
  explicit DistortionSpectrum(Columns columns);

  [[nodiscard]] const Columns& columns() const noexcept { return columns_; }
  [[nodiscard]] Eigen::Index size() const noexcept { return columns_.frequency_hz.size(); }

  /// THD as a ratio, (n): the THD column, or the root of the harmonics' summed squares where the source has none
  /// (IEC 60268-3, 14.12.5: referred to the fundamental).
  [[nodiscard]] Eigen::ArrayXd thd_ratio() const;

  /// (n): true where THD has an upper bound alone, or, in a source without bounds, is not above the noise column:
  /// evidence of "at most".
  [[nodiscard]] Eigen::Array<bool, Eigen::Dynamic, 1> noise_limited() const;

  /// THD and noise as a ratio, (n); nullopt without a noise column.
  [[nodiscard]] std::optional<Eigen::ArrayXd> thd_plus_noise_ratio() const;

 private:
  Columns columns_;
};

}  // namespace headscore
