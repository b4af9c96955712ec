// How far a response is from its target, in one number: the policy's metric "response_deviation".
#pragma once

#include <Eigen/Core>
#include <utility>
#include <vector>

#include "dsp/smoothing_plan.hpp"
#include "headscore/curve.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/smoothing.hpp"

namespace headscore {

/// Weight of each region of the spectrum: (Hz, weight >= 0), at least two, ascending; linear over log frequency
/// between, zero outside.
using RegionWeights = std::vector<std::pair<double, double>>;

/// Root of the weighted mean square over log frequency of e - m, where m is the weighted mean of e: the level that
/// remains after least-squares alignment under the same weights. `error` in dB, already smoothed; any level shift of it
/// leaves the result as it is. Trapezoid over ln f, with the regions' corners as extra rows. Throws
/// Error("bad-region-weights"), and Error("band-not-covered") when the curve covers no weight.
[[nodiscard]] double response_deviation_db(const Curve& error, const RegionWeights& region_weights);

/// response_deviation_db() of curves on one axis, smoothed first: what depends on the axis alone is found once.
class DeviationPlan {
 public:
  /// Frequencies as in Curve, shape (n). Throws as response_deviation_db() and smoothed() do; Error("bad-smoothing")
  /// for smoothing of power, which is not linear.
  DeviationPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing, const RegionWeights& region_weights);

  /// response_deviation_db(smoothed(error)); error levels (n), dB.
  [[nodiscard]] double of(const Eigen::ArrayXd& error_db) const;

  /// The curves' levels (n, k) smoothed, their weighted mean taken out, each row times the root of its share, (m, k):
  /// as smoothing, interpolation and the taking out are linear, the deviation of any weighted sum of the curves is the
  /// norm of that sum of columns.
  [[nodiscard]] Eigen::MatrixXd centred(const Eigen::Ref<const Eigen::MatrixXd>& parts_db) const;

 private:
  struct WeightedAxis;
  [[nodiscard]] static WeightedAxis weighted_axis(const Band& band, const Eigen::ArrayXd& rows_hz,
                                                  const RegionWeights& regions);
  DeviationPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing, const WeightedAxis& axis);

  SmoothingPlan smoothing_;
  InterpolationPlan plan_;  ///< to the rows and the regions' corners
  Eigen::ArrayXd share_;    ///< of the whole that each of those stands for, (m)
  Eigen::ArrayXd root_;     ///< of share_
};

/// Share of the weights' integral over log frequency that lies inside the band, 0..1. Throws
/// Error("bad-region-weights").
[[nodiscard]] double covered_weight_share(const Band& band, const RegionWeights& region_weights);

}  // namespace headscore
