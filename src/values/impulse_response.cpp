#include "headscore/impulse_response.hpp"

#include <string>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {

ImpulseResponse::ImpulseResponse(double sample_rate_hz, Eigen::ArrayXd samples, Eigen::Index origin)
    : sample_rate_hz_(sample_rate_hz), samples_(std::move(samples)), origin_(origin) {
  const auto refuse = [](const std::string& found, const std::string& wanted) {
    throw Error("bad-impulse-response", {}, found, wanted);
  };
  if (samples_.size() < 2) refuse(std::to_string(samples_.size()) + " samples", "at least two");
  if (!(sample_rate_hz_ >= 8000.0 && sample_rate_hz_ <= 768000.0))
    refuse("a sample rate of " + std::to_string(sample_rate_hz_) + " Hz", "8,000 to 768,000 Hz");
  if (origin_ < 0 || origin_ >= samples_.size()) refuse("an origin outside of the samples", "the index of a sample");
  if (!samples_.isFinite().all()) refuse("a sample that is not finite", "finite samples");
}

}  // namespace headscore
