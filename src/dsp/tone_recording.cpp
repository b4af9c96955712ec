// Whole recordings of tones: finding them, analysing each, and their distortion over frequency.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "dsp/tone_segments.hpp"
#include "error/short_number.hpp"
#include "headscore/error.hpp"
#include "headscore/tone_analysis.hpp"

namespace headscore {
namespace {

constexpr double kFoundMarginS = 0.4;  ///< a tone that was found may have begun this much before its steady part
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const char* code, const std::string& found, const std::string& wanted) {
  throw Error(code, {}, found, wanted);
}

/// What the recording holds before the signal's first tone, without its first and last 50 ms; empty when that is short.
Eigen::ArrayXd silence_before(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                              Eigen::Index first_tone) {
  const Eigen::Index margin = std::llround(0.05 * sample_rate_hz);
  const Eigen::Index frames =
      std::min<Eigen::Index>(std::min(first_tone, samples.size()) - 2 * margin, std::llround(4.0 * sample_rate_hz));
  if (frames < std::llround(0.2 * sample_rate_hz)) return {};
  return samples.segment(std::min(first_tone, samples.size()) - margin - frames, frames);
}

std::optional<double> median_ppm(const std::vector<ToneAnalysis>& tones) {
  std::vector<double> ppm;
  for (const ToneAnalysis& tone : tones) {
    if (tone.nominal) ppm.push_back((tone.frequency_hz / tone.nominal->frequency_hz - 1.0) * 1e6);
  }
  if (ppm.empty()) return std::nullopt;
  const auto half = ppm.begin() + static_cast<std::ptrdiff_t>(ppm.size() / 2);
  std::nth_element(ppm.begin(), half, ppm.end());
  return *half;
}

/// Tones of one level, by rising frequency, each frequency once.
std::vector<std::vector<const ToneAnalysis*>> by_level(const std::vector<ToneAnalysis>& tones) {
  std::vector<std::vector<const ToneAnalysis*>> groups;
  const auto fits = [](const std::vector<const ToneAnalysis*>& group, const ToneAnalysis& tone) {
    const ToneAnalysis& first = *group.front();
    if (first.nominal && tone.nominal && first.nominal->level_dbfs != tone.nominal->level_dbfs) return false;
    return std::none_of(group.begin(), group.end(), [&](const ToneAnalysis* other) {
      return std::abs(other->frequency_hz / tone.frequency_hz - 1.0) < 1e-3;
    });
  };
  for (const ToneAnalysis& tone : tones) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) { return fits(known, tone); });
    if (group != groups.end()) {
      group->push_back(&tone);
    } else {
      groups.push_back({&tone});
    }
  }
  for (auto& group : groups) {
    std::sort(group.begin(), group.end(),
              [](const ToneAnalysis* a, const ToneAnalysis* b) { return a->frequency_hz < b->frequency_hz; });
  }
  return groups;
}

/// Writes a value and, where it is noise-limited, its bound into row `row`.
void put(const BoundedRatio& value, Eigen::Index row, Eigen::ArrayXd& ratio, std::optional<Eigen::ArrayXd>& bound) {
  ratio[row] = value.ratio;
  if (!value.noise_limited) return;
  if (!bound) bound = Eigen::ArrayXd::Constant(ratio.size(), kNone);
  (*bound)[row] = value.upper_bound;
}

Harmonic harmonic_of(const std::vector<const ToneAnalysis*>& group, int order) {
  const auto rows = static_cast<Eigen::Index>(group.size());
  Harmonic result{order, Eigen::ArrayXd::Constant(rows, kNone)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    for (const ToneHarmonic& harmonic : group[static_cast<std::size_t>(row)]->harmonics) {
      if (harmonic.order == order) put(harmonic.level, row, result.level_ratio, result.upper_bound);
    }
  }
  return result;
}

