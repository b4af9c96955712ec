// What a reviewer says of a curve, as values: level by band, tilt, peaks and dips, channel difference, reseat spread,
// signature. They are computed in curve_analyser.hpp.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/measurement.hpp"

namespace headscore {

/// Error statistics in one band, log-frequency weighted.
struct BandError {
  std::string name;  ///< "31.5 Hz", "1 kHz", "bass", ...
  Band band;         ///< as far as covered; start == stop, and levels of 0, where less than half of it is
  double mean_db = 0.0;
  double rms_db = 0.0;
  double largest_db = 0.0;  ///< signed value of the largest magnitude
};

/// A peak or dip of the error curve after 1/6-octave smoothing, by prominence.
struct Extremum {
  bool is_peak = true;
  double frequency_hz = 0.0;   ///< vertex of the parabola through the three highest rows
  double level_db = 0.0;       ///< of the error curve there
  double prominence_db = 0.0;  ///< height over the higher of the two surrounding valleys (dips: the reverse)
  std::optional<double> q;     ///< frequency / width at half prominence; absent where a flank is missing
};

/// The field's words for a tuning, with the numbers behind them.
struct Signature {
  std::string name;        ///< "neutral", "V-shaped", "U-shaped", "bright", "dark", "bass-boosted", "mid-forward",
                           ///< "bass-light", "uneven"
  double bass_db = 0.0;    ///< mean error 20-200 Hz relative to the mids
  double mid_db = 0.0;     ///< mean error 200 Hz-2 kHz, relative to the whole band's mean
  double treble_db = 0.0;  ///< mean error 3-10 kHz relative to the mids
  std::string because;     ///< "bass +5.1 dB and treble (3-10 kHz) +3.0 dB re mids"
};

struct CurveAnalysis {
  std::vector<BandError> octaves;   ///< IEC 61260 octaves, 31.5 Hz..16 kHz, of which at least half is covered
  BandError bass;                   ///< 20-200 Hz
  BandError mid;                    ///< 200 Hz-2 kHz
  BandError treble;                 ///< 2-20 kHz
  double tilt_db_per_octave = 0.0;  ///< regression slope over 50 Hz..10 kHz
  std::vector<Extremum> extrema;    ///< prominence >= 2 dB and Q >= 0.3, largest first, at most 12
  Signature signature;
};

/// How far left and right differ, after removing no level: the level difference is part of it.
struct ChannelDifference {
  double level_db = 0.0;    ///< mean of L - R over 100 Hz..8 kHz
  double rms_db = 0.0;      ///< of L - R over 100 Hz..8 kHz
  double largest_db = 0.0;  ///< |L - R|, 1/3-octave smoothed, where it is largest against the limit of BS.708
  double largest_hz = 0.0;
  double bs708_ratio = 0.0;  ///< largest |L - R| / limit, limit 1 dB 100 Hz..8 kHz, 2 dB 10..16 kHz (ITU-R BS.708),
                             ///< linear in log frequency between, 1/3-octave smoothed; <= 1 is inside the mask
  Band band;                 ///< covered part of 100 Hz..16 kHz
};

/// Spread between reseats of one channel.
struct ReseatSpread {
  int seats = 0;
  std::vector<std::pair<Band, double>>
      band_sd_db;  ///< per band of published-models: rms over the band of the sample SD across seats
  Channel channel = Channel::kUnknown;
};

}  // namespace headscore
