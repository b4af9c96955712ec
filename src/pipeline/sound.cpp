#include "headscore/sound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <exception>
#include <fstream>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>

#include "headscore/audio.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/reader.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sweep.hpp"
#include "io/file_bytes.hpp"
#include "pipeline/jobs.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr double kSwapDb = 6.0;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// What recordings are divided by: parameters, or samples as they were played.
using Played = std::variant<SweepParameters, AudioClip>;

struct NamedSweep {
  std::string name;
  Played played;
};

SweepParameters sweep_of(const fs::path& sidecar) {
  const TestSignal signal = read_signal_sidecar(sidecar);
  if (const auto* sweep = std::get_if<SweepParameters>(&signal)) return *sweep;
  throw Error("no-sweep", {sidecar.string()}, "the sidecar of tones", "that of a sweep");
}

NamedSweep read_sweep(const fs::path& path) {
  if (!is_sound_file(path)) return {path.string(), sweep_of(path)};
  if (const std::optional<fs::path> sidecar = found_signal_sidecar(path)) return {path.string(), sweep_of(*sidecar)};
  return {path.string(), read_audio(path)};
}

/// The sidecars of sweeps in a folder.
std::vector<fs::path> sidecars_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool json =
        name.size() > 5 && name.ends_with(".json") && !name.ends_with("headscore.json") && name != "phone_book.json";
    if (!json || !is_file(entry.path())) continue;
    try {
      (void)sweep_of(entry.path());
      found.push_back(entry.path());
    } catch (const Error&) {
      continue;  // some other JSON
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Error with_file(const Error& error, const std::string& path) {
  return {error.code(), {path}, error.found(), error.wanted()};
}

std::string format_of(const AudioClip& clip) {
  const std::optional<AudioFormat>& format = clip.fields().format;
  const std::string stored = format ? fmt::format("{}, {}{}, ", to_string(format->container),
                                                  to_string(format->samples), is_integer(format->samples) ? " bit" : "")
                                    : "";
  return fmt::format("{}{:g} Hz, {} channel{}", stored, clip.sample_rate_hz(), clip.channels(),
                     clip.channels() == 1 ? "" : "s");
}

Eigen::ArrayXd correction_db(const std::optional<Curve>& calibration, const Eigen::ArrayXd& frequency_hz) {
  if (!calibration) return Eigen::ArrayXd::Zero(frequency_hz.size());
  Eigen::ArrayXd result(frequency_hz.size());
  for (Eigen::Index i = 0; i < result.size(); ++i) {
    // Held beyond its ends: a microphone's calibration says nothing there, and a slope continued would say too much.
    result[i] = *level_at(*calibration, std::clamp(frequency_hz[i], calibration->start_hz(), calibration->stop_hz()));
  }
  return result;
}

/// Takes calibrations off the levels and off the harmonics' ratios: a harmonic at n f was heard by the microphone at n
/// f.
void calibrate(ChannelAnalysis& channel, const SoundOptions& options) {
  if (!options.microphone && !options.rig) return;
  const auto at = [&](const Eigen::ArrayXd& f) -> Eigen::ArrayXd {
    return correction_db(options.microphone, f) + correction_db(options.rig, f);
  };
  const Eigen::ArrayXd& frequency_hz = channel.response.frequency_hz();
  const Eigen::ArrayXd taken_db = at(frequency_hz);
  channel.level_db -= taken_db;
  const Eigen::ArrayXd factor = (taken_db * (-std::log(10.0) / 20.0)).exp();
  channel.response = FrequencyResponse(frequency_hz, channel.response.response() * factor.cast<std::complex<double>>());
  if (channel.distortion) {
    DistortionSpectrum::Columns columns = channel.distortion->columns();
    const Eigen::ArrayXd own_db = at(columns.frequency_hz);
    *columns.fundamental_db -= own_db;
    Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(columns.frequency_hz.size());
    Eigen::ArrayXd limit_squares = squares;
    for (Harmonic& harmonic : columns.harmonics) {
      const Eigen::ArrayXd ratio =
          ((own_db - at(harmonic.order * columns.frequency_hz)) * (std::log(10.0) / 20.0)).exp();
      harmonic.level_ratio *= ratio;
      *harmonic.noise_limit *= ratio;
      *harmonic.upper_bound *= ratio;
      squares += harmonic.level_ratio.isFinite().select(harmonic.level_ratio.square(), 0.0);
      limit_squares += harmonic.noise_limit->isFinite().select(harmonic.noise_limit->square(), 0.0);
    }
    columns.thd_ratio = squares.sqrt();
    columns.thd_noise_limit = limit_squares.sqrt();
    columns.thd_upper_bound =
        (*columns.thd_ratio <= *columns.thd_noise_limit)
            .select(*columns.thd_noise_limit,
                    Eigen::ArrayXd::Constant(squares.size(), std::numeric_limits<double>::quiet_NaN()));
    channel.distortion.emplace(std::move(columns));
  }
  const auto note = [&](const char* what, const std::optional<Curve>& curve) {
    if (!curve) return;
    const double at_1k = correction_db(curve, Eigen::ArrayXd::Constant(1, 1000.0))[0];
    channel.warnings.push_back(
        {"calibrated", 0,
         fmt::format("the {}'s response was taken off ({:+.2f} dB at 1 kHz, {:.0f} Hz to {:.0f} Hz, held beyond)", what,
                     -at_1k, curve->start_hz(), curve->stop_hz())});
  };
  note("microphone", options.microphone);
  note("rig", options.rig);
}

}  // namespace

