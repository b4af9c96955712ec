#include "dsp/recording_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <utility>

#include "dsp/decibels.hpp"
#include "dsp/impulse_gate.hpp"

namespace headscore {
namespace {

constexpr double kFullScale = 1.0 - 1.5 / 32768.0;  ///< the last step of 16 bits, where clipping ends up
constexpr double kPauseBehindS = 0.5;
constexpr double kPauseBeforeS = 0.02;
constexpr double kLeastSilenceS = 0.1;

/// Samples piled up at one side's extreme value, which is told with them. A sine's samples grow denser towards its peak
/// by a factor of 3 from a stretch of four steps to the next one; a ceiling below full scale by far more. The step is
/// that of the samples' own grid, or 1e-4 of the peak.
std::optional<std::pair<Eigen::Index, double>> piled_up(const Eigen::Ref<const Eigen::ArrayXd>& x, double side) {
  constexpr double kMostDensity = 8.0;
  constexpr Eigen::Index kLeast = 40;
  const double peak = (side * x).maxCoeff();
  if (!(peak > 0.01)) return std::nullopt;
  double next = 0.0;
  for (const double sample : x) {
    if (side * sample < peak) next = std::max(next, side * sample);
  }
  const double step = std::max(1e-4 * peak, 1.5 * (peak - next));
  if (step > 0.02 * peak) return std::nullopt;  // too coarse to tell a pile from a grid
  const auto at = ((side * x) > peak - step).count();
  const auto below = ((side * x) > peak - 5.0 * step).count() - at;
  if (at < kLeast || static_cast<double>(at) < kMostDensity * 0.25 * static_cast<double>(below)) return std::nullopt;
  return std::pair{static_cast<Eigen::Index>(at), side * peak};
}

/// Samples in runs of three and more at full scale, and in flat tops below it: runs of four and more equal samples at
/// the largest value, where the sweep is above 200 Hz and a sine has no such top.
void add_clipping(std::vector<Warning>& warnings, const Eigen::Ref<const Eigen::ArrayXd>& x,
                  const std::vector<SweepPlace>& places, const SweepCourse& course, double rate) {
  Eigen::Index at_full_scale = 0;
  Eigen::Index flat = 0;
  double first_hz = 0.0;
  for (const SweepPlace& place : places) {
    const Eigen::Index begin = std::max<Eigen::Index>(place.first, 0);
    const Eigen::Index end = std::min(place.first + place.frames, x.size());
    if (end <= begin) continue;
    const double peak = x.segment(begin, end - begin).abs().maxCoeff();
    for (Eigen::Index i = begin; i < end;) {
      Eigen::Index k = i + 1;
      // Above full scale there is only floating point, which does not clip there.
      const bool full = std::abs(x[i]) >= kFullScale && peak <= 1.0;
      while (k < end && (full ? std::abs(x[k]) >= kFullScale && (x[k] > 0) == (x[i] > 0) : x[k] == x[i])) ++k;
      const double f = k - i < 3 ? 0.0 : course.frequency_hz(static_cast<double>(i - place.first) / rate);
      const bool counts = full ? k - i >= 3
                               : k - i >= 4 && std::abs(x[i]) > 0.999 * peak && f > 200.0 &&
                                     peak > 0.01;  // below, steps of 16 bits are flat tops
      if (counts) {
        (full ? at_full_scale : flat) += k - i;
        if (first_hz == 0.0) first_hz = f;
      }
      i = k;
    }
  }
  std::optional<std::pair<Eigen::Index, double>> pile;
  for (const SweepPlace& place : places) {
    const Eigen::Index begin = std::max<Eigen::Index>(place.first, 0);
    const Eigen::Index end = std::min(place.first + place.frames, x.size());
    if (pile || end <= begin || at_full_scale > 0) continue;
    pile = piled_up(x.segment(begin, end - begin), 1.0);
    if (!pile) pile = piled_up(x.segment(begin, end - begin), -1.0);
  }
  if (at_full_scale > 0) {
    warnings.push_back({"clipped", 0,
                        fmt::format("{} samples stand at full scale (first at {:.0f} Hz): the recording is clipped, "
                                    "distortion is not the headphone's",
                                    at_full_scale, first_hz)});
  } else if (pile) {
    warnings.push_back({"clipped", 0,
                        fmt::format("{} samples pile up at {:+.3f} of full scale: something before the recorder clips",
                                    pile->first, pile->second)});
  } else if (flat > 0) {
    warnings.push_back(
        {"clipped", 0,
         fmt::format(
             "{} samples stand on flat tops below full scale (first at {:.0f} Hz): something before the recorder clips",
             flat, first_hz)});
  }
}

/// Equal samples for longer than half a period while the sound around them goes on.
void add_dropouts(std::vector<Warning>& warnings, const Eigen::Ref<const Eigen::ArrayXd>& x,
                  const std::vector<SweepPlace>& places, const SweepCourse& course, double rate) {
  Eigen::Index count = 0;
  Eigen::Index longest = 0;
  double longest_hz = 0.0;
  for (const SweepPlace& place : places) {
    const Eigen::Index begin = std::max<Eigen::Index>(place.first, 0);
    const Eigen::Index end = std::min(place.first + place.frames, x.size());
    if (end <= begin) continue;
    for (Eigen::Index i = begin; i < end;) {
      Eigen::Index k = i + 1;
      while (k < end && x[k] == x[i]) ++k;
      const double f = k - i < 8 ? 1.0 : course.frequency_hz(static_cast<double>(i - place.first) / rate);
      if (k - i >= std::max<Eigen::Index>(8, static_cast<Eigen::Index>(0.5 * rate / f)) && i > begin && k < end) {
        const auto beside = static_cast<Eigen::Index>(2.0 * rate / f) + 8;
        const Eigen::Index low = std::max(begin, i - beside);
        const Eigen::Index high = std::min(end, k + beside);
        const double around =
            std::min(x.segment(low, i - low).abs().maxCoeff(), x.segment(k, high - k).abs().maxCoeff());
        if (around > 1e-3 && std::abs(x[i]) < kFullScale) {
          ++count;
          if (k - i > longest) {
            longest = k - i;
            longest_hz = f;
          }
        }
      }
      i = k;
    }
  }
  if (count > 0) {
    warnings.push_back(
        {"dropout", 0,
         fmt::format("the sound stands still {} times, for up to {:.2f} ms (at {:.0f} Hz): samples were lost", count,
                     1e3 * static_cast<double>(longest) / rate, longest_hz)});
  }
}

/// Clicks while the sweep is low: the third difference, which a tone of 1 kHz passes 50 dB down and a click whole,
/// stands far out of what it is in the blocks around. Division makes harmonics of all orders of them.
void add_clicks(std::vector<Warning>& warnings, const Eigen::Ref<const Eigen::ArrayXd>& x,
                const std::vector<SweepPlace>& places, const SweepCourse& course, double rate) {
  constexpr double kHighestHz = 2000.0;
  constexpr double kLeastRatio = 12.0;
  constexpr std::size_t kBeside = 5;
  const auto block = static_cast<Eigen::Index>(0.01 * rate);
  int count = 0;
  double first_s = 0.0;
  for (const SweepPlace& place : places) {
    const auto lead = static_cast<Eigen::Index>(0.02 * rate);
    const Eigen::Index begin = std::max<Eigen::Index>(place.first + lead, 3);
    const auto low = static_cast<Eigen::Index>(course.time_s(kHighestHz) * rate);
    const Eigen::Index end = std::min({place.first + place.frames - lead, place.first + low, x.size()});
    std::vector<double> largest;
    for (Eigen::Index i = begin; i + block <= end; i += block) {
      double most = 0.0;
      for (Eigen::Index k = i; k < i + block; ++k)
        most = std::max(most, std::abs((x[k] - x[k - 3]) - 3.0 * (x[k - 1] - x[k - 2])));
      largest.push_back(most);
    }
    std::vector<double> around;
    for (std::size_t i = 0; i < largest.size(); ++i) {
      const std::size_t from = i < kBeside ? 0 : i - kBeside;
      const std::size_t to = std::min(largest.size(), i + kBeside + 1);
      around.assign(largest.begin() + static_cast<std::ptrdiff_t>(from),
                    largest.begin() + static_cast<std::ptrdiff_t>(to));
      const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
      std::nth_element(around.begin(), middle, around.end());
      if (largest[i] < kLeastRatio * *middle || largest[i] < 1e-4) continue;
      if (count++ == 0) first_s = static_cast<double>(begin + static_cast<Eigen::Index>(i) * block) / rate;
    }
  }
  if (count == 0) return;
  warnings.push_back(
      {"clicks", 0,
       fmt::format("{} click{} while the sweep is below {:.0f} Hz (the first at {:.2f} s): harmonics there "
                   "are not the headphone's",
                   count, count == 1 ? "" : "s", kHighestHz, first_s)});
}

/// rms of the tone at `frequency_hz` in samples under Hann's window.
double tone_rms(const Eigen::Ref<const Eigen::ArrayXd>& x, double frequency_hz, double rate) {
  const auto n = static_cast<double>(x.size());
  const std::complex<double> turn = std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / rate);
  const std::complex<double> window_turn = std::polar(1.0, 2.0 * std::numbers::pi / n);
  std::complex<double> phase = 1.0;
  std::complex<double> window = std::polar(1.0, std::numbers::pi / n);
  std::complex<double> sum = 0.0;
  for (const double sample : x) {
    sum += sample * (1.0 - window.real()) * phase;
    phase *= turn;
    window *= window_turn;
  }
  return std::abs(sum) / n * std::sqrt(2.0);
}

/// Mains: its lines stand 13 dB out of what lies four bins beside them.
void add_hum(std::vector<Warning>& warnings, const Eigen::Ref<const Eigen::ArrayXd>& quiet, double sweep_rms,
             double rate) {
  if (static_cast<double>(quiet.size()) < 0.3 * rate) return;
  const Eigen::ArrayXd samples = quiet - quiet.mean();
  const double apart_hz = 4.0 * rate / static_cast<double>(samples.size());
  for (const double mains_hz : {50.0, 60.0}) {
    double lines = 0.0;
    double beside = 0.0;
    for (const int order : {1, 2, 3, 5}) {
      const double f = mains_hz * order;
      lines += std::pow(tone_rms(samples, f, rate), 2.0);
      beside += 0.5 * (std::pow(tone_rms(samples, f - apart_hz, rate), 2.0) +
                       std::pow(tone_rms(samples, f + apart_hz, rate), 2.0));
    }
    const double hum_rms = std::sqrt(lines);
    if (lines > 20.0 * beside && hum_rms > 1e-4 * sweep_rms) {
      warnings.push_back(
          {"mains-hum", 0,
           fmt::format("hum of {:.0f} Hz and its harmonics at {:.1f} dBFS in the silence, {:.1f} dB below the sweep",
                       mains_hz, db(hum_rms * std::sqrt(2.0)), db(sweep_rms / hum_rms))});
      return;
    }
  }
}

}  // namespace

