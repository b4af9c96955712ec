#include "dsp/tone_segments.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

#include "dsp/fft.hpp"
#include "headscore/spectrum.hpp"

namespace headscore {
namespace {

constexpr double kBlockS = 0.010;       ///< of the search for the start
constexpr double kFrameS = 0.2;         ///< of the search for tones: 20 Hz is told from DC
constexpr double kLeastSteadyS = 0.28;  ///< of half a second, without its edges
constexpr double kRangeDb = 60.0;
constexpr double kLeastTonality = 0.5;  ///< share of the power that the largest peak has

/// |sum of x e^(-j 2 pi turns n)|^2 over each block of `block` samples from `first` on; blocks outside of the samples
/// are 0.
std::vector<double> block_powers(const Eigen::Ref<const Eigen::ArrayXd>& samples, double turns, Eigen::Index first,
                                 Eigen::Index block, Eigen::Index count) {
  std::vector<double> powers(static_cast<std::size_t>(count), 0.0);
  std::vector<std::complex<double>> turning(static_cast<std::size_t>(block));
  for (std::size_t i = 0; i < turning.size(); ++i)
    turning[i] = std::polar(1.0, -2.0 * std::numbers::pi * turns * static_cast<double>(i));
  for (Eigen::Index b = 0; b < count; ++b) {
    const Eigen::Index from = first + b * block;
    if (from < 0 || from + block > samples.size()) continue;
    std::complex<double> sum = 0.0;
    for (Eigen::Index i = 0; i < block; ++i) sum += samples[from + i] * turning[static_cast<std::size_t>(i)];
    powers[static_cast<std::size_t>(b)] = std::norm(sum);
  }
  return powers;
}

/// One frame of the short-time spectrum.
struct Frame {
  double turns = 0.0;  ///< of the largest peak
  double level_db = -999.0;
  bool tonal = false;
};

/// Peak of a Hann window's main lobe by its two largest bins: offset (2 r - 1) / (r + 1), r their ratio.
Frame frame_of(const std::vector<std::complex<double>>& bins, Eigen::Index size) {
  constexpr std::size_t kFirst = 2;
  std::vector<double> power(bins.size());
  std::transform(bins.begin(), bins.end(), power.begin(),
                 [](const std::complex<double>& bin) { return std::norm(bin); });
  const auto peak = static_cast<std::size_t>(std::max_element(power.begin() + kFirst, power.end()) - power.begin());
  double total = 0.0;
  double lobe = 0.0;
  for (std::size_t k = kFirst; k < power.size(); ++k) {
    total += power[k];
    if (k + 2 >= peak && k <= peak + 2) lobe += power[k];
  }
  if (!(total > 0.0) || peak + 1 >= power.size()) return {};
  const bool upper = power[peak + 1] > power[peak - 1];
  const double ratio = std::sqrt(power[upper ? peak + 1 : peak - 1] / power[peak]);
  const double offset = (2.0 * ratio - 1.0) / (ratio + 1.0) * (upper ? 1.0 : -1.0);
  // Hann: the lobe's power is 3/8 of amplitude^2 size^2 / 4.
  const double amplitude = std::sqrt(lobe * 8.0 / 3.0 * 4.0 / 2.0 * 0.5) / static_cast<double>(size);
  return {(static_cast<double>(peak) + offset) / static_cast<double>(size),
          20.0 * std::log10(std::max(amplitude, 1e-20)), lobe >= kLeastTonality * total};
}

std::vector<Frame> frames_of(const Eigen::Ref<const Eigen::ArrayXd>& samples, Eigen::Index size, Eigen::Index hop) {
  std::vector<Frame> frames;
  const Eigen::ArrayXd window = window_values(SpectralWindow::kHann, size);
  const RealTransform<double> transform(static_cast<std::size_t>(size));
  for (Eigen::Index start = 0; start + size <= samples.size(); start += hop) {
    const Eigen::ArrayXd weighted = samples.segment(start, size) * window;
    frames.push_back(
        frame_of(transform.forward(std::span<const double>(weighted.data(), static_cast<std::size_t>(size))), size));
  }
  return frames;
}

/// Frames [first, last] without those at the ends whose level is off the middle one's: fades.
ToneSegment segment_of(const std::vector<Frame>& frames, std::size_t first, std::size_t last, Eigen::Index size,
                       Eigen::Index hop, double sample_rate_hz) {
  constexpr double kSteadyDb = 0.1;
  std::vector<double> levels;
  for (std::size_t i = first; i <= last; ++i) levels.push_back(frames[i].level_db);
  std::nth_element(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2), levels.end());
  const double middle_db = levels[levels.size() / 2];
  while (first < last && std::abs(frames[first].level_db - middle_db) > kSteadyDb) ++first;
  while (last > first && std::abs(frames[last].level_db - middle_db) > kSteadyDb) --last;
  ToneSegment segment;
  segment.first_frame = static_cast<Eigen::Index>(first) * hop;
  segment.frames = static_cast<Eigen::Index>(last - first) * hop + size;
  // A fade under the thin end of a frame's window does not show in its level.
  const Eigen::Index edge = std::min(size / 2, segment.frames / 4);
  segment.first_frame += edge;
  segment.frames -= 2 * edge;
  segment.frequency_hz = frames[(first + last) / 2].turns * sample_rate_hz;
  return segment;
}

/// Indices of the tones of each frequency, ascending.
std::vector<std::vector<std::size_t>> tones_by_frequency(const ToneParameters& parameters) {
  std::map<double, std::vector<std::size_t>> groups;
  const std::vector<Tone>& tones = parameters.fields().tones;
  for (std::size_t i = 0; i < tones.size(); ++i) groups[tones[i].frequency_hz].push_back(i);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [frequency_hz, group] : groups) result.push_back(std::move(group));
  return result;
}

}  // namespace

