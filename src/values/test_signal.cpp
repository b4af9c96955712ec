#include "headscore/test_signal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "error/short_number.hpp"
#include "headscore/audio_clip.hpp"

namespace headscore {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;
constexpr double kMostSeconds = 3600.0;
constexpr std::int64_t kMostSignalSamples = std::int64_t{1}
                                            << 28;  ///< what read_audio takes without being asked for more

std::string number(double value) { return short_number(value, 10); }

/// The checks that sweeps and tones share; `code` is that of the Error.
class Checker {
 public:
  explicit Checker(const char* code) : code_(code) {}

  [[noreturn]] void refuse(const std::string& found, const std::string& wanted) const {
    throw Error(code_, {}, found, wanted);
  }

  void rate(double sample_rate_hz) const {
    if (!(sample_rate_hz >= kLeastSampleRateHz && sample_rate_hz <= kMostSampleRateHz) ||
        sample_rate_hz != std::floor(sample_rate_hz)) {
      refuse("a sample rate of " + number(sample_rate_hz) + " Hz", "a whole number from 8000 to 768000");
    }
  }

  void level(double level_dbfs) const {
    if (!std::isfinite(level_dbfs)) refuse("a level that is not finite", "a level in dBFS");
    if (level_dbfs > 0.0)
      refuse("a level of " + number(level_dbfs) + " dBFS", "at most 0 dBFS, which peaks at full scale");
    if (level_dbfs < -200.0) refuse("a level of " + number(level_dbfs) + " dBFS", "-200 dBFS or more");
  }

  void seconds(double value, const std::string& what, double least = 0.0) const {
    if (!(value >= least && value <= kMostSeconds)) {
      refuse(what + " of " + number(value) + " s", least > 0.0 ? "more than 0 and at most 3600 s" : "0 to 3600 s");
    }
  }

  void channel(int channel, int channels) const {
    if (channels < 1 || channels > kMostChannels) refuse(std::to_string(channels) + " channels", "1 to 64");
    if (channel < 0 || channel > channels) {
      refuse("channel " + std::to_string(channel) + " of " + std::to_string(channels),
             "1 to " + std::to_string(channels) + ", or 0 for all");
    }
  }

  void size(std::int64_t frames, int channels) const {
    if (frames > kMostSignalSamples / channels) {
      refuse("a signal of " + std::to_string(frames) + " frames of " + std::to_string(channels) + " channels",
             "at most " + std::to_string(kMostSignalSamples) + " samples");
    }
  }