DistortionSpectrum spectrum_of(const std::vector<const ToneAnalysis*>& group,
                               std::optional<double> spl_at_full_scale_db, std::optional<double> level_spl_db) {
  const auto rows = static_cast<Eigen::Index>(group.size());
  DistortionSpectrum::Columns columns;
  columns.frequency_hz.resize(rows);
  columns.fundamental_db = Eigen::ArrayXd(rows);
  columns.thd_ratio = Eigen::ArrayXd::Constant(rows, kNone);
  columns.noise_ratio = Eigen::ArrayXd(rows);
  double nearest_octaves = std::numeric_limits<double>::infinity();
  columns.level_spl_db = level_spl_db;
  for (Eigen::Index row = 0; row < rows; ++row) {
    const ToneAnalysis& tone = *group[static_cast<std::size_t>(row)];
    columns.frequency_hz[row] = tone.frequency_hz;
    (*columns.fundamental_db)[row] = tone.level_dbfs + spl_at_full_scale_db.value_or(0.0);
    (*columns.noise_ratio)[row] = tone.noise_ratio;
    if (tone.thd) put(*tone.thd, row, *columns.thd_ratio, columns.thd_upper_bound);
    const double octaves = std::abs(std::log2(tone.frequency_hz / 1000.0));
    if (spl_at_full_scale_db && !level_spl_db && octaves < nearest_octaves) {
      nearest_octaves = octaves;
      columns.level_spl_db = (*columns.fundamental_db)[row];
    }
  }
  for (int order = 2; order <= 9; ++order) {
    Harmonic harmonic = harmonic_of(group, order);
    if (harmonic.level_ratio.isFinite().any()) columns.harmonics.push_back(std::move(harmonic));
  }
  return DistortionSpectrum(std::move(columns));
}

}  // namespace

ToneRecording analysed_tones(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                             const std::optional<ToneParameters>& parameters, const ToneOptions& options) {
  ToneRecording recording;
  std::vector<ToneSegment> segments;
  if (parameters) {
    recording.signal_frame = signal_start(samples, sample_rate_hz, *parameters);
    segments = placed_segments(sample_rate_hz, *parameters, recording.signal_frame);
    const Eigen::Index end = segments.back().first_frame + segments.back().frames;
    if (end > samples.size() || segments.front().first_frame < 0) {
      refuse("truncated-recording",
             short_number(static_cast<double>(samples.size()) / sample_rate_hz) + " s of recording",
             "at least " +
                 short_number(static_cast<double>(end - std::min<Eigen::Index>(0, recording.signal_frame)) /
                              sample_rate_hz) +
                 " s, to the end of the last tone");
    }
  } else {
    segments = found_segments(samples, sample_rate_hz);
    if (segments.empty()) refuse("no-tone", "no steady tone of half a second", "a recording of tones");
  }
  const double scale = parameters ? sample_rate_hz / parameters->fields().sample_rate_hz : 1.0;
  const Eigen::Index first_tone =
      parameters ? recording.signal_frame + std::llround(scale * static_cast<double>(parameters->first_frame(0)))
                 : segments.front().first_frame - std::llround(kFoundMarginS * sample_rate_hz);
  const Eigen::ArrayXd silence = silence_before(samples, sample_rate_hz, first_tone);
  for (const ToneSegment& segment : segments) {
    const std::optional<double> near_hz =
        segment.nominal ? std::optional(segment.nominal->frequency_hz) : segment.frequency_hz;
    try {
      ToneAnalysis tone = analysed_tone(samples.segment(segment.first_frame, segment.frames), sample_rate_hz, near_hz,
                                        options, silence);
      const bool drifts = std::any_of(tone.warnings.begin(), tone.warnings.end(),
                                      [](const Warning& warning) { return warning.code == "frequency-drift"; });
      // Without knowing what was played, a slow sweep would pass for a tone.
      if (drifts && !segment.nominal) refuse("no-tone", "a frequency that changes", "a steady tone");
      tone.first_frame = segment.first_frame;
      tone.nominal = segment.nominal;
      recording.tones.push_back(std::move(tone));
    } catch (const Error& error) {
      recording.warnings.push_back({"tone-not-found", 0,
                                    short_number(near_hz.value_or(0.0)) + " Hz at " +
                                        short_number(static_cast<double>(segment.first_frame) / sample_rate_hz) +
                                        " s: " + error.what()});
    }
  }
  if (recording.tones.empty() && !parameters)
    refuse("no-tone", "no steady tone of half a second", "a recording of tones");
  if (parameters && (4 * recording.tones.size() < 3 * segments.size() || recording.tones.empty())) {
    refuse("wrong-tones", std::to_string(recording.tones.size()) + " of " + std::to_string(segments.size()) + " tones",
           "a recording of the tones played");
  }
  recording.clock_ppm = median_ppm(recording.tones);
  return recording;
}

std::vector<DistortionSpectrum> distortion_spectra(const std::vector<ToneAnalysis>& tones,
                                                   std::optional<double> spl_at_full_scale_db,
                                                   std::optional<double> level_spl_db) {
  std::vector<DistortionSpectrum> spectra;
  for (const auto& group : by_level(tones)) spectra.push_back(spectrum_of(group, spl_at_full_scale_db, level_spl_db));
  return spectra;
}

}  // namespace headscore
