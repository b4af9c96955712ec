// Peaks and dips of a curve that is already smoothed.
#pragma once

#include <vector>

#include "dsp/log_curve.hpp"
#include "headscore/curve_analysis.hpp"
#include "headscore/smoothing.hpp"

namespace headscore {

/// Of the curve that extrema() looks at.
inline constexpr Smoothing kExtremaSmoothing{Smoothing::Kind::kFractionalOctave, 1.0 / 6.0,
                                             Smoothing::Domain::kDecibel};

/// Extrema of `smooth_db` (n), levels read from `curve`, both on the curve's rows. Largest prominence first. O(n) for n
/// rows.
[[nodiscard]] std::vector<Extremum> extrema_of(const LogView& curve, const Eigen::ArrayXd& smooth_db,
                                               double least_prominence_db);

}  // namespace headscore
