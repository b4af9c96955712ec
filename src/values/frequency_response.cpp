#include "headscore/frequency_response.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {

FrequencyResponse::FrequencyResponse(Eigen::ArrayXd frequency_hz, Eigen::ArrayXcd response)
    : frequency_hz_(std::move(frequency_hz)), response_(std::move(response)) {
  const auto refuse = [](const std::string& found, const std::string& wanted) {
    throw Error("bad-frequency-response", {}, found, wanted);
  };
  if (frequency_hz_.size() != response_.size() || frequency_hz_.size() < 2) {
    refuse(std::to_string(frequency_hz_.size()) + " frequencies and " + std::to_string(response_.size()) + " values",
           "two or more of each");
  }
  double last = 0.0;
  for (const double f : frequency_hz_) {
    if (!std::isfinite(f) || !(f > last))
      refuse("frequencies that are not positive and strictly increasing", "increasing frequencies");
    last = f;
  }
  if (!response_.real().isFinite().all() || !response_.imag().isFinite().all())
    refuse("a value that is not finite", "finite values");
}

Eigen::ArrayXd FrequencyResponse::magnitude_db() const {
  constexpr double kLeast = 1e-40;  // -400 dB: a level for a null
  return 10.0 * response_.abs2().max(kLeast).log10();
}

Eigen::ArrayXd FrequencyResponse::phase_rad() const { return response_.arg(); }

Eigen::ArrayXd FrequencyResponse::unwrapped_phase_rad() const {
  Eigen::ArrayXd phase = phase_rad();
  for (Eigen::Index i = 1; i < phase.size(); ++i)
    phase[i] = phase[i - 1] + std::remainder(phase[i] - phase[i - 1], 2.0 * std::numbers::pi);
  return phase;
}

Eigen::ArrayXd FrequencyResponse::group_delay_s() const {
  const Eigen::ArrayXd phase = unwrapped_phase_rad();
  const Eigen::Index n = phase.size();
  Eigen::ArrayXd delay(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Index before = std::max<Eigen::Index>(i - 1, 0);
    const Eigen::Index behind = std::min<Eigen::Index>(i + 1, n - 1);
    delay[i] =
        -(phase[behind] - phase[before]) / (2.0 * std::numbers::pi * (frequency_hz_[behind] - frequency_hz_[before]));
  }
  return delay;
}

Curve FrequencyResponse::curve(double level_db) const { return {frequency_hz_, magnitude_db() + level_db}; }

}  // namespace headscore
