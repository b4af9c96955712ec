// A logarithmic sweep's parameters from samples: of the file that was played, or of a recording of it.
#pragma once

#include <Eigen/Core>

#include "dsp/sweep_reference.hpp"

namespace headscore {

/// What was recognised of a logarithmic sweep in samples.
struct RecognisedSweep {
  SweepCourse course;
  Eigen::Index first_frame = 0;  ///< where it starts
  Eigen::Index frames = 0;       ///< how long it is
  double amplitude = 1.0;
  double residual_rad = 0.0;  ///< rms of the phase about the fitted course
};

/// Finds the first logarithmic sweep in samples (n): its zero crossings must lie on a e^(t/L) + b to within half a
/// radian rms over at least four octaves. Throws Error("unknown-sweep") with what was found instead.
[[nodiscard]] RecognisedSweep recognised_sweep(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz);

/// The sweep of a file of samples: cut out, with its recognised course, and how often it comes. Throws
/// Error("unknown-sweep").
[[nodiscard]] SweepReference reference_from(const Eigen::Ref<const Eigen::ArrayXd>& played, double sample_rate_hz);

/// The sweep that a recording (n) holds, as a sweep without edges in its band: its course is fitted to zero crossings,
/// and what is wrong with its rate is taken from the slope of the excess delay that it leaves (clock_drift.hpp). What
/// crossings off by more than half a radian say is believed where the division then gives a compact response. Throws
/// Error("unknown-sweep").
[[nodiscard]] SweepReference recorded_sweep(const Eigen::Ref<const Eigen::ArrayXd>& recording, double sample_rate_hz);

}  // namespace headscore
