#include "headscore/spectrum.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "dsp/fft.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

/// Coefficients of (-1)^k cos(2 pi k n / N).
std::array<double, 5> cosine_terms(SpectralWindow window) {
  switch (window) {
    case SpectralWindow::kRectangular:
      return {1.0, 0.0, 0.0, 0.0, 0.0};
    case SpectralWindow::kHann:
      return {0.5, 0.5, 0.0, 0.0, 0.0};
    case SpectralWindow::kBlackmanHarris:
      return {0.35875, 0.48829, 0.14128, 0.01168, 0.0};
    case SpectralWindow::kFlatTop:
      return {1.0, 1.942604, 1.340318, 0.440811, 0.043097};
  }
  return {};
}

}  // namespace

std::string_view to_string(SpectralWindow window) {
  switch (window) {
    case SpectralWindow::kRectangular:
      return "rectangular";
    case SpectralWindow::kHann:
      return "hann";
    case SpectralWindow::kBlackmanHarris:
      return "blackman-harris";
    case SpectralWindow::kFlatTop:
      return "flat-top";
  }
  return "unknown";
}

Eigen::ArrayXd window_values(SpectralWindow window, Eigen::Index frames) {
  const std::array<double, 5> terms = cosine_terms(window);
  Eigen::ArrayXd values(frames);
  for (Eigen::Index n = 0; n < frames; ++n) {
    const double c = std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(frames));
    // cos(kx) by Chebyshev's recurrence
    double before = 1.0;
    double now = c;
    double value = terms[0];
    for (std::size_t k = 1; k < terms.size(); ++k) {
      value += (k % 2 == 1 ? -terms[k] : terms[k]) * now;
      const double next = 2.0 * c * now - before;
      before = now;
      now = next;
    }
    values[n] = value;
  }
  return values;
}

Eigen::ArrayXd AmplitudeSpectrum::power_density() const { return amplitude.square() / (2.0 * noise_bandwidth_hz); }

Eigen::Index largest_transform_size(Eigen::Index most) {
  Eigen::Index best = 4;
  for (Eigen::Index twos = 2; twos <= most; twos *= 2) {
    for (Eigen::Index threes = twos; threes <= most; threes *= 3) {
      for (Eigen::Index size = threes; size <= most; size *= 5) best = std::max(best, size);
    }
  }
  return best;
}

AmplitudeSpectrum amplitude_spectrum(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                     SpectralWindow window) {
  if (samples.size() < 4) throw Error("too-short", {}, std::to_string(samples.size()) + " samples", "at least four");
  const Eigen::Index frames = largest_transform_size(samples.size());
  const Eigen::ArrayXd weights = window_values(window, frames);
  const Eigen::ArrayXd weighted = samples.head(frames) * weights;
  const RealTransform<double> transform(static_cast<std::size_t>(frames));
  const std::vector<std::complex<double>> bins =
      transform.forward(std::span<const double>(weighted.data(), static_cast<std::size_t>(frames)));
  const double gain = weights.sum();
  AmplitudeSpectrum spectrum;
  spectrum.frames = frames;
  spectrum.bin_hz = sample_rate_hz / static_cast<double>(frames);
  spectrum.noise_bandwidth_hz = sample_rate_hz * weights.square().sum() / (gain * gain);
  spectrum.amplitude.resize(static_cast<Eigen::Index>(bins.size()));
  for (std::size_t k = 0; k < bins.size(); ++k)
    spectrum.amplitude[static_cast<Eigen::Index>(k)] = 2.0 * std::abs(bins[k]) / gain;
  spectrum.amplitude[0] /= 2.0;
  spectrum.amplitude[spectrum.amplitude.size() - 1] /= 2.0;
  return spectrum;
}

}  // namespace headscore
