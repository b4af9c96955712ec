#include "headscore/sweep_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

#include "dsp/clock_drift.hpp"
#include "dsp/decay.hpp"
#include "dsp/decibels.hpp"
#include "dsp/deconvolution.hpp"
#include "dsp/deconvolved_repeats.hpp"
#include "dsp/impulse_gate.hpp"
#include "dsp/octave_places.hpp"
#include "dsp/recording_quality.hpp"
#include "dsp/resampling.hpp"
#include "dsp/sweep_distortion.hpp"
#include "dsp/sweep_recognition.hpp"
#include "dsp/sweep_reference.hpp"
#include "dsp/sweep_repeats.hpp"
#include "dsp/time_jump.hpp"

namespace headscore {
namespace {

constexpr double kSilentRms = 3e-5;  ///< -90 dBFS
constexpr double kMostBehindS = 1.5;
constexpr double kMostBeforeS = 1.0;
constexpr double kLeastConcentration = 0.5;  ///< share of the impulse response's energy about its peak
constexpr double kJumpS = 0.002;
constexpr double kHeavilyClipped = 0.2;  ///< of the samples above half of the peak; of a sine's, 0.04
constexpr double kSameRepeat = 0.5;      ///< a response as large as the largest, relative to its peak

}  // namespace

struct SweepAnalyser::Parts {
  Parts(SweepReference reference, Eigen::Index most_frames, std::vector<Warning> notes)
      : deconvolver(std::move(reference), most_frames), frames(most_frames), warnings(std::move(notes)) {}
  Deconvolver deconvolver;
  Eigen::Index frames;
  std::vector<Warning> warnings;
  mutable TransformSet transforms;  ///< for all channels and recordings; locks itself
};

namespace {

/// Follows one channel from samples to its analysis.
class ChannelAnalyser {
 public:
  ChannelAnalyser(const Deconvolver& deconvolver, TransformSet& transforms,
                  const Eigen::Ref<const Eigen::ArrayXd>& recording, int channel, const SweepAnalysisOptions& options)
      : deconvolver_(&deconvolver),
        recorded_(recording),
        channel_(channel),
        options_(options),
        transforms_(transforms) {}

  ChannelAnalysis run() {
    refuse_silence();
    deconvolve(recording());
    keep_first_repeat();
    leave_out_surroundings();
    refuse_other_sweep();
    check_place();
    take_out_offset();
    refuse_spread_octaves();
    settle_drift();
    judge_recording();
    return analysis();
  }

 private:
  [[nodiscard]] Eigen::Ref<const Eigen::ArrayXd> recording() const {
    return levelled_.size() != 0 ? Eigen::Ref<const Eigen::ArrayXd>(levelled_) : recorded_;
  }
  /// The recording as it came, as far as it counts.
  [[nodiscard]] Eigen::Ref<const Eigen::ArrayXd> as_recorded() const { return recorded_.head(recording().size()); }
  [[nodiscard]] const SweepReference& reference() const { return deconvolver_->reference(); }
  [[nodiscard]] double rate() const { return reference().sample_rate_hz; }
  [[nodiscard]] double frames(double seconds) const { return seconds * rate(); }
  [[nodiscard]] Band band() const { return {deconvolver_->start_hz(), deconvolver_->stop_hz()}; }
  void warn(const char* code, std::string message) { warnings_.push_back({code, 0, std::move(message)}); }
  [[noreturn]] void refuse(const char* code, const std::string& found, const std::string& wanted) const {
    throw Error(code, {}, fmt::format("channel {}: {}", channel_, found), wanted);
  }

  void refuse_silence() const {
    const double rms = std::sqrt(recording().square().mean());
    if (rms < kSilentRms)
      refuse("silent-channel", fmt::format("{:.1f} dBFS rms", db(rms)),
             "a channel with the sweep in it, above -90 dBFS");
  }

