// What analysed() and the alignment need of a frequency axis: found once, used for any number of curves on it.
#pragma once

#include <Eigen/Core>

#include "dsp/log_curve.hpp"
#include "dsp/smoothing_plan.hpp"
#include "headscore/alignment.hpp"
#include "headscore/curve_analyser.hpp"

namespace headscore {

struct AnalysisAxis {
  /// Frequencies as in Curve, shape (n).
  explicit AnalysisAxis(const Eigen::ArrayXd& frequency_hz);
  Eigen::ArrayXd octave;    ///< log2(f / Hz), (n)
  SmoothingPlan smoothing;  ///< kExtremaSmoothing
};

/// analysed(error) for an error curve on the axis.
[[nodiscard]] CurveAnalysis analysed(const Curve& error, const AnalysisAxis& axis);

/// How far `error` (response - target, not aligned) lies above zero in the sense of `alignment`; `octave` as of
/// over_octaves(error). Throws Error("band-not-covered").
[[nodiscard]] double alignment_offset_db(const Curve& error, const Eigen::ArrayXd& octave, const Alignment& alignment);

/// channel_difference() of two channels on one axis: `octave` (n) and left - right, (n) dB; `third` smooths by a third
/// of an octave in dB. Throws Error("band-not-covered").
[[nodiscard]] ChannelDifference channel_difference(const LogView& left_less_right, const SmoothingPlan& third);

/// Of the curve that BS.708's mask is held against.
inline constexpr Smoothing kMaskSmoothing{Smoothing::Kind::kFractionalOctave, 1.0 / 3.0, Smoothing::Domain::kDecibel};

}  // namespace headscore
