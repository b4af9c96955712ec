// ImpulseResponse: what comes out of a system for one sample of 1.0.
#pragma once

#include <Eigen/Core>

namespace headscore {

/// An impulse response of one channel, shape (n), n >= 2, finite. Sample `origin` is time zero (the direct sound's
/// peak). Immutable.
class ImpulseResponse {
 public:
  /// Throws Error("bad-impulse-response") for a shape, a rate outside of 8,000 to 768,000 Hz, an origin outside of the
  /// samples, or a sample that is not finite.
  ImpulseResponse(double sample_rate_hz, Eigen::ArrayXd samples, Eigen::Index origin);

  [[nodiscard]] double sample_rate_hz() const noexcept { return sample_rate_hz_; }
  [[nodiscard]] const Eigen::ArrayXd& samples() const noexcept {
    return samples_;
  }  ///< (n), linear: 1.0 is the sample that went in
  [[nodiscard]] Eigen::Index origin() const noexcept { return origin_; }
  [[nodiscard]] Eigen::Index size() const noexcept { return samples_.size(); }

 private:
  double sample_rate_hz_;
  Eigen::ArrayXd samples_;
  Eigen::Index origin_;
};

}  // namespace headscore