  void deconvolve(const Eigen::Ref<const Eigen::ArrayXd>& recording) {
    impulse_.reset();
    found_ = deconvolved_repeats(*deconvolver_, recording, locked_, transforms_);
    // Of a recording that was cut, noise fills a part of the buffer only: by that much it was too small everywhere.
    constexpr double kMostOfAll = 0.9;
    const double share = static_cast<double>(sounding_frames_) / static_cast<double>(found_.samples.size());
    if (sounding_frames_ == 0 || share > kMostOfAll) return;
    for (double& sample : found_.noise) sample /= std::sqrt(share);
  }

  [[nodiscard]] Eigen::Index harmonic_frames(double order) const {
    return static_cast<Eigen::Index>(frames(reference().course.rate_constant_s * std::log(order)));
  }

  /// Made once for each deconvolution.
  [[nodiscard]] const ImpulsePyramid& impulse() {
    if (impulse_) return *impulse_;
    return impulse_.emplace(found_.samples, found_.starts.front(), kept_before_frames(),
                            static_cast<Eigen::Index>(frames(limits().behind_s)) + 2, rate());
  }

  [[nodiscard]] Eigen::Index kept_before_frames() const {
    return std::max(harmonic_frames(options_.highest_harmonic + 1.5),
                    static_cast<Eigen::Index>(frames(limits().before_lowest_s)));
  }

  /// Sample of the mean impulse response, frames after the direct sound.
  [[nodiscard]] double sample(Eigen::Index t) const {
    const auto n = static_cast<Eigen::Index>(found_.samples.size());
    return found_.samples[static_cast<std::size_t>((((found_.starts.front() + t) % n) + n) % n)];
  }

  /// Where the recording was cut off, by the frequency that the sweep had there. What is left is divided by what was
  /// left of the sweep: the other frequencies are whole then.
  void check_place() {
    const Eigen::Index first = found_.starts.front();
    const Eigen::Index last = found_.starts.back();
    Eigen::Index lost_first = 0;
    Eigen::Index lost_last = 0;
    if (static_cast<int>(found_.starts.size()) < reference().repeats) {
      warn("repeats-missing", fmt::format("{} of {} repeats were found", found_.starts.size(), reference().repeats));
    }
    if (const double cut_s = -static_cast<double>(first) / rate(); cut_s > 0.001) {
      const double f = reference().course.frequency_hz(cut_s);
      // A recognised sweep is made to begin lower than the one that was played.
      const double begun_hz =
          reference().recognised_band ? reference().recognised_band->start_hz : reference().course.start_hz;
      if (f > 1.05 * std::max(20.0, begun_hz)) {
        refuse("truncated-recording",
               fmt::format("a recording that starts {:.2f} s late, at {:.0f} Hz of the sweep", cut_s, f),
               "the whole sweep");
      }
      if (!reference().recognised_band) {
        warn("truncated-recording",
             fmt::format("the recording starts {:.3f} s behind the sweep, at {:.1f} Hz", cut_s, f));
        lost_first = -first;
      }
    }
    const double missing_s = static_cast<double>(last + reference().samples.size() - recording().size()) / rate();
    if (missing_s > 0.001) {
      const double f = reference().course.frequency_hz(static_cast<double>(recording().size() - last) / rate());
      if (f < 0.95 * std::min(20000.0, deconvolver_->stop_hz())) {
        refuse("truncated-recording",
               fmt::format("a recording that ends {:.2f} s early, at {:.0f} Hz of the sweep", missing_s, f),
               "the whole sweep");
      }
      warn("truncated-recording",
           fmt::format("the recording ends {:.3f} s before the sweep, at {:.0f} Hz", missing_s, f));
      if (!reference().recognised_band) lost_last = last + reference().samples.size() - recording().size();
    }
    if ((lost_first == 0 && lost_last == 0) || found_.starts.size() > 1) return;
    own_.emplace(cut_sweep(reference(), lost_first, lost_last), recording().size());
    deconvolver_ = &*own_;
    deconvolve(recording());
  }

