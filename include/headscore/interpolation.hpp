// Bringing a curve to another frequency axis: linear in dB over log frequency.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "headscore/curve.hpp"

namespace headscore {

/// What to do where the wanted axis leaves the curve's band.
enum class Extrapolation {
  kNone,         ///< those frequencies are left out of the result
  kEndSegments,  ///< the first and last segments are continued (AutoEq's convention, scipy
                 ///< InterpolatedUnivariateSpline(k=1))
};

/// A prepared interpolation from one frequency axis to another: made once per axis, applied to any number of curves.
class InterpolationPlan {
 public:
  /// Both axes of shape (n) and (m), strictly increasing and positive, n >= 2.
  InterpolationPlan(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz, Extrapolation extrapolation);

  /// Frequencies that come out, shape (k), k <= m (k == m with kEndSegments).
  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return to_hz_; }
  /// True when `frequency_hz` is bit for bit the axis that the plan was made for.
  [[nodiscard]] bool fits(const Eigen::ArrayXd& frequency_hz) const;
  /// (n) dB -> (k) dB. Throws Error("different-grids") for a wrong shape.
  [[nodiscard]] Eigen::ArrayXd applied(const Eigen::ArrayXd& magnitude_db) const;

 private:
  Eigen::ArrayXd from_hz_;
  Eigen::ArrayXd to_hz_;
  std::vector<std::int32_t> index_;  ///< left neighbour
  Eigen::ArrayXd weight_;            ///< of the right neighbour
};

/// The curve at the given frequencies (shape (m), Hz, strictly increasing). With kNone the frequencies outside the
/// curve's band are left out; throws Error("band-not-covered") when fewer than two remain.
[[nodiscard]] Curve interpolated(const Curve& curve, const Eigen::ArrayXd& frequency_hz,
                                 Extrapolation extrapolation = Extrapolation::kNone);
[[nodiscard]] Curve interpolated(const Curve& curve, const LogGrid& grid,
                                 Extrapolation extrapolation = Extrapolation::kNone);

/// Level at one frequency, dB; nullopt outside the curve's band.
[[nodiscard]] std::optional<double> level_at(const Curve& curve, double frequency_hz);

/// Mean of several curves in dB on the first one's axis, over the band that all of them cover. Curves on other axes are
/// interpolated. Throws Error("band-not-covered") when they have no band in common.
[[nodiscard]] Curve mean_curve(const std::vector<Curve>& curves);

/// A model is not asked when more than this of its band is missing: one third of an octave, both ends together.
inline constexpr double kMostMissingOctaves = 1.0 / 3.0;

/// Octaves of `wanted` that the curve does not cover (both ends together).
[[nodiscard]] double uncovered_octaves(const Curve& curve, const Band& wanted);

}  // namespace headscore
