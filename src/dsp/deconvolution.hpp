// Division of a recording's spectrum by the sweep's.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <vector>

#include "dsp/fft.hpp"
#include "dsp/sweep_reference.hpp"

namespace headscore {

/// Divides recordings of up to a given length by one sweep. Tables and the sweep's spectrum are made once; const calls
/// from several threads are safe.
///
/// h = IFFT(Y X* / (|X|^2 + e) B). Circular: the linear response starts where the sweep starts in the recording, and
/// the harmonic of order n lies L ln(n) before it (Farina, AES 108, preprint 5093, 2000). The recording needs no zeros
/// behind it for that: nothing of it is wrapped, and the harmonics have the sweep's own length to lie in.
///
/// e is 60 dB below the power that a sweep of this course has at f: it changes nothing (1e-6) where the sweep is, and
/// keeps noise from being blown up where it is not. B is 1 in the band and falls to 0 by a raised cosine, an octave
/// wide below it and up to a tenth wide above it, so that the band's edges ring for a short time only.
class Deconvolver {
 public:
  /// Throws Error("bad-sweep") for a reference that has no signal.
  Deconvolver(SweepReference reference, Eigen::Index frames);

  [[nodiscard]] const SweepReference& reference() const noexcept { return reference_; }
  [[nodiscard]] std::size_t size() const noexcept { return transform_.size(); }
  /// Where the division is exact: from the sweep's start (not below 7 Hz) to 0.98 of its end, or to 0.96 of the Nyquist
  /// frequency.
  [[nodiscard]] double start_hz() const noexcept;
  [[nodiscard]] double stop_hz() const noexcept;

  /// `recording` (up to the frames of the constructor) -> (size), circular.
  [[nodiscard]] std::vector<double> deconvolved(const Eigen::Ref<const Eigen::ArrayXd>& recording) const;

  /// What a recording's spectrum is multiplied with, (bins), and the transform that it comes from.
  [[nodiscard]] const std::vector<std::complex<double>>& inverse() const noexcept { return inverse_; }
  [[nodiscard]] const RealTransform<double>& transform() const noexcept { return transform_; }

 private:
  SweepReference reference_;
  RealTransform<double> transform_;
  std::vector<std::complex<double>> inverse_;  ///< (bins)
  double start_hz_;
  double edge_hz_;
};

}  // namespace headscore
