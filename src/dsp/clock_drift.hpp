// Player and recorder on two clocks.
#pragma once

#include <complex>
#include <optional>
#include <vector>

#include "dsp/impulse_gate.hpp"
#include "dsp/sweep_reference.hpp"
#include "headscore/sweep_analysis.hpp"

namespace headscore {

/// The spectrum of the impulse response (its first 0.2 s) with the minimum phase of its magnitude taken off; time zero
/// at the direct sound.
struct ExcessSpectrum {
  std::vector<std::complex<double>> values;
  double step_hz = 1.0;

  [[nodiscard]] std::size_t bin(double frequency_hz) const;  ///< the first at or above it, with one more behind
};
[[nodiscard]] ExcessSpectrum excess_spectrum(const ImpulsePyramid& impulse, const SweepCourse& course, const Band& band,
                                             TransformSet& transforms);

struct DelayCourse {
  ClockDrift drift;
  double largest_jump_s = 0.0;  ///< of the excess delay from one third of an octave to the next, less the usual step
  double largest_jump_hz = 0.0;
  double usual_jump_s = 0.0;  ///< the median of these steps: rooms and reflections have them everywhere
  bool is_line = true;        ///< the same slope in each third of the band: a clock's, not an all-pass filter's
};

/// A recorder that is fast by d writes the frequency f, due at t(f) = L ln(f / f1), at t(f) (1 + d): a delay that grows
/// by d L for each unit of ln f. What a headphone delays it delays by its minimum phase, nearly: so d is the slope of
/// the excess delay (delay less that of the minimum phase, by the cepstrum; Oppenheim and Schafer, Discrete-Time Signal
/// Processing, ch. 13) over ln f, the median of all pairs of third-octaves (Theil and Sen). nullopt when fewer than
/// eight third-octaves are inside the band. Crossovers delay by more than their minimum phase too, but not along a
/// line: below them the excess delay is constant, above them it falls off with f^2.
[[nodiscard]] std::optional<DelayCourse> excess_delay_course(const ExcessSpectrum& excess, const SweepCourse& course,
                                                             const Band& band);

}  // namespace headscore
