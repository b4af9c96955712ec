// Player and recorder on two clocks.
#pragma once

#include <optional>

#include "dsp/impulse_gate.hpp"
#include "dsp/sweep_reference.hpp"
#include "headscore/sweep_analysis.hpp"

namespace headscore {

struct DelayCourse {
  ClockDrift drift;
  double largest_jump_s = 0.0;  ///< of the excess delay from one third of an octave to the next, less the usual step
  double largest_jump_hz = 0.0;
  double usual_jump_s = 0.0;  ///< the median of these steps: rooms and reflections have them everywhere
};

/// A recorder that is fast by d writes the frequency f, due at t(f) = L ln(f / f1), at t(f) (1 + d): a delay that grows
/// by d L for each unit of ln f. What a headphone delays it delays by its minimum phase, nearly: so d is the slope of
/// the excess delay (delay less that of the minimum phase, by the cepstrum; Oppenheim and Schafer, Discrete-Time Signal
/// Processing, ch. 13) over ln f, the median of all pairs of third-octaves (Theil and Sen). nullopt when fewer than
/// eight third-octaves are inside the band.
[[nodiscard]] std::optional<DelayCourse> excess_delay_course(const ImpulsePyramid& impulse, const SweepCourse& course,
                                                             const Band& band);

}  // namespace headscore