  /// A sweep that was recorded more often than its file says: the first is taken.
  void keep_first_repeat() {
    constexpr double kMostOfOne = 0.6;  // of two repeats each has half of the energy
    if (reference().repeats > 1 || energy_share() > kMostOfOne) return;
    const std::vector<Eigen::Index> places = responses();
    if (places.size() < 2) return;
    const auto ahead = static_cast<Eigen::Index>(frames(0.005));
    const Eigen::Index stop = places[1] - ahead;
    if (stop < places[0] + reference().samples.size() / 2) return;
    warn(
        "repeats-not-told",
        fmt::format(
            "the sweep was recorded {} times, the second {:.2f} s behind the first, which alone counts: a sidecar or a "
            "file of all repeats would average them",
            places.size(), static_cast<double>(places[1] - places[0]) / rate()));
    const Eigen::ArrayXd one = recording().head(stop);
    levelled_ = one;
    sounding_frames_ = stop;
    deconvolve(levelled_);
  }

  /// Places of all responses as large as the largest, 0.4 s or more apart, in order.
  [[nodiscard]] std::vector<Eigen::Index> responses() const {
    const Eigen::Index n = recording().size();  // the division's buffer is longer
    const auto beside = static_cast<Eigen::Index>(frames(0.4));
    const double least = kSameRepeat * std::abs(sample(0));
    std::vector<Eigen::Index> places;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double size = std::abs(found_.samples[static_cast<std::size_t>(i)]);
      if (size < least) continue;
      if (places.empty() || i - places.back() > beside) {
        places.push_back(i);
      } else if (size > std::abs(found_.samples[static_cast<std::size_t>(places.back())])) {
        places.back() = i;
      }
    }
    return places;
  }

  void refuse_spread_octaves() {
    const std::optional<double> off_s =
        displaced_octaves_s(impulse(), static_cast<double>(kept_before_frames()) / rate(), limits().behind_s);
    if (off_s)
      refuse("wrong-sweep",
             fmt::format("low octaves {:+.2f} s off the direct sound after division by the sweep", *off_s),
             "the sweep that was recorded: its length, its start and its end");
  }

  /// Share of the energy from 20 ms ahead of the direct sound to 0.4 s behind it, without what noise puts everywhere:
  /// the power that a quarter of all stretches of 20 ms stay below.
  [[nodiscard]] double energy_share() const {
    const auto n = static_cast<Eigen::Index>(found_.samples.size());
    const auto block = static_cast<Eigen::Index>(frames(0.02));
    const Eigen::Index blocks = n / block;
    std::vector<double> energies;
    energies.reserve(static_cast<std::size_t>(blocks));
    auto at = static_cast<std::size_t>((((found_.starts.front() - block) % n) + n) % n);
    for (Eigen::Index i = 0; i < blocks; ++i) {
      double sum = 0.0;
      for (Eigen::Index t = 0; t < block; ++t) {
        sum += found_.samples[at] * found_.samples[at];
        if (++at == found_.samples.size()) at = 0;
      }
      energies.push_back(sum);
    }
    std::vector<double> sorted = energies;
    const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
    std::nth_element(sorted.begin(), quarter, sorted.end());
    constexpr std::size_t kAbout = 21;  // from 20 ms ahead to 0.4 s behind
    double whole = 0.0;
    double about = 0.0;
    for (std::size_t i = 0; i < energies.size(); ++i) {
      const double own = std::max(0.0, energies[i] - *quarter);
      whole += own;
      if (i < kAbout) about += own;
    }
    // The buffer holds the mean once and the other repeats as they were.
    return about * static_cast<double>(found_.starts.size()) / std::max(whole, 1e-300);
  }

  /// Talk or traffic beside the sweep is no part of its response, but of what the division spreads over all of time.
  void leave_out_surroundings() {
    if (found_.starts.size() != 1 || reference().repeats > 1 || energy_share() >= kLeastConcentration) return;
    constexpr double kAheadS = 0.01;
    constexpr double kBehindS = 0.15;
    const Eigen::Index size = recording().size();
    const Eigen::Index sweep = found_.starts.front();
    const Eigen::Index first = std::clamp<Eigen::Index>(sweep - static_cast<Eigen::Index>(frames(kAheadS)), 0, size);
    const Eigen::Index last = std::clamp<Eigen::Index>(
        sweep + reference().samples.size() + static_cast<Eigen::Index>(frames(kBehindS)), first, size);
    Eigen::ArrayXd alone = Eigen::ArrayXd::Zero(size);
    alone.segment(first, last - first) = recording().segment(first, last - first);
    levelled_ = std::move(alone);
    sounding_frames_ = last - first;
    deconvolve(levelled_);
    if (energy_share() < kLeastConcentration) return;
    warn("noise-beside-sweep", "the recording is loud before or behind the sweep: only the sweep's own time was taken");
  }