bool is_sound_file(const fs::path& path) {
  try {
    const std::string head = first_bytes(path, 12);
    return head.size() == 12 && looks_like_audio(head);
  } catch (const Error&) {
    return false;
  }
}

bool is_test_signal(const fs::path& path) { return found_signal_sidecar(path).has_value() && is_sound_file(path); }

struct SoundReader::Parts {
  SoundOptions options;
  std::optional<NamedSweep> sweep;  ///< told by the option
  mutable std::mutex mutex;
  /// Analysers by sweep, rate and frames: what is in here does not change any result. At most a few, for batches of
  /// equal recordings.
  mutable std::map<std::tuple<std::string, double, Eigen::Index>, std::shared_ptr<const SweepAnalyser>> analysers;

  [[nodiscard]] NamedSweep sweep_for(const AudioClip& clip) const {
    if (sweep) return *sweep;
    const std::vector<fs::path> sidecars = sidecars_in(fs::path(clip.fields().path).parent_path());
    if (sidecars.size() == 1) return {sidecars[0].string(), sweep_of(sidecars[0])};
    throw Error("no-sweep", {clip.fields().path},
                fmt::format("a sound file and {} sidecars of sweeps beside it", sidecars.size()),
                "--sweep with the file that was played, its sidecar, or auto");
  }

  [[nodiscard]] std::shared_ptr<const SweepAnalyser> analyser(const NamedSweep& named, double rate,
                                                              Eigen::Index frames) const {
    const std::tuple key{named.name, rate, frames};
    const std::lock_guard lock(mutex);
    if (const auto known = analysers.find(key); known != analysers.end()) return known->second;
    std::shared_ptr<const SweepAnalyser> made;
    if (const auto* parameters = std::get_if<SweepParameters>(&named.played)) {
      made = std::make_shared<const SweepAnalyser>(*parameters, rate, frames);
    } else {
      const auto& clip = std::get<AudioClip>(named.played);
      Eigen::Index loudest = 0;
      clip.samples().square().colwise().sum().maxCoeff(&loudest);
      made = std::make_shared<const SweepAnalyser>(clip.samples().col(loudest), clip.sample_rate_hz(), rate, frames);
    }
    if (analysers.size() >= 4) analysers.clear();
    analysers.emplace(key, made);
    return made;
  }
};

SoundReader::SoundReader(SoundOptions options) : parts_(std::make_unique<Parts>()) {
  parts_->options = std::move(options);
  const std::optional<std::string>& sweep = parts_->options.sweep;
  if (sweep && *sweep != "auto" && !parts_->options.impulse) parts_->sweep = read_sweep(*sweep);
}

SoundReader::~SoundReader() = default;

const SoundOptions& SoundReader::options() const noexcept { return parts_->options; }

