// Where the tones of a recording are.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "headscore/test_signal.hpp"

namespace headscore {

/// A steady stretch of a recording.
struct ToneSegment {
  Eigen::Index first_frame = 0;
  Eigen::Index frames = 0;
  std::optional<Tone> nominal;         ///< what was played, where it is known
  std::optional<double> frequency_hz;  ///< as found, where it is not
};

/// The frame, maybe negative, at which the signal of `parameters` starts in samples (n): where most of the energy at
/// each tone's frequency falls into that tone's place; to within 10 ms.
[[nodiscard]] Eigen::Index signal_start(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                        const ToneParameters& parameters);

/// The analysis window of each tone of a signal that starts at `start_frame`; windows may reach beyond the recording.
[[nodiscard]] std::vector<ToneSegment> placed_segments(double sample_rate_hz, const ToneParameters& parameters,
                                                       Eigen::Index start_frame);

/// Steady tones of at least half a second, whatever they are, within 60 dB of the loudest.
[[nodiscard]] std::vector<ToneSegment> found_segments(const Eigen::Ref<const Eigen::ArrayXd>& samples,
                                                      double sample_rate_hz);

}  // namespace headscore