  void refuse_other_sweep() const {
    const double share = energy_share();
    if (share >= kLeastConcentration) return;
    // A level that never falls is noise; one that does is some other signal.
    const double quiet = quiet_rms();
    const double rms = std::sqrt(as_recorded().square().mean());
    if (quiet > 0.5 * rms)
      refuse("low-snr", fmt::format("a recording {:.1f} dB above its own quietest tenth", db(rms / quiet)),
             "a sweep that stands out by 10 dB and more");
    if (const double stuck = stuck_share(as_recorded()); stuck > kHeavilyClipped)
      refuse("clipped", fmt::format("{:.0f} % of the loud half's samples at the largest value", 100.0 * stuck),
             "a recording that is not clipped");
    if (const std::optional<double> apart_s = next_response_s())
      refuse("wrong-sweep", fmt::format("the sweep more than once, {:.2f} s apart", *apart_s),
             fmt::format("{}: a sidecar that tells the repeats",
                         reference().repeats == 1 ? "it once" : fmt::format("{} repeats", reference().repeats)));
    refuse("wrong-sweep",
           fmt::format("{:.0f} % of the energy about the peak after division by the sweep", 100.0 * share),
           fmt::format("at least {:.0f} %: the sweep that was recorded", 100.0 * kLeastConcentration));
  }

  /// Distance to another response as large as the first, where the sweep was recorded more often than it should be.
  [[nodiscard]] std::optional<double> next_response_s() const {
    const auto n = static_cast<Eigen::Index>(found_.samples.size());
    const auto beside = static_cast<Eigen::Index>(frames(0.4));
    double largest = 0.0;
    Eigen::Index at = 0;
    for (Eigen::Index t = beside; t < n - beside; ++t) {
      if (std::abs(sample(t)) > largest) {
        largest = std::abs(sample(t));
        at = t;
      }
    }
    if (found_.starts.size() > 1 || largest < kSameRepeat * std::abs(sample(0))) return std::nullopt;
    return static_cast<double>(at < n / 2 ? at : n - at) / rate();
  }

  /// A constant under the recording is a step at both its ends, which division by a sweep spreads over the lowest
  /// octaves: 0.02 of full scale is 0.06 dB at 21 Hz. The silence tells it.
  void take_out_offset() {
    constexpr double kLeastOffset = 1e-4;
    const std::optional<Silence> quiet = silence();
    if (!quiet) return;
    const double offset = recording().segment(quiet->first, quiet->frames).mean();
    if (std::abs(offset) < kLeastOffset) return;
    levelled_ = (recording() - offset).eval();
    deconvolve(levelled_);
  }

  /// rms that a tenth of all stretches of 50 ms stay below.
  [[nodiscard]] double quiet_rms() const {
    const auto block = std::max<Eigen::Index>(
        1, std::min<Eigen::Index>(as_recorded().size(), static_cast<Eigen::Index>(frames(0.05))));
    std::vector<double> powers;
    for (Eigen::Index i = 0; i + block <= as_recorded().size(); i += block)
      powers.push_back(as_recorded().segment(i, block).square().mean());
    const auto tenth = powers.begin() + static_cast<std::ptrdiff_t>(powers.size() / 10);
    std::nth_element(powers.begin(), tenth, powers.end());
    return std::sqrt(*tenth);
  }

  [[nodiscard]] std::vector<SweepPlace> places() const {
    std::vector<SweepPlace> all;
    all.reserve(found_.starts.size());
    for (const Eigen::Index start : found_.starts) all.push_back({start, reference().samples.size()});
    return all;
  }

