// Windowed amplitude spectra with their bandwidth.
#pragma once

#include <Eigen/Core>
#include <string_view>

namespace headscore {

enum class SpectralWindow {
  kRectangular,
  kHann,
  kBlackmanHarris,  ///< 4 terms, side lobes below -92 dB: F. J. Harris, Proc. IEEE 66(1), 1978
  kFlatTop,  ///< HFT90D, peaks read within 0.004 dB between bins: G. Heinzel, A. Rüdiger, R. Schilling, "Spectrum and
             ///< spectral density estimation by the DFT", 2002
};

[[nodiscard]] std::string_view to_string(
    SpectralWindow window);  ///< "rectangular", "hann", "blackman-harris", "flat-top"

/// The window's values, shape (frames): the periodic form, largest value 1 (flat-top: above).
[[nodiscard]] Eigen::ArrayXd window_values(SpectralWindow window, Eigen::Index frames);

/// Amplitudes over frequency.
struct AmplitudeSpectrum {
  double bin_hz = 0.0;              ///< bin k is at k bin_hz
  double noise_bandwidth_hz = 0.0;  ///< bandwidth of noise in one bin: bin_hz x frames x sum(w^2) / sum(w)^2
  Eigen::Index frames = 0;          ///< of the window
  Eigen::ArrayXd amplitude;         ///< (frames / 2 + 1): peak amplitude of a sine in the bin; full scale 1.0

  /// (bins) mean square per Hz: amplitude^2 / 2 / noise_bandwidth_hz. Its sum x bin_hz is the mean square of noise.
  [[nodiscard]] Eigen::ArrayXd power_density() const;
};

/// The largest even number up to `most` without prime factors above 5, at least 4; transforms of other sizes are slow.
[[nodiscard]] Eigen::Index largest_transform_size(Eigen::Index most);

/// The spectrum of the first largest_transform_size(n) of `samples` (n), n >= 4. Throws Error("too-short").
[[nodiscard]] AmplitudeSpectrum amplitude_spectrum(const Eigen::Ref<const Eigen::ArrayXd>& samples,
                                                   double sample_rate_hz,
                                                   SpectralWindow window = SpectralWindow::kBlackmanHarris);

}  // namespace headscore
