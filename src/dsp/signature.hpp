// The word that reviewers use for a tuning, decided by thresholds that are written down.
#pragma once

#include <string>

#include "headscore/curve_analysis.hpp"

namespace headscore {

/// The levels that decide, all in dB relative to the mean of 200 Hz-2 kHz. A region that is not covered is level (0).
struct TuningLevels {
  double sub_bass_db = 0.0;         ///< 20-60 Hz
  double bass_db = 0.0;             ///< 20-200 Hz
  double upper_bass_db = 0.0;       ///< 100-300 Hz
  double presence_db = 0.0;         ///< 2-5 kHz
  double treble_db = 0.0;           ///< 3-10 kHz
  double air_db = 0.0;              ///< 8-16 kHz
  double tilt_db_per_octave = 0.0;  ///< 50 Hz-10 kHz
  double rms_db = 0.0;              ///< 50 Hz-10 kHz, about the mean, 1/6-octave smoothed
};

/// A region is lifted or lowered from here on: 2 dB over more than an octave. It is twice the best level of the review
/// site's criteria (+-1 dB), above what another seat changes in the mean of such a band, and the smallest difference in
/// bass that parts the listener classes of S. E. Olive (2022: -2 dB, 0 dB, +4..6 dB).
inline constexpr double kClearDb = 2.0;

/// A U is the V's milder form: both sides lifted by at least this ...
inline constexpr double kMildDb = 1.5;
/// ... and neither by more than this.
inline constexpr double kStrongDb = 3.0;

/// The slope that parts the centres of bass (63 Hz) and treble (5.5 kHz), 6.4 octaves, by 2 * kClearDb: with it the
/// curve leans as a whole, even where neither region is beyond kClearDb or both are on one side of the mids.
inline constexpr double kLeaningDbPerOctave = 0.62;

/// An error spread evenly over +-3 dB (the site's "standard" deviation) has an rms of 1.7 dB; above 2 dB without a
/// broad shape the curve is uneven.
inline constexpr double kUnevenRmsDb = 2.0;

/// "neutral", "V-shaped", "U-shaped", "bright", "dark", "bass-boosted", "bass-light", "mid-forward" or "uneven".
[[nodiscard]] std::string signature_name(const TuningLevels& levels);

/// "bass +5.1 dB and treble (3-10 kHz) +3.0 dB re mids", with what else decided.
[[nodiscard]] std::string signature_reason(const TuningLevels& levels);

}  // namespace headscore
