// Bending a target (tilt, shelves) and telling which known target a curve is.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

#include "headscore/target.hpp"

namespace headscore {

/// Magnitude of a shelf in dB at each frequency; shape (n). Analogue prototype of R. Bristow-Johnson, "Cookbook
/// formulae for audio equalizer biquad filter coefficients": no sample rate, no warping. Throws Error("bad-shelf")
/// unless frequency and Q are positive and all three numbers finite.
[[nodiscard]] Eigen::ArrayXd shelf_db(const Shelf& shelf, const Eigen::ArrayXd& frequency_hz);

/// The target with the adjustment added at its own frequencies (with shelves, gaps wider than 1/24 octave are filled
/// first, so that a two-row target can be shelved; its own rows stay). The name gains what was done: "harman-oe-2018
/// tilt -0.5 dB/octave", "harman-oe-2018 bass shelf +4 dB at 105 Hz". Throws Error("bad-shelf"), Error("bad-tilt").
[[nodiscard]] Target adjusted(const Target& target, const TargetAdjustment& adjustment);

/// One candidate of an identification.
struct TargetMatch {
  std::string name;
  double rms_db =
      0.0;  ///< of the difference after least-squares alignment over the common band, log-frequency weighted
  double largest_db = 0.0;  ///< largest |difference| there
  Band band;                ///< the common band, inside 20 Hz..20 kHz
  double tilt_db_per_octave =
      0.0;  ///< regression slope of curve - candidate: the tilt that would bring the candidate nearest
  double rms_after_tilt_db = 0.0;  ///< what would remain with that tilt
};

/// Every candidate against `curve`, nearest (rms_db) first. Candidates that share less than three octaves are left out.
[[nodiscard]] std::vector<TargetMatch> identified(const Curve& curve, std::span<const Target> candidates);

}  // namespace headscore
