// The sweep that a recording is divided by: its samples, and what is known of how they were made.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

#include "headscore/curve.hpp"
#include "headscore/test_signal.hpp"

namespace headscore {

/// A logarithmic sweep's course: frequency start_hz e^(t / rate_constant_s) from its first sample on.
struct SweepCourse {
  double start_hz = 20.0;
  double stop_hz = 20000.0;
  double rate_constant_s = 0.7;  ///< L: the harmonic of order n comes L ln(n) before the linear response

  [[nodiscard]] double frequency_hz(double t_s) const;
  [[nodiscard]] double time_s(double frequency_hz) const;
};

/// One sweep as samples with its course.
struct SweepReference {
  double sample_rate_hz = 48000.0;
  Eigen::ArrayXd samples;  ///< (n): one sweep
  SweepCourse course;
  double amplitude = 1.0;  ///< peak of the sine
  int repeats = 1;
  Eigen::Index period_frames = 0;  ///< from repeat to repeat; 0 with one
  std::optional<int> channel;      ///< 1-based channel that it was played in, where that is one of several
  /// Set where the sweep was recognised from the recording: the band that its fades leave whole. Its player's clock,
  /// polarity and level are not known then.
  std::optional<Band> recognised_band;
};

/// The sweep that `parameters` describe, made at `sample_rate_hz`, whichever rate they name.
[[nodiscard]] SweepReference reference_from(const SweepParameters& parameters, double sample_rate_hz);

/// The frequencies between a sweep's fades: where its amplitude is its own, within 1.5 % at the start and 0.3 % at the
/// end. Behind a fade-in the nonlinearities are driven less, and under a fade-out division makes harmonics larger than
/// they are; the linear response is whole in both. All of the course where the amplitude is nowhere steady.
[[nodiscard]] Band unfaded_band(const SweepReference& reference);

/// What is left of one sweep without its first and last frames: what a recording holds that was cut off.
[[nodiscard]] SweepReference cut_sweep(const SweepReference& whole, Eigen::Index first_frames,
                                       Eigen::Index last_frames);

}  // namespace headscore
