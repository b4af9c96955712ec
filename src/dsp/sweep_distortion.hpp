// Harmonic distortion from a deconvolved sweep.
#pragma once

#include <optional>
#include <vector>

#include "dsp/impulse_gate.hpp"
#include "dsp/sweep_reference.hpp"
#include "headscore/distortion.hpp"

namespace headscore {

struct DistortionSettings {
  SweepCourse course;
  Band band;  ///< measured: harmonics outside of it are not told
  double points_per_octave = 24.0;
  int highest_harmonic = 9;
  double played_amplitude = 1.0;
  std::optional<double> noise_rms;      ///< of the recording's silence, 20 Hz to 20 kHz
  double recorded_full_scale_db = 0.0;  ///< added to the fundamental's level in dBFS
};

/// Each harmonic over excitation frequency. The harmonic of order n of a logarithmic sweep is that sweep L ln(n)
/// earlier: the impulse response there, at n f, over the linear one at f, is the harmonic's ratio (Farina, AES 108,
/// preprint 5093, 2000; Novak et al., JAES 63(10), 2015). Gates are those of the response at n f or f, the longer,
/// doubled, as far as the neighbours leave room (35 % of the distance to the next higher order before, 65 % of that to
/// the next lower one behind). Each row is the power mean over its width; rows start where harmonics can be separated
/// (the band's start, 20 Hz, 14 / L Hz) and end where the second one leaves the band. The noise limit is 2.5 times the
/// noise's rms amplitude under the gate (one value in 500 of pure noise is larger), and at least -120 dB, what the
/// separation itself is good for. nullopt when fewer than two rows are inside the band.
[[nodiscard]] std::optional<DistortionSpectrum> swept_distortion(const ImpulsePyramid& impulse,
                                                                 const NoiseDensity& noise,
                                                                 const std::vector<OctaveGate>& gates,
                                                                 const DistortionSettings& settings,
                                                                 TransformSet& transforms);

/// From which excitation frequency on each harmonic (2 to the highest) is free of what a sweep's own speed does to a
/// nonlinearity behind a filter, to 0.1 dB; empty where it cannot be told.
[[nodiscard]] std::vector<double> steady_from_hz(const ImpulsePyramid& impulse, const std::vector<OctaveGate>& gates,
                                                 const DistortionSettings& settings, TransformSet& transforms);

}  // namespace headscore
