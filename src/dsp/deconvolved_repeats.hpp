// A recording divided by its sweep, with all repeats' responses in place.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "dsp/deconvolution.hpp"
#include "dsp/fft.hpp"

namespace headscore {

/// The deconvolved recording with all repeats' impulse responses in place.
struct Deconvolved {
  std::vector<double> samples;  ///< circular; mean over the repeats behind `starts.front()`
  std::vector<double> noise;    ///< what is neither response nor harmonic
  std::vector<Eigen::Index>
      starts;  ///< of each repeat's direct sound, in frames of the recording; the first may be negative
  std::vector<double> exact_starts;  ///< the same between frames
  double variance_db = -400.0;       ///< energy of the difference between repeats over that of the response
};

/// Clocks that are off by more are another sample rate, or another sweep.
inline constexpr double kMostDriftPpm = 3000.0;

/// Divides and finds the repeats. `locked`: the recording was resampled to the player's clock, so that repeats lie
/// whole periods apart.
[[nodiscard]] Deconvolved deconvolved_repeats(const Deconvolver& deconvolver,
                                              const Eigen::Ref<const Eigen::ArrayXd>& recording, bool locked,
                                              TransformSet& transforms);

}  // namespace headscore
