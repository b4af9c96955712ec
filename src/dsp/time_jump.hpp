// Samples that were lost or doubled while the sweep ran.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "dsp/clock_drift.hpp"
#include "dsp/deconvolution.hpp"

namespace headscore {

struct TimeJump {
  double frequency_hz = 0.0;  ///< of the sweep, there
  double at_s = 0.0;          ///< in the recording
  Eigen::Index frames = 0;    ///< lost; negative: inserted
};

/// Looks for a jump in a recording whose sweeps start at `starts` (frames of the recording).
///
/// n samples lost at the frequency f turn all phases above it by 2 pi f n / fs. Places where the excess phase bends
/// like that, beyond what a smooth course and its noise allow, are suspects; a suspect is proved by putting the samples
/// back: a jump smears the response ahead of the direct sound, where a linear system has nothing, and only where there
/// was one does putting back take four fifths of that energy away.
[[nodiscard]] std::optional<TimeJump> found_time_jump(const ExcessSpectrum& excess, const Deconvolver& deconvolver,
                                                      const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                                      const std::vector<Eigen::Index>& starts, const Band& band);

}  // namespace headscore
