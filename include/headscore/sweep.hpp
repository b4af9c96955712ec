// Sweeps as samples.
#pragma once

#include <Eigen/Core>

#include "headscore/audio_clip.hpp"
#include "headscore/test_signal.hpp"

namespace headscore {

/// One sweep with its fades, shape (sweep_frames): amplitude sin(phase_rad(k / sample_rate_hz)).
/// Exponential: Farina, AES 108, preprint 5093, 2000; synchronised: Novak, Lotton, Simon, JAES 63(10), 2015.
[[nodiscard]] Eigen::ArrayXd sweep_samples(const SweepParameters& parameters);

/// The whole signal: silence, repeats and channels; shape (frames, channels).
[[nodiscard]] AudioClip sweep_clip(const SweepParameters& parameters);

/// Raised-cosine fades over the first `fade_in_frames` and the last `fade_out_frames` of `samples`, shape kept.
[[nodiscard]] Eigen::ArrayXd faded(Eigen::ArrayXd samples, Eigen::Index fade_in_frames, Eigen::Index fade_out_frames);

}  // namespace headscore
