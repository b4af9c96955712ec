// Measured figures in prose.
#pragma once

#include <vector>

#include "headscore/claim.hpp"
#include "verification/prose.hpp"

namespace headscore {

/// THD with frequency and level, ±N dB with "within" or "exceeding", sensitivity (dB/mW, dB/V), impedance, isolation in
/// dB; in the order of the text.
[[nodiscard]] std::vector<Figure> page_figures(const Prose& prose);

}  // namespace headscore
