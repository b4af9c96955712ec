#include "headscore/curve_analyser.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "dsp/analysis_axis.hpp"
#include "dsp/extrema.hpp"
#include "dsp/log_curve.hpp"
#include "dsp/option_text.hpp"
#include "dsp/signature.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

constexpr Band kAudible{20.0, 20000.0};
constexpr Band kBass{20.0, 200.0};
constexpr Band kMid{200.0, 2000.0};
constexpr Band kTreble{2000.0, 20000.0};
constexpr Band kTiltBand{50.0, 10000.0};
constexpr double kLeastShare = 0.5;  ///< of a band that must be covered before its mean is shown under the band's name
constexpr std::size_t kMostExtrema = 12;
constexpr double kLeastProminenceDb = 2.0;
constexpr double kLeastQ = 0.3;  ///< what is wider than three octaves is a tilt or a tuning, which the signature tells

bool is_mostly(double covered_octaves, const Band& band) { return covered_octaves >= kLeastShare * octaves(band); }

/// Moments where at least half of the band is covered.
std::optional<Moments> mostly_covered(const LogView& error, const Band& band) {
  const std::optional<Moments> found = moments(error, band);
  return found && is_mostly(found->octaves(), band) ? found : std::nullopt;
}

BandError described(std::string name, const Band& band, const std::optional<Moments>& found) {
  BandError result;
  result.name = std::move(name);
  result.band = {band.start_hz, band.start_hz};
  if (!found) return result;
  // The band's own ends where they are covered, not what log2 and exp2 make of them.
  const bool from_start = found->start_octave == std::log2(band.start_hz);
  const bool to_stop = found->stop_octave == std::log2(band.stop_hz);
  result.band = {from_start ? band.start_hz : std::exp2(found->start_octave),
                 to_stop ? band.stop_hz : std::exp2(found->stop_octave)};
  result.mean_db = found->mean_db;
  result.rms_db = std::sqrt(found->mean_square_db2());
  result.largest_db = found->largest_db;
  return result;
}

constexpr std::array<const char*, 10> kOctaveNames{"31.5 Hz", "63 Hz", "125 Hz", "250 Hz", "500 Hz",
                                                   "1 kHz",   "2 kHz", "4 kHz",  "8 kHz",  "16 kHz"};

/// IEC 61260-1, base ten: mid-band 1000 * 10^(0.3 k) Hz, edges 10^0.15 from it.
std::array<Band, kOctaveNames.size()> octave_bands() {
  std::array<Band, kOctaveNames.size()> bands;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const double middle_hz = 1000.0 * std::pow(10.0, 0.3 * (static_cast<double>(i) - 5.0));
    const double half = std::pow(10.0, 0.15);
    bands[i] = {middle_hz / half, middle_hz * half};
  }
  return bands;
}

std::vector<BandError> octave_errors(const LogView& error) {
  static const std::array<Band, kOctaveNames.size()> kBands = octave_bands();
  std::vector<BandError> result;
  result.reserve(kBands.size());
  for (std::size_t i = 0; i < kBands.size(); ++i) {
    const std::optional<Moments> found = mostly_covered(error, kBands[i]);
    if (found) result.push_back(described(kOctaveNames[i], kBands[i], found));
  }
  return result;
}

TuningLevels tuning_levels(const LogView& error, const LogView& smooth, double mids_db) {
  const auto relative_db = [&error, mids_db](const Band& band) {
    const std::optional<BandMean> found = band_mean(error, band);
    return found && is_mostly(found->octaves(), band) ? found->mean_db - mids_db : 0.0;
  };
  TuningLevels levels;
  levels.sub_bass_db = relative_db({20.0, 60.0});
  levels.bass_db = relative_db(kBass);
  levels.upper_bass_db = relative_db({100.0, 300.0});
  levels.presence_db = relative_db({2000.0, 5000.0});
  levels.treble_db = relative_db({3000.0, 10000.0});
  levels.air_db = relative_db({8000.0, 16000.0});
  const std::optional<Moments> whole = moments(error, kTiltBand);
  if (whole) levels.tilt_db_per_octave = whole->slope_db_per_octave;
  const std::optional<Moments> shape = moments(smooth, kTiltBand);
  if (shape) levels.rms_db = std::sqrt(shape->variance_db2);
  return levels;
}

Signature signature_of(const TuningLevels& levels, const LogView& error, double mids_db) {
  Signature signature;
  signature.name = signature_name(levels);
  signature.bass_db = levels.bass_db;
  const std::optional<BandMean> whole = band_mean(error, kAudible);
  signature.mid_db = whole ? mids_db - whole->mean_db : 0.0;
  signature.treble_db = levels.treble_db;
  signature.because = signature_reason(levels);
  return signature;
}

std::vector<Extremum> audible_extrema(const LogView& error, const Eigen::ArrayXd& smooth_db) {
  std::vector<Extremum> result = extrema_of(error, smooth_db, kLeastProminenceDb);
  std::erase_if(result, [](const Extremum& extremum) {
    const bool outside = extremum.frequency_hz < kAudible.start_hz || extremum.frequency_hz > kAudible.stop_hz;
    return outside || extremum.q.value_or(kLeastQ) < kLeastQ;
  });
  if (result.size() > kMostExtrema) result.resize(kMostExtrema);
  return result;
}

}  // namespace

double tilt_db_per_octave(const Curve& curve, const Band& band) {
  const std::optional<Curve> rows = restricted(curve, band);
  if (!rows) {
    throw Error("band-not-covered", {}, "fewer than two rows",
                "at least two in " + number_text(band.start_hz) + "-" + number_text(band.stop_hz) + " Hz");
  }
  const LogCurve logarithmic = over_octaves(*rows);
  const Eigen::ArrayXd octave = logarithmic.octave - logarithmic.octave.mean();
  const Eigen::ArrayXd level_db = logarithmic.level_db - logarithmic.level_db.mean();
  const double spread = octave.square().sum();
  return spread > 0.0 ? (octave * level_db).sum() / spread : 0.0;
}

AnalysisAxis::AnalysisAxis(const Eigen::ArrayXd& frequency_hz)
    : octave(octaves_of(frequency_hz)), smoothing(frequency_hz, kExtremaSmoothing) {}

CurveAnalysis analysed(const Curve& error, const AnalysisAxis& axis) {
  const LogView levels{axis.octave, error.magnitude_db()};
  const std::optional<Moments> mids = covers(error, kMid) ? moments(levels, kMid) : std::nullopt;
  if (!mids) {
    throw Error("band-not-covered", {},
                "an error curve over " + number_text(error.start_hz()) + "-" + number_text(error.stop_hz()) + " Hz",
                "at least 200-2000 Hz");
  }
  const Eigen::ArrayXd smooth_db = axis.smoothing.applied(error.magnitude_db());
  const TuningLevels tuning = tuning_levels(levels, {levels.octave, smooth_db}, mids->mean_db);
  CurveAnalysis result;
  result.octaves = octave_errors(levels);
  result.bass = described("bass", kBass, mostly_covered(levels, kBass));
  result.mid = described("mid", kMid, mids);
  result.treble = described("treble", kTreble, mostly_covered(levels, kTreble));
  result.tilt_db_per_octave = tuning.tilt_db_per_octave;
  result.extrema = audible_extrema(levels, smooth_db);
  result.signature = signature_of(tuning, levels, mids->mean_db);
  return result;
}

CurveAnalysis analysed(const Curve& error) { return analysed(error, AnalysisAxis(error.frequency_hz())); }

}  // namespace headscore
