// FrequencyResponse: a complex response over frequency.
#pragma once

#include <Eigen/Core>

#include "headscore/curve.hpp"

namespace headscore {

/// Complex response over frequency, both of shape (n), n >= 2: finite, frequencies positive and strictly increasing.
/// Time zero of the phase is the direct sound, so that a pure delay has no phase. Immutable.
class FrequencyResponse {
 public:
  /// Throws Error("bad-frequency-response") when a shape, the order or finiteness is wrong.
  FrequencyResponse(Eigen::ArrayXd frequency_hz, Eigen::ArrayXcd response);

  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }
  [[nodiscard]] const Eigen::ArrayXcd& response() const noexcept { return response_; }
  [[nodiscard]] Eigen::Index size() const noexcept { return frequency_hz_.size(); }

  [[nodiscard]] Eigen::ArrayXd magnitude_db() const;         ///< (n) 20 lg |H|; at least -400
  [[nodiscard]] Eigen::ArrayXd phase_rad() const;            ///< (n) within (-pi, pi]
  [[nodiscard]] Eigen::ArrayXd unwrapped_phase_rad() const;  ///< (n) without jumps of more than pi from row to row
  [[nodiscard]] Eigen::ArrayXd group_delay_s()
      const;  ///< (n) -d phase / d omega: centred differences, one-sided at the ends

  /// The magnitude with `level_db` added.
  [[nodiscard]] Curve curve(double level_db = 0.0) const;

 private:
  Eigen::ArrayXd frequency_hz_;
  Eigen::ArrayXcd response_;
};

}  // namespace headscore
