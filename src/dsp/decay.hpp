// How an impulse response decays.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "headscore/impulse_response.hpp"

namespace headscore {

/// Reverberation time: Schroeder's backward integration (JASA 37 (1965)) from `origin` on, the noise's power taken off
/// and the integration begun where the 5 ms mean comes within 6 dB of it; slope between -5 and -35 dB by least squares,
/// told for 60 dB (ISO 3382-1:2009, 5.3.3). nullopt when the decay does not reach -35 dB above the noise, or ends
/// within 1 ms.
[[nodiscard]] std::optional<double> rt30_s(const Eigen::Ref<const Eigen::ArrayXd>& decay, double noise_power,
                                           double sample_rate_hz);

/// Energy-time curve: squared envelope (analytic signal) in dB re its largest value, (n), at least -200.
[[nodiscard]] Eigen::ArrayXd energy_time_db(const ImpulseResponse& impulse);

}  // namespace headscore