double stuck_share(const Eigen::Ref<const Eigen::ArrayXd>& samples) {
  const double peak = samples.abs().maxCoeff();
  const auto loud = (samples.abs() > 0.5 * peak).count();
  if (loud == 0) return 0.0;
  return static_cast<double>((samples.abs() >= 0.999 * peak).count()) / static_cast<double>(loud);
}

std::optional<Silence> silence_of(Eigen::Index recording_frames, const SweepPlace& first, const SweepPlace& last,
                                  double sample_rate_hz) {
  const Eigen::Index before = first.first - static_cast<Eigen::Index>(kPauseBeforeS * sample_rate_hz);
  const Eigen::Index start_behind =
      last.first + last.frames + static_cast<Eigen::Index>(kPauseBehindS * sample_rate_hz);
  const Eigen::Index behind = recording_frames - start_behind;
  const Silence longer = before >= behind ? Silence{0, before} : Silence{start_behind, behind};
  if (static_cast<double>(longer.frames) < kLeastSilenceS * sample_rate_hz) return std::nullopt;
  return longer;
}

double noise_rms(const Eigen::Ref<const Eigen::ArrayXd>& silence, double sample_rate_hz, TransformSet& transforms) {
  const Eigen::ArrayXd samples = silence - silence.mean();
  const NoiseDensity density({samples.data(), static_cast<std::size_t>(samples.size())}, sample_rate_hz, transforms);
  const Band band{20.0, std::min(20000.0, 0.5 * sample_rate_hz)};
  return std::sqrt(2.0 * density.mean(band) * (band.stop_hz - band.start_hz) / sample_rate_hz);
}

