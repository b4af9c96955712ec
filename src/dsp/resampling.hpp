// Change of sample rate. The one door to libsoxr.
#pragma once

#include <Eigen/Core>

namespace headscore {

/// `samples` (n) as they would have been at `ratio` times the sample rate, about n * ratio samples: time zero stays at
/// the first sample. libsoxr at its very high quality: flat to 0.91 of the lower Nyquist frequency, 170 dB down in the
/// stop band. A ratio near 1 mends a clock. Throws Error("bad-ratio") outside of 0.01 to 100.
[[nodiscard]] Eigen::ArrayXd resampled_by(const Eigen::Ref<const Eigen::ArrayXd>& samples, double ratio);

}  // namespace headscore