  [[nodiscard]] std::optional<Silence> silence() const {
    if (static_cast<int>(found_.starts.size()) < reference().repeats)
      return std::nullopt;  // a repeat that was not found may be in it
    const std::vector<SweepPlace> all = places();
    return silence_of(recording().size(), all.front(), all.back(), rate());
  }

  [[nodiscard]] std::optional<double> silence_rms() const {
    const std::optional<Silence> quiet = silence();
    if (!quiet) return std::nullopt;
    return noise_rms(as_recorded().segment(quiet->first, quiet->frames), rate(), transforms_);
  }

  [[nodiscard]] ClockDrift drift_of_repeats() const {
    const auto count = static_cast<double>(found_.exact_starts.size() - 1);
    const double period = (found_.exact_starts.back() - found_.exact_starts.front()) / count;
    const double ppm = 1e6 * (period / static_cast<double>(reference().period_frames) - 1.0);
    return {ClockDrift::Basis::kRepeats, ppm, 1e6 * 0.02 / (static_cast<double>(reference().period_frames) * count),
            false};
  }

  void settle_drift() {
    const ExcessSpectrum excess = excess_spectrum(impulse(), reference().course, band(), transforms_);
    std::optional<DelayCourse> delays = excess_delay_course(excess, reference().course, band());
    if (const std::optional<TimeJump> jump =
            found_time_jump(excess, *deconvolver_, recording(), found_.starts, band())) {
      warn("time-jump",
           fmt::format("{} frames were {} at {:.3f} s, near {:.0f} Hz of the sweep: the response is not the "
                       "headphone's",
                       std::abs(jump->frames), jump->frames > 0 ? "lost" : "inserted", jump->at_s, jump->frequency_hz));
      return;
    }
    if (delays && delays->largest_jump_s > std::max(kJumpS, 10.0 * delays->usual_jump_s)) {
      warn("time-jump",
           fmt::format(
               "the delay jumps near {:.0f} Hz: samples were lost or doubled, or the recorder ran at another rate; "
               "the response is not the headphone's",
               delays->largest_jump_hz));
      delays.reset();  // a jump is no slope
    }
    if (reference().recognised_band) return;  // its rate was taken from the recording, clock and all
    correct_drift(delays);
  }

  void correct_drift(const std::optional<DelayCourse>& delays) {
    if (options_.drift_ppm) {
      drift_ = {ClockDrift::Basis::kGiven, *options_.drift_ppm, 0.0, false};
    } else if (found_.exact_starts.size() > 1) {
      drift_ = drift_of_repeats();
    } else if (delays) {
      drift_ = delays->drift;
    }
    const double span_frames = 1e-6 * std::abs(drift_.ppm) * static_cast<double>(reference().samples.size());
    if (std::abs(drift_.ppm) > kMostDriftPpm && drift_.basis != ClockDrift::Basis::kUnknown &&
        std::abs(drift_.ppm) > 6.0 * drift_.uncertainty_ppm) {
      refuse(
          "clock-drift", fmt::format("a recording {:+.0f} ppm longer than the sweep", drift_.ppm),
          fmt::format("less than {:.0f} ppm: the sweep that was played, and the rate it was played at", kMostDriftPpm));
    }
    if (std::abs(drift_.ppm) < 4.0 * drift_.uncertainty_ppm) return;
    // By repeats a clock is known to hundredths of a frame; by the excess delay, what is below half a frame is the
    // headphone's own.
    const bool by_repeats = drift_.basis == ClockDrift::Basis::kRepeats;
    if (span_frames < (by_repeats ? 0.02 : 0.5) || (!by_repeats && std::abs(drift_.ppm) < 5.0)) return;
    if (drift_.basis == ClockDrift::Basis::kExcessDelay && !delays->is_line) {
      if (std::abs(drift_.ppm) > kMostDriftPpm)
        refuse("clock-drift",
               fmt::format("octaves that lie as in a recording {:+.0f} ppm longer than the sweep", drift_.ppm),
               "the sweep that was played");
      warn("clock-drift-unsure",
           fmt::format(
               "the excess delay slopes as by a clock {:+.1f} ppm off, but not evenly: a crossover's all-pass has "
               "that too. Nothing was corrected; repeats tell a clock, --drift states one",
               drift_.ppm));
      drift_ = {};
      return;
    }
    mend(drift_.ppm);
    if (by_repeats && found_.exact_starts.size() > 1) {
      // Smeared responses are placed less surely than mended ones: once more.
      const double rest_ppm = drift_of_repeats().ppm;
      drift_.ppm += rest_ppm;
      mend(drift_.ppm);
    }
    drift_.corrected = true;
    warn("clock-drift",
         fmt::format("the recorder's clock is {:+.1f} ppm off the player's (by {}); the recording was resampled",
                     drift_.ppm, basis_text()));
  }