 private:
  const char* code_;
};

std::int64_t frames_of(double seconds, double sample_rate_hz) { return std::llround(seconds * sample_rate_hz); }

void check(const SweepParameters::Fields& fields) {
  const Checker checker("bad-sweep");
  checker.rate(fields.sample_rate_hz);
  const double nyquist_hz = fields.sample_rate_hz / 2.0;
  if (!(fields.start_hz > 0.0) || !std::isfinite(fields.start_hz))
    checker.refuse("a start of " + number(fields.start_hz) + " Hz", "more than 0 Hz");
  if (!(fields.stop_hz > fields.start_hz)) {
    checker.refuse("a sweep from " + number(fields.start_hz) + " to " + number(fields.stop_hz) + " Hz",
                   "a stop above the start");
  }
  if (fields.stop_hz > nyquist_hz) {
    checker.refuse("a stop of " + number(fields.stop_hz) + " Hz",
                   "at most the Nyquist frequency of " + number(nyquist_hz) + " Hz");
  }
  checker.level(fields.level_dbfs);
  checker.seconds(fields.length_s, "a length", 1.0 / fields.sample_rate_hz);
  checker.seconds(fields.fade_in_s, "a fade-in");
  checker.seconds(fields.fade_out_s, "a fade-out");
  if (fields.fade_in_s + fields.fade_out_s > fields.length_s) {
    checker.refuse("fades of " + number(fields.fade_in_s + fields.fade_out_s) + " s in a sweep of " +
                       number(fields.length_s) + " s",
                   "fades within the sweep");
  }
  if (fields.repeats < 1 || fields.repeats > 1000)
    checker.refuse(std::to_string(fields.repeats) + " repeats", "1 to 1000");
  checker.seconds(fields.silence_before_s, "a silence before");
  checker.seconds(fields.silence_between_s, "a silence between");
  checker.seconds(fields.silence_after_s, "a silence after");
  checker.channel(fields.channel, fields.channels);
}

void check(const ToneParameters::Fields& fields) {
  const Checker checker("bad-tones");
  checker.rate(fields.sample_rate_hz);
  if (fields.tones.empty() || fields.tones.size() > 10000)
    checker.refuse(std::to_string(fields.tones.size()) + " tones", "1 to 10000");
  for (const Tone& tone : fields.tones) {
    if (!(tone.frequency_hz > 0.0 && tone.frequency_hz < fields.sample_rate_hz / 2.0)) {
      checker.refuse("a tone of " + number(tone.frequency_hz) + " Hz",
                     "more than 0 and below the Nyquist frequency of " + number(fields.sample_rate_hz / 2.0) + " Hz");
    }
    checker.level(tone.level_dbfs);
  }
  checker.seconds(fields.length_s, "a length", 1.0 / fields.sample_rate_hz);
  checker.seconds(fields.fade_s, "a fade");
  if (2.0 * fields.fade_s > fields.length_s) {
    checker.refuse("two fades of " + number(fields.fade_s) + " s in a tone of " + number(fields.length_s) + " s",
                   "fades within the tone");
  }
  if (fields.window_frames != 0) {
    if (fields.window_frames < 256 || fields.window_frames > (1 << 24))
      checker.refuse("a window of " + std::to_string(fields.window_frames) + " frames", "0, or 256 to 16777216");
    const double steady = fields.length_s * fields.sample_rate_hz - 2.0 * fields.fade_s * fields.sample_rate_hz;
    if (static_cast<double>(fields.window_frames) > steady + 0.5) {
      checker.refuse("a window of " + std::to_string(fields.window_frames) + " frames",
                     "at most the " + number(std::floor(steady + 0.5)) + " frames between a tone's fades");
    }
  }
  checker.seconds(fields.silence_before_s, "a silence before");
  checker.seconds(fields.silence_between_s, "a silence between");
  checker.seconds(fields.silence_after_s, "a silence after");
  checker.channel(fields.channel, fields.channels);
}

/// True when aliases of the harmonics up to the ninth fall on harmonics of `bin`, or within a window's main lobe of
/// them: order k falls on order l where (k + l) bin is near a multiple of the window.
bool aliases_collide(std::int64_t bin, std::int64_t window_frames) {
  constexpr std::int64_t kLobe = 8;
  for (std::int64_t sum = 2; sum <= 18; ++sum) {
    const std::int64_t rest = sum * bin % window_frames;
    if (sum * bin > window_frames / 2 && std::min(rest, window_frames - rest) < kLobe) return true;
  }
  return false;
}

/// What is a multiple of the bin's width stays; anything else moves to the nearest odd multiple below the Nyquist
/// frequency at which no alias of a harmonic falls on a harmonic, or, where the window is too short for that, to the
/// nearest odd one.
double moved_to_bin(double frequency_hz, const ToneParameters::Fields& fields) {
  const double bin_hz = fields.sample_rate_hz / fields.window_frames;
  const double bin = frequency_hz / bin_hz;
  if (std::abs(bin - std::round(bin)) <= 1e-9 * bin && std::round(bin) >= 1.0) return frequency_hz;
  const std::int64_t half = (fields.window_frames + 1) / 2 - 1;
  const std::int64_t last = half % 2 == 1 ? half : half - 1;
  const std::int64_t nearest = std::clamp<std::int64_t>(2 * std::llround((bin - 1.0) / 2.0) + 1, 1, last);
  std::int64_t chosen = nearest;
  for (const std::int64_t step : {0, 2, -2, 4, -4, 6, -6, 8, -8}) {
    const std::int64_t candidate = nearest + step;
    if (candidate < 1 || candidate > last || aliases_collide(candidate, fields.window_frames)) continue;
    chosen = candidate;
    break;
  }
  return static_cast<double>(chosen) * fields.sample_rate_hz / fields.window_frames;
}

}  // namespace

