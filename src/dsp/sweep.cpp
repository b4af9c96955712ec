#include "headscore/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace headscore {

Eigen::ArrayXd faded(Eigen::ArrayXd samples, Eigen::Index fade_in_frames, Eigen::Index fade_out_frames) {
  const Eigen::Index n = samples.size();
  const auto gain = [](Eigen::Index k, Eigen::Index frames) {
    return 0.5 - 0.5 * std::cos(std::numbers::pi * static_cast<double>(k) / static_cast<double>(frames));
  };
  for (Eigen::Index k = 0; k < std::min(fade_in_frames, n); ++k) samples[k] *= gain(k, fade_in_frames);
  for (Eigen::Index k = 0; k < std::min(fade_out_frames, n); ++k) samples[n - 1 - k] *= gain(k, fade_out_frames);
  return samples;
}

Eigen::ArrayXd sweep_samples(const SweepParameters& parameters) {
  const SweepParameters::Fields& fields = parameters.fields();
  const double amplitude = parameters.amplitude();
  Eigen::ArrayXd samples(static_cast<Eigen::Index>(parameters.sweep_frames()));
  for (Eigen::Index k = 0; k < samples.size(); ++k) {
    samples[k] = amplitude * std::sin(parameters.phase_rad(static_cast<double>(k) / fields.sample_rate_hz));
  }
  return faded(std::move(samples), std::llround(fields.fade_in_s * fields.sample_rate_hz),
               std::llround(fields.fade_out_s * fields.sample_rate_hz));
}

AudioClip sweep_clip(const SweepParameters& parameters) {
  const SweepParameters::Fields& fields = parameters.fields();
  const Eigen::ArrayXd sweep = sweep_samples(parameters);
  Eigen::ArrayXXd samples = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(parameters.frames()), fields.channels);
  for (int channel = 1; channel <= fields.channels; ++channel) {
    if (fields.channel != 0 && fields.channel != channel) continue;
    for (int repeat = 0; repeat < fields.repeats; ++repeat) {
      samples.col(channel - 1).segment(static_cast<Eigen::Index>(parameters.first_frame(repeat)), sweep.size()) = sweep;
    }
  }
  return AudioClip({.sample_rate_hz = fields.sample_rate_hz, .samples = std::move(samples)});
}

}  // namespace headscore
