// Smoothing over frequency: fractional octave and ERB, of levels in dB or of power.
#pragma once

#include <string>

#include "headscore/curve.hpp"

namespace headscore {

struct Smoothing {
  enum class Kind { kNone, kFractionalOctave, kErb };
  enum class Domain { kDecibel, kPower };
  Kind kind = Kind::kNone;
  double width_octaves = 1.0 / 3.0;  ///< kFractionalOctave: full width of the rectangular window, 1/48 to 1
  Domain domain = Domain::kDecibel;

  /// "none", "1/3 octave", "ERB", each with ", power" where so.
  [[nodiscard]] std::string description() const;
};

/// Parses "none", "1/3", "1/12 octave", "erb", with ",power" or ",db" behind; throws Error("bad-smoothing").
[[nodiscard]] Smoothing smoothing_from(const std::string& text);

/// The curve smoothed at its own frequencies, by the integral of the piecewise linear curve (linear in dB or power over
/// log frequency) over the window, divided by the window's width; so the result does not depend on how densely the
/// curve was sampled. Windows are cut at the curve's ends. The ERB window is 24.7 (4.37 f/kHz + 1) Hz wide (Glasberg &
/// Moore 1990, eq. 3), centred on f. O(n) for n rows.
[[nodiscard]] Curve smoothed(const Curve& curve, const Smoothing& smoothing);

}  // namespace headscore