SweepParameters::SweepParameters(Fields fields) : fields_(fields) {
  check(fields_);
  const double ratio = std::log(fields_.stop_hz / fields_.start_hz);
  if (fields_.kind == SweepKind::kSynchronised) {
    const double cycles = std::round(fields_.start_hz * fields_.length_s / ratio);
    const Checker checker("bad-sweep");
    if (cycles < 1.0) {
      checker.refuse("a synchronised sweep of " + number(fields_.length_s) + " s",
                     "at least " + number(ratio / (2.0 * fields_.start_hz)) + " s for this band");
    }
    const double adjusted_s = cycles / fields_.start_hz * ratio;
    if (std::abs(adjusted_s - fields_.length_s) > 1e-12 * fields_.length_s) {
      adjustments_.push_back({"length-adjusted", 0,
                              "the length was adjusted from " + number(fields_.length_s) + " to " + number(adjusted_s) +
                                  " s, so that start_hz L is an integer and the sweep begins at phase zero"});
    }
    fields_.length_s = adjusted_s;
    checker.seconds(fields_.length_s, "an adjusted length", 1.0 / fields_.sample_rate_hz);
    if (fields_.fade_in_s + fields_.fade_out_s > fields_.length_s)
      checker.refuse("fades longer than the adjusted sweep of " + number(adjusted_s) + " s", "fades within the sweep");
    rate_constant_s_ = cycles / fields_.start_hz;
  } else {
    rate_constant_s_ = fields_.length_s / ratio;
  }
  Checker("bad-sweep").size(frames(), fields_.channels);
}

double SweepParameters::amplitude() const { return std::pow(10.0, fields_.level_dbfs / 20.0); }

double SweepParameters::phase_rad(double t_s) const {
  const double grown =
      fields_.kind == SweepKind::kSynchronised ? std::exp(t_s / rate_constant_s_) : std::expm1(t_s / rate_constant_s_);
  return kTwoPi * fields_.start_hz * rate_constant_s_ * grown;
}

double SweepParameters::frequency_hz(double t_s) const { return fields_.start_hz * std::exp(t_s / rate_constant_s_); }

double SweepParameters::time_s(double frequency_hz) const {
  return rate_constant_s_ * std::log(frequency_hz / fields_.start_hz);
}

std::int64_t SweepParameters::sweep_frames() const {
  return std::max<std::int64_t>(1, frames_of(fields_.length_s, fields_.sample_rate_hz));
}

std::int64_t SweepParameters::period_frames() const {
  return sweep_frames() + frames_of(fields_.silence_between_s, fields_.sample_rate_hz);
}

std::int64_t SweepParameters::first_frame(int repeat) const {
  return frames_of(fields_.silence_before_s, fields_.sample_rate_hz) + repeat * period_frames();
}

std::int64_t SweepParameters::frames() const {
  return first_frame(fields_.repeats - 1) + sweep_frames() + frames_of(fields_.silence_after_s, fields_.sample_rate_hz);
}

ToneParameters::ToneParameters(Fields fields) : fields_(std::move(fields)) {
  check(fields_);
  if (fields_.window_frames != 0) {
    double most_hz = 0.0;
    for (Tone& tone : fields_.tones) {
      const double moved_hz = moved_to_bin(tone.frequency_hz, fields_);
      most_hz = std::max(most_hz, std::abs(moved_hz - tone.frequency_hz) - 1e-12 * moved_hz);
      tone.frequency_hz = moved_hz;
    }
    if (most_hz > 0.0) {
      adjustments_.push_back({"frequency-adjusted", 0,
                              "frequencies were moved by up to " + number(most_hz) + " Hz to bins of a window of " +
                                  std::to_string(fields_.window_frames) + " frames"});
    }
  }
  Checker("bad-tones").size(frames(), fields_.channels);
}

std::int64_t ToneParameters::tone_frames() const {
  return std::max<std::int64_t>(1, frames_of(fields_.length_s, fields_.sample_rate_hz));
}

std::int64_t ToneParameters::period_frames() const {
  return tone_frames() + frames_of(fields_.silence_between_s, fields_.sample_rate_hz);
}

std::int64_t ToneParameters::first_frame(std::size_t tone) const {
  return frames_of(fields_.silence_before_s, fields_.sample_rate_hz) +
         static_cast<std::int64_t>(tone) * period_frames();
}

std::int64_t ToneParameters::frames() const {
  return first_frame(fields_.tones.size() - 1) + tone_frames() +
         frames_of(fields_.silence_after_s, fields_.sample_rate_hz);
}

}  // namespace headscore