  void mend(double ppm) {
    mended_ = resampled_by(recording(), 1.0 / (1.0 + 1e-6 * ppm));
    if (mended_.size() > recording().size()) mended_.conservativeResize(recording().size());
    locked_ = true;
    deconvolve(mended_);
  }

  [[nodiscard]] const char* basis_text() const {
    switch (drift_.basis) {
      case ClockDrift::Basis::kGiven:
        return "the option";
      case ClockDrift::Basis::kRepeats:
        return "the repeats' distance";
      default:
        return "the excess delay's slope";
    }
  }

  void judge_recording() {
    for (Warning& warning : recording_warnings(as_recorded(), places(), silence(), reference().course, rate()))
      warnings_.push_back(std::move(warning));
  }

  [[nodiscard]] GateLimits limits() const {
    const double constant_s = reference().course.rate_constant_s;
    const auto n = static_cast<double>(found_.samples.size());
    const double period_s = (found_.starts.size() > 1 ? static_cast<double>(reference().period_frames) : n) / rate();
    GateLimits limits;
    limits.before_s = std::min(kMostBeforeS, 0.6 * constant_s * std::log(2.0));
    limits.before_lowest_s = std::min({kMostBeforeS, 1.5 * constant_s * std::log(2.0), 0.3 * period_s});
    limits.behind_s = std::max(0.05, std::min(kMostBehindS, 0.9 * (period_s - constant_s * std::log(10.0))));
    return limits;
  }

  ChannelAnalysis analysis() {
    const ImpulsePyramid& own = impulse();
    const NoiseDensity noise(found_.noise, rate(), transforms_);
    const GateLimits reach = limits();
    const Band whole = band();
    const std::vector<OctaveGate> gates =
        options_.window.kind == ImpulseWindow::Kind::kAutomatic
            ? chosen_gates(own, noise, whole, 2.0 * reference().course.start_hz, reach, transforms_)
            : given_gates(options_.window, whole, reach);
    const LogGrid grid = LogGrid::per_octave(options_.points_per_octave, whole);
    GatedResponse gated = gated_response(own, noise, gates, grid.frequency_hz(), transforms_);
    const Eigen::ArrayXd magnitude = gated.response.abs().max(1e-20);
    const double level_shift_db = db(reference().amplitude) + options_.full_scale_spl_db.value_or(0.0);
    ChannelAnalysis result{channel_,
                           impulse_value(own, gates),
                           FrequencyResponse(grid.frequency_hz(), gated.response),
                           20.0 * magnitude.log10() + level_shift_db,
                           options_.full_scale_spl_db.has_value(),
                           std::nullopt,
                           std::nullopt,
                           gates};
    if (noise.known()) {
      result.snr_db = (20.0 * (magnitude / gated.noise.max(1e-20)).log10()).eval();
      judge_response_noise(*result.snr_db, grid.frequency_hz(), channel_, warnings_);
    }
    const DistortionSettings settings = distortion_settings();
    result.distortion = swept_distortion(own, noise, gates, settings, transforms_);
    if (result.distortion) result.steady_from_hz = steady_from_hz(own, gates, settings, transforms_);
    result.start_s = static_cast<double>(found_.starts.front()) / rate();
    result.repeats = static_cast<int>(found_.starts.size());
    result.inverted = !reference().recognised_band && sample(0) < 0.0;
    if (result.inverted)
      warn("inverted-polarity", "the direct sound's peak is negative: a wire, a driver or an input is turned round");
    describe_decay(result);
    judge_repeats(result);
    result.drift = drift_;
    result.warnings = std::move(warnings_);
    return result;
  }

