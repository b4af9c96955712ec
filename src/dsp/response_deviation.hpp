// How far a response is from its target, in one number: the policy's metric "response_deviation".
#pragma once

#include <Eigen/Core>
#include <utility>
#include <vector>

#include "headscore/curve.hpp"
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

/// response_deviation_db() of weighted sums of curves that are smoothed in dB: as smoothing, interpolation and the taking out of the
/// mean are linear, its square is a quadratic form of the weights, which is prepared once.
class CombinedDeviation {
 public:
  /// Curves as columns of `parts_db` (n, k) on `frequency_hz` (n). Throws as response_deviation_db() and smoothed() do;
  /// Error("bad-smoothing") for smoothing of power, which is not linear.
  CombinedDeviation(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& parts_db, const Smoothing& smoothing,
                    const RegionWeights& region_weights);

  /// The deviation of parts_db * weights, dB; weights of shape (k).
  [[nodiscard]] double of(const Eigen::VectorXd& weights) const;

 private:
  Eigen::MatrixXd form_;  ///< (k, k): weighted covariances of the smoothed parts
};

/// Share of the weights' integral over log frequency that lies inside the band, 0..1. Throws
/// Error("bad-region-weights").
[[nodiscard]] double covered_weight_share(const Band& band, const RegionWeights& region_weights);

}  // namespace headscore
