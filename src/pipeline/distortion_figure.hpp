// One figure for a product's harmonic distortion, as a policy's rule wants it.
#pragma once

#include <optional>
#include <vector>

#include "headscore/measurement.hpp"
#include "headscore/policy.hpp"

namespace headscore {

/// THD in %: root mean square over log frequency inside the rule's band, of the worst channel. A figure of which more
/// than half is at or below the noise is an upper bound: evidence of "at most", never of "equal". nullopt when no
/// measurement covers half of the band.
[[nodiscard]] std::optional<MetricValue> distortion_figure(const std::vector<const Measurement*>& measurements,
                                                           const MetricRule& rule);

}  // namespace headscore
