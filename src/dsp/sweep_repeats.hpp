// A sweep that comes several times: the distance from one to the next, and how many there are.
#pragma once

#include <Eigen/Core>
#include <optional>

namespace headscore {

/// Frames from repeat to repeat of what samples (n) hold: where their autocorrelation peaks behind its first tenth of a
/// second. Of N equal repeats that peak has (N - 1) / N of the energy; below a quarter there are none.
[[nodiscard]] std::optional<Eigen::Index> repeat_period_frames(const Eigen::Ref<const Eigen::ArrayXd>& samples,
                                                               double sample_rate_hz);

/// How often samples [first, first + frames) come `period_frames` apart, up to a hundredth of their energy.
[[nodiscard]] int repeats_in(const Eigen::Ref<const Eigen::ArrayXd>& samples, Eigen::Index first, Eigen::Index frames,
                             Eigen::Index period_frames);

}  // namespace headscore
