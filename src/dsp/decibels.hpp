// Levels of ratios.
#pragma once

#include <algorithm>
#include <cmath>

namespace headscore {

/// Amplitude ratio -> dB, not below -400 dB.
inline double db(double ratio) { return 20.0 * std::log10(std::max(ratio, 1e-20)); }

}  // namespace headscore