  [[nodiscard]] DistortionSettings distortion_settings() const {
    DistortionSettings settings;
    settings.course = reference().course;
    settings.band = band();
    // A recognised sweep's start is not the played one's: what the two differ by rings like harmonics.
    constexpr double kAboveRecognisedStart = 2.6;
    if (reference().recognised_band) settings.band.start_hz *= kAboveRecognisedStart;
    const Band unfaded = unfaded_band(reference());
    settings.band.start_hz = std::max(settings.band.start_hz, unfaded.start_hz);
    settings.band.stop_hz = std::min(settings.band.stop_hz, unfaded.stop_hz);
    if (options_.microphone_stop_hz)
      settings.band.stop_hz = std::min(settings.band.stop_hz, *options_.microphone_stop_hz);
    settings.points_per_octave = options_.distortion_points_per_octave;
    settings.highest_harmonic = options_.highest_harmonic;
    settings.played_amplitude = reference().amplitude;
    settings.noise_rms = silence_rms();
    settings.recorded_full_scale_db = options_.full_scale_spl_db.value_or(0.0);
    return settings;
  }

  [[nodiscard]] ImpulseResponse impulse_value(const ImpulsePyramid& own, const std::vector<OctaveGate>& gates) const {
    double before_s = 0.0;
    double behind_s = 0.0;
    for (const OctaveGate& gate : gates) {
      before_s = std::max(before_s, gate.before_s);
      behind_s = std::max(behind_s, gate.behind_s);
    }
    // What lies before the direct sound by more than this holds harmonics.
    before_s = std::min(before_s, limits().before_s / 1.5);
    return ImpulseResponse(rate(), windowed(own, before_s, behind_s), window_before_frames(before_s, rate()));
  }

  void judge_repeats(const ChannelAnalysis& result) {
    if (found_.starts.size() < 2 || !result.snr_db) return;
    if (found_.variance_db > -30.0) {
      warn("time-variance",
           fmt::format("repeats differ by {:.1f} dB of their energy: something moved, or noise came in",
                       found_.variance_db));
    }
  }

  void describe_decay(ChannelAnalysis& result) const {
    double power = 0.0;
    for (const double sample : found_.noise) power += sample * sample;
    if (!found_.noise.empty()) power /= static_cast<double>(found_.noise.size());
    result.peak_to_noise_db = db(std::abs(sample(0))) - 10.0 * std::log10(std::max(power, 1e-40));
    Eigen::ArrayXd decay(static_cast<Eigen::Index>(frames(limits().behind_s)));
    for (Eigen::Index i = 0; i < decay.size(); ++i) decay[i] = sample(i);
    result.rt30_s = rt30_s(decay, power, rate());
  }

  const Deconvolver* deconvolver_;  ///< the given one, or own_
  std::optional<Deconvolver> own_;  ///< by what a cut recording holds of the sweep
  const Eigen::Ref<const Eigen::ArrayXd>& recorded_;
  Eigen::ArrayXd levelled_;  ///< without the recorder's offset and further repeats, where it has them
  int channel_;
  const SweepAnalysisOptions& options_;
  Eigen::ArrayXd mended_;
  Deconvolved found_;
  std::optional<ImpulsePyramid> impulse_;
  ClockDrift drift_;
  Eigen::Index sounding_frames_ = 0;  ///< of a recording that was cut; 0: all
  bool locked_ = false;               ///< the recording was resampled to the player's clock
  std::vector<Warning> warnings_;
  TransformSet& transforms_;
};

std::vector<Warning> resampling_note(double from_hz, double to_hz, const char* how) {
  if (from_hz == to_hz) return {};
  return {{"sample-rate", 0,
           fmt::format("the sweep is at {:g} Hz, the recording at {:g} Hz: the sweep was {}", from_hz, to_hz, how)}};
}

SweepReference reference_at(const Eigen::Ref<const Eigen::ArrayXd>& played, double sweep_rate_hz,
                            double sample_rate_hz) {
  if (sweep_rate_hz == sample_rate_hz) return reference_from(played, sample_rate_hz);
  return reference_from(resampled_by(played, sample_rate_hz / sweep_rate_hz), sample_rate_hz);
}

}  // namespace