std::vector<Warning> recording_warnings(const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                        const std::vector<SweepPlace>& places, const std::optional<Silence>& silence,
                                        const SweepCourse& course, double sample_rate_hz) {
  std::vector<Warning> warnings;
  add_clipping(warnings, recording, places, course, sample_rate_hz);
  const std::size_t others = warnings.size();
  add_dropouts(warnings, recording, places, course, sample_rate_hz);
  if (warnings.size() == others) add_clicks(warnings, recording, places, course, sample_rate_hz);
  const double rms = std::sqrt(recording.square().mean());
  if (silence) {
    const auto quiet = recording.segment(silence->first, silence->frames);
    const double offset = quiet.mean();
    if (std::abs(offset) > 1e-3 && std::abs(offset) > 0.01 * rms) {
      warnings.push_back({"dc-offset", 0,
                          fmt::format("the silence stands at {:+.4f} of full scale ({:.1f} dBFS): that was taken out",
                                      offset, db(std::abs(offset)))});
    }
    add_hum(warnings, quiet, rms, sample_rate_hz);
  } else if (const double offset = recording.mean(); std::abs(offset) > 0.01) {
    warnings.push_back({"dc-offset", 0, fmt::format("the recording's mean is {:+.4f} of full scale", offset)});
  }
  return warnings;
}

void judge_response_noise(const Eigen::ArrayXd& snr_db, const Eigen::ArrayXd& frequency_hz, int channel,
                          std::vector<Warning>& warnings) {
  constexpr double kLeastSnrDb = 6.0;
  constexpr double kPoorSnrDb = 30.0;
  std::vector<double> values;
  for (Eigen::Index i = 0; i < snr_db.size(); ++i) {
    if (frequency_hz[i] >= 100.0 && frequency_hz[i] <= 10000.0) values.push_back(snr_db[i]);
  }
  if (values.empty()) return;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  const double median_db = values[values.size() / 2];
  if (median_db < kLeastSnrDb) {
    throw Error("low-snr", {},
                fmt::format("channel {}: a response {:.1f} dB above the noise in it (median 100 Hz to 10 kHz)", channel,
                            median_db),
                fmt::format("at least {:.0f} dB", kLeastSnrDb));
  }
  if (median_db < kPoorSnrDb) {
    warnings.push_back(
        {"low-snr", 0,
         fmt::format(
             "the response stands {:.1f} dB above the noise in it (median 100 Hz to 10 kHz): errors of {:.1f} dB",
             median_db, 8.7 * std::pow(10.0, -median_db / 20.0))});
  }
}

}  // namespace headscore
