#include "dsp/resampling.hpp"

#include <soxr.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "headscore/error.hpp"

namespace headscore {

Eigen::ArrayXd resampled_by(const Eigen::Ref<const Eigen::ArrayXd>& samples, double ratio) {
  if (!(ratio >= 0.01 && ratio <= 100.0))
    throw Error("bad-ratio", {}, "a ratio of " + std::to_string(ratio), "0.01 to 100");
  const Eigen::ArrayXd input = samples;  // contiguous
  const auto wanted = static_cast<std::size_t>(std::llround(static_cast<double>(input.size()) * ratio));
  Eigen::ArrayXd output = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(wanted));
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  std::size_t done = 0;
  const soxr_error_t error = soxr_oneshot(1.0, ratio, 1, input.data(), static_cast<std::size_t>(input.size()), nullptr,
                                          output.data(), wanted, &done, &io, &quality, &runtime);
  if (error != nullptr) throw Error("resampling-failed", {}, error, "a resampler that works");
  return output;
}

}  // namespace headscore