namespace {

/// Which channels of a recording to analyse, and whose they are.
struct ChannelChoice {
  Eigen::Index column = 0;
  Channel side = Channel::kUnknown;
};

std::vector<ChannelChoice> chosen_channels(const AudioClip& clip, const SoundOptions& options,
                                           std::optional<int> played, std::vector<Warning>& warnings) {
  std::vector<ChannelChoice> choices;
  if (!options.channels.empty()) {
    if (static_cast<Eigen::Index>(options.channels.size()) != clip.channels()) {
      throw Error("no-such-channel", {clip.fields().path}, fmt::format("{} channels", clip.channels()),
                  fmt::format("the {} that --channels names (- leaves one out)", options.channels.size()));
    }
    for (std::size_t i = 0; i < options.channels.size(); ++i) {
      if (options.channels[i] != Channel::kUnknown)
        choices.push_back({static_cast<Eigen::Index>(i), options.channels[i]});
    }
    if (choices.empty())
      throw Error("no-such-channel", {clip.fields().path}, fmt::format("{} channels", clip.channels()),
                  "those that --channels names");
    return choices;
  }
  const Channel named = identity_from_name(clip.fields().path).channel;
  if (clip.channels() == 1) return {{0, named}};
  const Eigen::ArrayXd energies = clip.samples().square().colwise().sum().transpose();
  const auto level_db = [&](Eigen::Index i) { return 10.0 * std::log10(std::max(energies[i], 1e-30)); };
  if (clip.channels() == 2) {
    const Channel side = named != Channel::kUnknown ? named
                                                    : (played == 1   ? Channel::kLeft
                                                       : played == 2 ? Channel::kRight
                                                                     : Channel::kUnknown);
    if (side == Channel::kUnknown) return {{0, Channel::kLeft}, {1, Channel::kRight}};
    const Eigen::Index column = side == Channel::kLeft ? 0 : 1;
    if (level_db(1 - column) > level_db(column) + kSwapDb) {
      warnings.push_back({"channel-swap", 0,
                          fmt::format("channel {} should hold the {} side and is {:.1f} dB quieter than the other: "
                                      "left and right may be swapped",
                                      column + 1, to_string(side), level_db(1 - column) - level_db(column))});
    }
    return {{column, side}};
  }
  Eigen::Index loudest = 0;
  energies.maxCoeff(&loudest);
  warnings.push_back({"channel-chosen", 0,
                      fmt::format("of {} channels, {} is the loudest and was analysed", clip.channels(), loudest + 1)});
  return {{loudest, named}};
}

}  // namespace

std::vector<fs::path> SoundReader::sweep_sidecars(const fs::path& folder) const {
  if (parts_->options.impulse || parts_->options.sweep) return {};
  return sidecars_in(folder);
}

SoundAnalysis SoundReader::analysed(const fs::path& path, int jobs) const {
  try {
    return analysed(read_audio(path), jobs);
  } catch (const Error& error) {
    if (!error.where().file.empty()) throw;
    throw with_file(error, path.string());
  }
}

namespace {

/// One of both.
struct ChannelOutcome {
  std::optional<ChannelAnalysis> done;
  std::optional<Error> refused;
};

/// The chosen channels, each by `analyser`, or as impulse responses where there is none.
std::vector<ChannelOutcome> analysed_channels(const AudioClip& clip, const std::vector<ChannelChoice>& choices,
                                              const SweepAnalyser* analyser, const SoundOptions& options, int jobs) {
  const std::string path = fs::path(clip.fields().path).string();
  std::vector<ChannelOutcome> outcomes(choices.size());
  for_each_index(choices.size(), jobs, [&](std::size_t i) {
    const auto number = static_cast<int>(choices[i].column) + 1;
    try {
      const auto samples = clip.samples().col(choices[i].column);
      outcomes[i].done = analyser != nullptr
                             ? analyser->analysed(samples, number, options.analysis)
                             : impulse_analysed(samples, clip.sample_rate_hz(), number, options.analysis);
      calibrate(*outcomes[i].done, options);
    } catch (const Error& error) {
      outcomes[i].refused = with_file(error, path);
    } catch (const std::exception& error) {
      outcomes[i].refused = Error("failed", {path}, error.what(), "a recording that can be analysed");
    }
  });
  return outcomes;
}

}  // namespace

