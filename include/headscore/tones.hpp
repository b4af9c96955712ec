// Tones as samples.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "headscore/audio_clip.hpp"
#include "headscore/curve.hpp"
#include "headscore/test_signal.hpp"

namespace headscore {

/// One tone with its fades, shape (tone_frames): 10^(level/20) sin(2 pi f k / sample_rate_hz).
[[nodiscard]] Eigen::ArrayXd tone_samples(const ToneParameters& parameters, std::size_t tone);

/// The whole signal: silence, tones and channels; shape (frames, channels).
[[nodiscard]] AudioClip tone_clip(const ToneParameters& parameters);

/// Frequencies 1000 Hz x 2^(k / points_per_octave) inside `band`, ends included; rising, Hz. At least one, or
/// Error("bad-tones").
[[nodiscard]] std::vector<double> stepped_frequencies(double points_per_octave, const Band& band);

}  // namespace headscore