Eigen::Index signal_start(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                          const ToneParameters& parameters) {
  const double scale = sample_rate_hz / parameters.fields().sample_rate_hz;
  const auto frame = [scale](std::int64_t at) {
    return static_cast<Eigen::Index>(std::llround(scale * static_cast<double>(at)));
  };
  const Eigen::Index block = std::max<Eigen::Index>(1, std::llround(kBlockS * sample_rate_hz));
  const std::size_t tones = parameters.fields().tones.size();
  const Eigen::Index length = frame(parameters.tone_frames());
  const Eigen::Index end = frame(parameters.first_frame(tones - 1)) + length;
  // From the first tone at the recording's first frame to the last one at its end; the whole signal at frame 0 in any
  // case.
  const Eigen::Index first_shift = -frame(parameters.first_frame(0)) / block;
  const Eigen::Index last_shift = std::max<Eigen::Index>(0, (samples.size() - end) / block);
  const auto shifts = static_cast<std::size_t>(last_shift - first_shift + 1);
  const auto blocks = static_cast<std::size_t>(std::max<Eigen::Index>(1, length / block));
  std::vector<double> score(shifts, 0.0);
  for (const std::vector<std::size_t>& group : tones_by_frequency(parameters)) {
    const double turns = parameters.fields().tones[group.front()].frequency_hz / sample_rate_hz;
    const Eigen::Index place = frame(parameters.first_frame(group.front()));
    const auto offset = [&](std::size_t tone) {
      return static_cast<std::size_t>((frame(parameters.first_frame(tone)) - place) / block);
    };
    const std::size_t count = shifts + offset(group.back()) + blocks;
    const std::vector<double> powers =
        block_powers(samples, turns, place + first_shift * block, block, static_cast<Eigen::Index>(count));
    std::vector<double> sums(count + 1, 0.0);
    std::partial_sum(powers.begin(), powers.end(), sums.begin() + 1);
    // Tones of one frequency are told by their levels: the loudest must lie in the loudest's place.
    std::vector<double> found(shifts, 0.0);
    for (const std::size_t tone : group) {
      const double power = std::pow(10.0, parameters.fields().tones[tone].level_dbfs / 10.0);
      const std::size_t at = offset(tone);
      for (std::size_t shift = 0; shift < shifts; ++shift)
        found[shift] += power * (sums[at + shift + blocks] - sums[at + shift]);
    }
    // Each frequency has a vote for each of its tones, however loud they are.
    const double most = *std::max_element(found.begin(), found.end());
    for (std::size_t shift = 0; most > 0.0 && shift < shifts; ++shift)
      score[shift] += static_cast<double>(group.size()) * std::max(0.0, found[shift]) / most;
  }
  const auto best = std::max_element(score.begin(), score.end()) - score.begin();
  return (first_shift + static_cast<Eigen::Index>(best)) * block;
}

std::vector<ToneSegment> placed_segments(double sample_rate_hz, const ToneParameters& parameters,
                                         Eigen::Index start_frame) {
  const ToneParameters::Fields& fields = parameters.fields();
  const double scale = sample_rate_hz / fields.sample_rate_hz;
  const double fade = fields.fade_s * fields.sample_rate_hz;
  const double steady = static_cast<double>(parameters.tone_frames()) - 2.0 * fade;
  const double window = fields.window_frames != 0 ? std::min<double>(fields.window_frames, steady) : steady;
  // Three quarters of what is left over stand before the window: the device under test settles there.
  const double lead = fade + 0.75 * (steady - window);
  std::vector<ToneSegment> segments;
  for (std::size_t tone = 0; tone < fields.tones.size(); ++tone) {
    ToneSegment segment;
    segment.first_frame =
        start_frame + std::llround(scale * (static_cast<double>(parameters.first_frame(tone)) + lead));
    segment.frames = std::llround(std::floor(scale * window + 1e-6));
    segment.nominal = fields.tones[tone];
    segments.push_back(segment);
  }
  return segments;
}

std::vector<ToneSegment> found_segments(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  const Eigen::Index size = largest_transform_size(std::llround(kFrameS * sample_rate_hz));
  const Eigen::Index hop = size / 4;
  const std::vector<Frame> frames = frames_of(samples, size, hop);
  double loudest_db = -120.0;
  for (const Frame& frame : frames) {
    if (frame.tonal) loudest_db = std::max(loudest_db, frame.level_db);
  }
  const auto active = [&](const Frame& frame) {
    return frame.tonal && frame.level_db >= loudest_db - kRangeDb && frame.level_db > -120.0;
  };
  const auto together = [&](const Frame& a, const Frame& b) {
    return std::abs(a.turns - b.turns) * static_cast<double>(size) < 0.3 && std::abs(a.level_db - b.level_db) < 0.5;
  };
  std::vector<ToneSegment> segments;
  for (std::size_t first = 0; first < frames.size();) {
    std::size_t last = first;
    while (active(frames[first]) && last + 1 < frames.size() && active(frames[last + 1]) &&
           together(frames[last], frames[last + 1]))
      ++last;
    const ToneSegment segment = segment_of(frames, first, last, size, hop, sample_rate_hz);
    if (last > first && static_cast<double>(segment.frames) >= kLeastSteadyS * sample_rate_hz)
      segments.push_back(segment);
    first = last + 1;
  }
  return segments;
}

}  // namespace headscore
