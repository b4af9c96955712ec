// Curve: a magnitude over frequency; LogGrid: the logarithmic frequency axes that curves are compared on.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>

namespace headscore {

/// Closed frequency band [start_hz, stop_hz], 0 < start_hz < stop_hz.
struct Band {
  double start_hz = 20.0;
  double stop_hz = 20000.0;

  friend bool operator==(const Band&, const Band&) = default;
};

/// Octaves between the band's ends: log2(stop_hz / start_hz). Throws Error("bad-band") unless 0 < start_hz <= stop_hz.
[[nodiscard]] double octaves(const Band& band);

/// A magnitude in dB over frequency in Hz; both of shape (n), n >= 2, finite, frequencies positive and strictly
/// increasing.
class Curve {
 public:
  /// Throws Error("not-a-curve") when a shape, a sign, the order or finiteness is wrong.
  Curve(Eigen::ArrayXd frequency_hz, Eigen::ArrayXd magnitude_db);

  /// Other levels (n) on the same frequencies. Throws as the constructor does.
  [[nodiscard]] Curve with_levels(Eigen::ArrayXd magnitude_db) const;

  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }  ///< (n), Hz
  [[nodiscard]] const Eigen::ArrayXd& magnitude_db() const noexcept { return magnitude_db_; }  ///< (n), dB
  [[nodiscard]] Eigen::Index size() const noexcept { return frequency_hz_.size(); }
  [[nodiscard]] double start_hz() const { return frequency_hz_[0]; }
  [[nodiscard]] double stop_hz() const { return frequency_hz_[frequency_hz_.size() - 1]; }
  [[nodiscard]] Band band() const { return {start_hz(), stop_hz()}; }

 private:
  Curve() = default;
  Eigen::ArrayXd frequency_hz_;
  Eigen::ArrayXd magnitude_db_;
};

/// The same frequencies with every level moved by `shift_db`.
[[nodiscard]] Curve shifted(const Curve& curve, double shift_db);

/// a - b in dB. Both must have the same frequencies (bit for bit); throws Error("different-grids") otherwise.
[[nodiscard]] Curve difference(const Curve& a, const Curve& b);

/// The rows of `curve` inside `band`, ends included; nullopt when fewer than two rows are inside.
[[nodiscard]] std::optional<Curve> restricted(const Curve& curve, const Band& band);

/// Mean level of those rows, dB; nullopt when fewer than two rows are inside.
[[nodiscard]] std::optional<double> mean_level_db(const Curve& curve, const Band& band);

/// A named logarithmic frequency axis, shape (n), Hz, strictly increasing.
class LogGrid {
 public:
  /// f_k = start_hz * 2^(k / points_per_octave) for every k with f_k <= stop_hz (to within 1e-9 relative).
  /// Throws Error("bad-grid") unless points_per_octave is in 1..1000 and 0 < start_hz < stop_hz.
  [[nodiscard]] static LogGrid per_octave(double points_per_octave, const Band& band = {});

  /// AutoEq's axis: f = 20, f *= 1.01 while f <= 20000; 695 points, the last 19955.54 Hz.
  [[nodiscard]] static LogGrid autoeq();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }  ///< "1/48 octave", "autoeq", ...
  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }
  [[nodiscard]] double points_per_octave() const noexcept { return points_per_octave_; }

 private:
  LogGrid(std::string name, Eigen::ArrayXd frequency_hz, double points_per_octave);
  std::string name_;
  Eigen::ArrayXd frequency_hz_;
  double points_per_octave_;
};

}  // namespace headscore
