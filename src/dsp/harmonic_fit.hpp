// Weighted least squares of a tone with its harmonics: what the sine fits and the tone analysis share.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <vector>

namespace headscore {

/// y[n] = offset + sum over i of Re(phasor[i] e^(j 2 pi orders[i] turns n)) + residual[n], n from the first sample.
struct HarmonicFit {
  double turns = 0.0;  ///< fundamental, cycles per sample
  double offset = 0.0;
  std::vector<int> orders;
  std::vector<std::complex<double>> phasors;
  int iterations = 0;  ///< of the frequency
};

/// Least squares with `weights` (n), all positive in their sum, at the given fundamental, or, with `refine`, at the
/// fundamental near it that fits best (Gauss and Newton, as the four-parameter fit of IEEE Std 1057 and 1241).
/// orders[0] must be 1. An order above the Nyquist frequency stands for its alias. Orders must not share a frequency.
[[nodiscard]] HarmonicFit harmonic_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, const Eigen::ArrayXd& weights,
                                       double turns, const std::vector<int>& orders, bool refine);

/// What the fit leaves, shape (n).
[[nodiscard]] Eigen::ArrayXd residual(const Eigen::Ref<const Eigen::ArrayXd>& samples, const HarmonicFit& fit);

}  // namespace headscore
