// Computing a CurveAnalysis, a ChannelDifference and a ReseatSpread.
#pragma once

#include <vector>

#include "headscore/curve_analysis.hpp"

namespace headscore {

/// Analysis of an error curve (response - target, aligned). Throws Error("band-not-covered") when 200 Hz-2 kHz is not
/// covered.
[[nodiscard]] CurveAnalysis analysed(const Curve& error);

/// The error's peaks and dips, largest prominence first.
[[nodiscard]] std::vector<Extremum> extrema(const Curve& curve, double least_prominence_db = 2.0);

/// Regression slope over log2 frequency within `band`, dB/octave; log-frequency weighted by rows (use a log grid).
[[nodiscard]] double tilt_db_per_octave(const Curve& curve, const Band& band);

/// Throws Error("band-not-covered") when less than half of 100 Hz..8 kHz is common to both.
[[nodiscard]] ChannelDifference channel_difference(const Curve& left, const Curve& right);

/// Seats' curves (at least two) are levelled on their mean over 200 Hz..2 kHz first. Bands: 20-60, 60-200, 200-1k,
/// 1-3k, 3-6k, 6-10k, 10-16k Hz, those left out of which less than half is covered. Throws Error("too-few-seats") for
/// fewer than two seats and Error("band-not-covered") when a seat does not cover 200 Hz..2 kHz.
[[nodiscard]] ReseatSpread reseat_spread(const std::vector<Curve>& seats);

}  // namespace headscore
