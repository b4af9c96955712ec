// The sweep that a recording is divided by: its samples, and what is known of how they were made.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

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
};

/// The sweep that `parameters` describe, made at `sample_rate_hz`, whichever rate they name.
[[nodiscard]] SweepReference reference_from(const SweepParameters& parameters, double sample_rate_hz);

/// What was recognised of a logarithmic sweep in samples.
struct RecognisedSweep {
  SweepCourse course;
  Eigen::Index first_frame = 0;  ///< where it starts
  Eigen::Index frames = 0;       ///< how long it is
  double amplitude = 1.0;
  double residual_rad = 0.0;  ///< rms of the phase about the fitted course
  bool again = false;         ///< another sweep follows behind it
};

/// Finds the first logarithmic sweep in samples (n): its zero crossings must lie on a e^(t/L) + b to within half a
/// radian rms over at least four octaves. Throws Error("unknown-sweep") with what was found instead.
[[nodiscard]] RecognisedSweep recognised_sweep(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz);

/// The sweep of a file of samples: cut out, with its recognised course. Throws Error("unknown-sweep").
[[nodiscard]] SweepReference reference_from(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz);

}  // namespace headscore