SweepAnalyser::SweepAnalyser(const SweepParameters& parameters, double sample_rate_hz, Eigen::Index frames)
    : parts_(std::make_shared<const Parts>(
          reference_from(parameters, sample_rate_hz), frames,
          resampling_note(parameters.fields().sample_rate_hz, sample_rate_hz, "made anew at the recording's rate"))) {}

SweepAnalyser::SweepAnalyser(const Eigen::Ref<const Eigen::ArrayXd>& played, double sweep_rate_hz,
                             double sample_rate_hz, Eigen::Index frames)
    : parts_(std::make_shared<const Parts>(reference_at(played, sweep_rate_hz, sample_rate_hz), frames,
                                           resampling_note(sweep_rate_hz, sample_rate_hz, "resampled (libsoxr)"))) {}

namespace {

/// The sweep of a recording, which may hold it more than once: fitted to the first then.
SweepReference first_recorded_sweep(const Eigen::Ref<const Eigen::ArrayXd>& recording, double sample_rate_hz) {
  try {
    return recorded_sweep(recording, sample_rate_hz);
  } catch (const Error&) {
    const std::optional<Eigen::Index> period = repeat_period_frames(recording, sample_rate_hz);
    if (!period) throw;
    constexpr double kBegun = 0.02;  // of the peak
    const double least = kBegun * recording.abs().maxCoeff();
    Eigen::Index begun = 0;
    while (begun + 1 < recording.size() && std::abs(recording[begun]) < least) ++begun;
    return recorded_sweep(recording.head(std::min(recording.size(), begun + *period)), sample_rate_hz);
  }
}

}  // namespace

SweepAnalyser SweepAnalyser::recognising(const Eigen::Ref<const Eigen::ArrayXd>& recording, double sample_rate_hz) {
  SweepReference reference = first_recorded_sweep(recording, sample_rate_hz);
  const Band band = *reference.recognised_band;
  std::vector<Warning> notes{
      {"sweep-recognised", 0,
       fmt::format(
           "the sweep was recognised in the recording ({:.1f} Hz to {:.0f} Hz outside of its fades, an octave in "
           "{:.4f} s): the player's clock, level and polarity are not known",
           band.start_hz, band.stop_hz, std::log(2.0) * reference.course.rate_constant_s)}};
  return SweepAnalyser(std::make_shared<const Parts>(std::move(reference), recording.size(), std::move(notes)));
}

ChannelAnalysis SweepAnalyser::analysed(const Eigen::Ref<const Eigen::ArrayXd>& recording, int channel,
                                        const SweepAnalysisOptions& options) const {
  if (recording.size() < 2)
    throw Error("bad-recording", {}, fmt::format("{} frames", recording.size()), "a recording of the sweep");
  if (recording.size() > parts_->frames) {
    throw Error("bad-recording", {}, fmt::format("{} frames", recording.size()),
                fmt::format("2 to {}", parts_->frames));
  }
  return ChannelAnalyser(parts_->deconvolver, parts_->transforms, recording, channel, options).run();
}

double SweepAnalyser::sample_rate_hz() const noexcept { return parts_->deconvolver.reference().sample_rate_hz; }
Eigen::Index SweepAnalyser::frames() const noexcept { return parts_->frames; }
double SweepAnalyser::drive_level_dbfs() const noexcept { return db(parts_->deconvolver.reference().amplitude); }
Band SweepAnalyser::band() const noexcept { return {parts_->deconvolver.start_hz(), parts_->deconvolver.stop_hz()}; }
std::optional<int> SweepAnalyser::played_channel() const noexcept { return parts_->deconvolver.reference().channel; }
const std::vector<Warning>& SweepAnalyser::warnings() const noexcept { return parts_->warnings; }

}  // namespace headscore