SoundAnalysis SoundReader::analysed(const AudioClip& clip, int jobs) const {
  const SoundOptions& options = parts_->options;
  const fs::path path = clip.fields().path;
  try {
    SoundAnalysis result;
    result.path = path.string();
    result.format = format_of(clip);
    result.sample_rate_hz = clip.sample_rate_hz();
    result.warnings = clip.warnings();
    std::shared_ptr<const SweepAnalyser> analyser;
    if (!options.impulse) {
      Eigen::Index loudest = 0;
      clip.samples().square().colwise().sum().maxCoeff(&loudest);
      const bool recognising = options.sweep && *options.sweep == "auto";
      std::string name = "auto";
      if (recognising) {
        analyser = std::make_shared<const SweepAnalyser>(
            SweepAnalyser::recognising(clip.samples().col(loudest), clip.sample_rate_hz()));
      } else {
        const NamedSweep named = parts_->sweep_for(clip);
        analyser = parts_->analyser(named, clip.sample_rate_hz(), clip.frames());
        name = named.name;
        result.drive_level_dbfs = analyser->drive_level_dbfs();
      }
      const Band band = analyser->band();
      result.sweep = fmt::format("{}: {:.4g} Hz to {:.5g} Hz", name, band.start_hz, band.stop_hz);
      result.warnings.insert(result.warnings.end(), analyser->warnings().begin(), analyser->warnings().end());
    } else {
      result.sweep = "none: the file is an impulse response";
    }
    const std::vector<ChannelChoice> choices =
        chosen_channels(clip, options, analyser ? analyser->played_channel() : std::nullopt, result.warnings);
    std::vector<ChannelOutcome> outcomes = analysed_channels(clip, choices, analyser.get(), options, jobs);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (outcomes[i].refused) {
        result.refused.push_back(*outcomes[i].refused);
        continue;
      }
      ChannelAnalysis& done = *outcomes[i].done;
      if (!result.drive_level_dbfs && done.distortion) {
        DistortionSpectrum::Columns columns = done.distortion->columns();
        columns.drive_level_dbfs.reset();
        done.distortion.emplace(std::move(columns));
      }
      result.channels.push_back(std::move(done));
      result.sides.push_back(choices[i].side);
    }
    if (result.channels.empty()) throw Error(result.refused.front());
    if (result.channels.size() == 2 && result.channels[0].inverted != result.channels[1].inverted) {
      result.warnings.push_back(
          {"polarity-differs", 0, "one channel's direct sound is positive, the other's negative"});
    }
    return result;
  } catch (const Error& error) {
    if (!error.where().file.empty()) throw;
    throw with_file(error, path.string());
  }
}

std::vector<Measurement> measurements_of(const SoundAnalysis& analysis) {
  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) {
    const ChannelAnalysis& channel = analysis.channels[i];
    Measurement::Fields fields;
    fields.path = analysis.path;
    fields.provenance.dialect = "sound";
    fields.provenance.encoding = analysis.format;
    fields.provenance.producer = "headscore measure";
    fields.provenance.source = "sweep " + analysis.sweep;
    fields.provenance.smoothing = "none";
    fields.provenance.smoothing_octaves = 0.0;
    fields.identity = identity_from_name(analysis.path);
    fields.provenance.channel = analysis.sides[i];
    if (analysis.sides[i] != Channel::kUnknown) fields.identity.channel = analysis.sides[i];
    fields.columns = {"frequency", "spl", "phase"};
    fields.response = Curve(channel.response.frequency_hz(), channel.level_db);
    fields.phase_rad = channel.response.phase_rad();
    fields.distortion = channel.distortion;
    if (channel.distortion) {
      fields.columns.insert(fields.columns.end(), {"fundamental", "thd", "noise"});
      for (const Harmonic& harmonic : channel.distortion->columns().harmonics)
        fields.columns.push_back("h" + std::to_string(harmonic.order));
    }
    if (channel.level_is_spl) {
      fields.provenance.level_spl_db = std::round(10.0 * level_at(*fields.response, 1000.0).value_or(0.0)) / 10.0;
    }
    fields.warnings = analysis.warnings;
    fields.warnings.insert(fields.warnings.end(), channel.warnings.begin(), channel.warnings.end());
    measurements.emplace_back(std::move(fields));
  }
  return measurements;
}

}  // namespace headscore
