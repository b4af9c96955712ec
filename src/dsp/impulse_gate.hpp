// From an impulse response among noise and harmonics to a frequency response: windows that are chosen for each octave.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dsp/fft.hpp"
#include "dsp/impulse_pyramid.hpp"
#include "headscore/curve.hpp"
#include "headscore/sweep_analysis.hpp"

namespace headscore {

/// Power of the noise over frequency: a window w over it has the expected squared transform density(f) * sum(w^2).
class NoiseDensity {
 public:
  NoiseDensity() = default;  ///< no noise known: zero everywhere
  /// Welch's estimate (IEEE Trans. AU-15 (1967)), Hann windows overlapping by half, from `noise` (n). Known when n >=
  /// 512.
  NoiseDensity(std::span<const double> noise, double sample_rate_hz, TransformSet& transforms);

  [[nodiscard]] bool known() const noexcept { return !power_.empty(); }
  /// Whether a line stands 10 dB out of what lies beside it below 1.5 kHz: hum, which comes through a window's side
  /// lobes.
  [[nodiscard]] bool has_lines() const noexcept { return has_lines_; }
  [[nodiscard]] double at(double frequency_hz) const;
  /// Mean over a band.
  [[nodiscard]] double mean(const Band& band) const;
  /// The expected squared transform at a frequency under a window with |W|^2 = `power` at multiples of `power_step_hz`
  /// off it and samples at `rate_hz`: what lies at other frequencies comes through its side lobes, lines of hum above
  /// all.
  [[nodiscard]] double through(const std::vector<double>& power, double power_step_hz, double rate_hz,
                               double frequency_hz) const;

 private:
  [[nodiscard]] bool found_lines() const;

  double step_hz_ = 1.0;
  std::vector<double> power_;
  bool has_lines_ = false;
};

/// How far a gate may reach from the origin.
struct GateLimits {
  double before_s = 0.1;         ///< for octaves in which harmonics may lie
  double before_lowest_s = 0.1;  ///< for octaves below the second harmonic of the sweep's start
  double behind_s = 1.0;
};

/// Octaves of `band`, each with the gate that gives the least error: longer cuts less of the response, shorter lets in
/// less noise. The response's energy per octave is followed over time in steps of a factor 2, for up to 3,000 periods;
/// what lies outside counts four times (it is coherent), the noise inside once, and 100 dB below the octave's energy
/// nothing counts.
[[nodiscard]] std::vector<OctaveGate> chosen_gates(const ImpulsePyramid& impulse, const NoiseDensity& noise,
                                                   const Band& band, double second_harmonic_hz,
                                                   const GateLimits& limits, TransformSet& transforms);

/// The same octaves with gates as an option states them.
[[nodiscard]] std::vector<OctaveGate> given_gates(const ImpulseWindow& window, const Band& band,
                                                  const GateLimits& limits);

/// The complex response at given frequencies, and the rms amplitude of the noise in it.
struct GatedResponse {
  Eigen::ArrayXcd response;
  Eigen::ArrayXd noise;
};

/// Transforms of the impulse under each gate (flat between `before` and `behind`, then half a Hann window as long as
/// half of it), blended over half an octave where gates meet. Time zero lies `earlier_s` before the origin.
/// `frequency_hz` (n), ascending -> (n).
[[nodiscard]] GatedResponse gated_response(const ImpulsePyramid& impulse, const NoiseDensity& noise,
                                           const std::vector<OctaveGate>& gates, const Eigen::ArrayXd& frequency_hz,
                                           TransformSet& transforms, double earlier_s = 0.0);

/// The samples under a gate, time zero at index window_before_frames(...); window applied.
[[nodiscard]] Eigen::ArrayXd windowed(const ImpulsePyramid& impulse, double before_s, double behind_s);
[[nodiscard]] Eigen::Index window_before_frames(double before_s, double sample_rate_hz);

}  // namespace headscore
