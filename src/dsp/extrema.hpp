// Peaks and dips of a curve that is already smoothed.
#pragma once

#include <vector>

#include "headscore/curve.hpp"
#include "headscore/curve_analysis.hpp"

namespace headscore {

/// Smoothed as extrema() does it: 1/6 octave in dB.
[[nodiscard]] Curve smoothed_for_extrema(const Curve& curve);

/// Extrema of `smooth`, levels read from `curve`; both on the same frequencies. Largest prominence first. O(n) for n
/// rows.
[[nodiscard]] std::vector<Extremum> extrema_of(const Curve& curve, const Curve& smooth, double least_prominence_db);

}  // namespace headscore
