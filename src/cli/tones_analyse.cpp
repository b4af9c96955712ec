// headscore tones analyse: recordings of tones in, distortion out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.hpp"
#include "cli/tones.hpp"
#include "headscore/audio.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/tone_analysis.hpp"
#include "io/distortion_text.hpp"
#include "io/file_bytes.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* kUsageText =
    "usage: headscore tones analyse RECORDING... [OPTION...]\n\n"
    "Reads recordings of tones: level, harmonics, THD, noise and THD+N of each, and\n"
    "what of it is noise-limited.";

constexpr const char* kEpilogue =
    "\nIn the table, < stands before a value that is noise-limited: at most that. dB\n"
    "are relative to the fundamental; H6 to H9 are in json and rew.\n\n"
    "Example:\n  headscore tones analyse rec.wav --tones tones.wav --full-scale-spl 114\n\n"
    "Exit status: 0 all analysed, 1 some failed, 2 wrong usage,\n3 nothing could be done.\n";

po::options_description described_options() {
  const auto text = [](const char* value) { return po::value<std::string>()->default_value(value); };
  po::options_description options("Options", 80, 40);
  options.add_options()(
      "tones", text("auto"),
      "sidecar of the tones played, or their sound file beside it; auto: what steady tones there are");
  options.add_options()("channel", po::value<int>()->default_value(0), "channel of the recording, from 1; 0: each");
  options.add_options()("full-scale-spl", po::value<double>(), "dB SPL of a sine at 0 dBFS: levels are told in dB SPL");
  options.add_options()("level-spl", po::value<double>(), "drive level to state, dB SPL");
  options.add_options()("orders", po::value<int>()->default_value(ToneOptions{}.most_order),
                        "last harmonic that is counted, 2 to 9");
  options.add_options()("stop", po::value<double>(),
                        "harmonics above this are not counted, Hz (the microphone's band)");
  options.add_options()("noise-start", po::value<double>()->default_value(20.0, "20"), "band of noise and THD+N, Hz");
  options.add_options()("noise-stop", po::value<double>()->default_value(20000.0, "20000"), "Hz");
  options.add_options()("format", text("text"), "text, json, or rew: text in REW's columns");
  options.add_options()("output,o", text(""), "file, or for rew a folder, instead of standard output");
  return options;
}

/// The command line as values.
struct Request {
  std::vector<std::string> paths;
  std::optional<ToneParameters> played;
  int channel = 0;
  std::optional<double> full_scale_spl_db;
  std::optional<double> level_spl_db;
  ToneOptions options;
  std::string format;
  std::string output;
};

std::optional<double> optional_number(const po::variables_map& values, const char* name) {
  if (!values.contains(name)) return std::nullopt;
  const double number = values[name].as<double>();
  if (!std::isfinite(number))
    throw UsageError(fmt::format("--{}: found a number that is not finite, wanted a number", name));
  return number;
}

ToneParameters played_tones(const std::string& file) {
  fs::path path = file;
  if (looks_like_audio(first_bytes(file, 16))) {
    const std::optional<fs::path> beside = found_signal_sidecar(path);
    if (!beside) throw Error("missing-file", {file}, "no sidecar beside it", signal_sidecar_path(path).string());
    path = *beside;
  }
  const TestSignal signal = read_signal_sidecar(path);
  if (const ToneParameters* tones = std::get_if<ToneParameters>(&signal)) return *tones;
  throw Error("bad-signal-sidecar", {path.string()}, "a sweep", "tones (headscore measure takes sweeps)");
}

Request request_from(const po::variables_map& values) {
  Request request;
  if (!values.contains("paths")) throw UsageError("found no file, wanted headscore tones analyse RECORDING...");
  request.paths = values["paths"].as<std::vector<std::string>>();
  request.channel = values["channel"].as<int>();
  if (request.channel < 0 || request.channel > kMostChannels)
    throw UsageError("--channel: wanted 1 to 64, or 0 for each");
  request.full_scale_spl_db = optional_number(values, "full-scale-spl");
  request.level_spl_db = optional_number(values, "level-spl");
  request.options.most_order = values["orders"].as<int>();
  if (request.options.most_order < 2 || request.options.most_order > 9) throw UsageError("--orders: wanted 2 to 9");
  request.options.stop_hz = optional_number(values, "stop");
  request.options.noise_band = {values["noise-start"].as<double>(), values["noise-stop"].as<double>()};
  if (!(request.options.noise_band.start_hz >= 0.0 &&
        request.options.noise_band.stop_hz > request.options.noise_band.start_hz)) {
    throw UsageError("--noise-start, --noise-stop: wanted a stop above the start, from 0 Hz");
  }
  request.format = values["format"].as<std::string>();
  if (request.format != "text" && request.format != "json" && request.format != "rew")
    throw UsageError("found the format \"" + request.format + "\", wanted text, json or rew");
  request.output = values["output"].as<std::string>();
  if (!request.output.empty() && !fs::is_directory(request.output)) check_writable(request.output);
  if (const std::string tones = values["tones"].as<std::string>(); tones != "auto")
    request.played = played_tones(tones);
  return request;
}

/// One channel of a recording, or why it could not be analysed.
struct AnalysedChannel {
  int channel = 1;
  std::optional<ToneRecording> recording;
  std::optional<Error> error;
};

struct AnalysedFile {
  std::string path;
  double sample_rate_hz = 0.0;
  std::vector<AnalysedChannel> channels;
  std::vector<Warning> warnings;
  std::optional<Error> error;  ///< the file could not be read

  [[nodiscard]] bool is_analysed() const {
    return std::any_of(channels.begin(), channels.end(),
                       [](const AnalysedChannel& channel) { return channel.recording.has_value(); });
  }
};

AnalysedFile analysed_file(const std::string& path, const Request& request) {
  AnalysedFile file{path, 0.0, {}, {}, std::nullopt};
  try {
    AudioReadOptions options;
    if (request.channel != 0) options.channels = {request.channel};
    const AudioClip clip = read_audio(path, options);
    file.sample_rate_hz = clip.sample_rate_hz();
    file.warnings = clip.warnings();
    for (Eigen::Index column = 0; column < clip.channels(); ++column) {
      AnalysedChannel channel{clip.fields().channel_numbers[static_cast<std::size_t>(column)], std::nullopt,
                              std::nullopt};
      try {
        channel.recording =
            analysed_tones(clip.samples().col(column), clip.sample_rate_hz(), request.played, request.options);
      } catch (const Error& error) {
        channel.error =
            Error(error.code(), {fmt::format("{}, channel {}", path, channel.channel)}, error.found(), error.wanted());
      }
      file.channels.push_back(std::move(channel));
    }
  } catch (const Error& error) {
    file.error = error;
  }
  return file;
}

double decibels(double ratio) { return 20.0 * std::log10(std::max(ratio, 1e-15)); }

std::string decibel_cell(const BoundedRatio& value) {
  return value.noise_limited ? "<" + fixed(decibels(value.upper_bound), 1) : fixed(decibels(value.ratio), 1);
}

std::string percent_cell(const BoundedRatio& value) {
  return (value.noise_limited ? "<" : "") +
         significant(100.0 * (value.noise_limited ? value.upper_bound : value.ratio), 3);
}

std::string row_of(const ToneAnalysis& tone, const Request& request) {
  std::string row = fmt::format("{:>8} {:>7} {:>9} {:>7}", fixed(tone.frequency_hz, 2),
                                fixed(tone.level_dbfs + request.full_scale_spl_db.value_or(0.0), 2),
                                tone.thd ? percent_cell(*tone.thd) : "-", tone.thd ? decibel_cell(*tone.thd) : "-");
  for (int order = 2; order <= 5; ++order) {
    const auto harmonic = std::find_if(tone.harmonics.begin(), tone.harmonics.end(),
                                       [order](const ToneHarmonic& known) { return known.order == order; });
    row += fmt::format(" {:>7}", harmonic == tone.harmonics.end() ? "-" : decibel_cell(harmonic->level));
  }
  return row + fmt::format(" {:>6} {:>6}\n", fixed(decibels(tone.noise_ratio), 1),
                           fixed(decibels(tone.thd_plus_noise_ratio), 1));
}

/// "H2 from 12000 Hz, H3 from 8000 Hz": which harmonics were not counted, and from which tone on.
std::string excluded_text(const ToneRecording& recording) {
  std::map<int, double> from_hz;
  for (const ToneAnalysis& tone : recording.tones) {
    for (const ExcludedHarmonic& excluded : tone.excluded) {
      const auto [at, is_new] = from_hz.try_emplace(excluded.order, tone.frequency_hz);
      if (!is_new) at->second = std::min(at->second, tone.frequency_hz);
    }
  }
  std::vector<std::string> parts;
  for (const auto& [order, frequency_hz] : from_hz)
    parts.push_back(fmt::format("H{} from {}", order, frequency_text(frequency_hz)));
  return joined(parts, ", ");
}

void write_paragraph(std::ostream& out, const std::string& text) {
  for (const std::string& line : wrapped(text, 76)) out << "  " << line << "\n";
}

void write_channel(std::ostream& out, const AnalysedFile& file, const AnalysedChannel& channel,
                   const Request& request) {
  if (channel.error) {
    write_paragraph(out, fmt::format("channel {}: found {}, wanted {} [{}]", channel.channel, channel.error->found(),
                                     channel.error->wanted(), channel.error->code()));
    return;
  }
  const ToneRecording& recording = *channel.recording;
  out << fmt::format("{}, channel {}: {}{}{}\n", printable(file.path), channel.channel,
                     counted(recording.tones.size(), "tone"),
                     recording.clock_ppm ? fmt::format(", clock {} ppm", with_sign(*recording.clock_ppm, 2)) : "",
                     request.level_spl_db ? fmt::format(", drive level {:g} dB SPL", *request.level_spl_db) : "");
  out << fmt::format("{:>8} {:>7} {:>9} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6}\n", "Hz",
                     request.full_scale_spl_db ? "dB SPL" : "dBFS", "THD %", "THD dB", "H2 dB", "H3 dB", "H4 dB",
                     "H5 dB", "noise", "THD+N");
  for (const ToneAnalysis& tone : recording.tones) out << row_of(tone, request);
  const std::string excluded = excluded_text(recording);
  if (!excluded.empty())
    write_paragraph(out, std::string("not counted, above the ") +
                             (request.options.stop_hz ? "band" : "Nyquist frequency") + ": " + excluded);
  for (const Warning& warning : recording.warnings) write_paragraph(out, to_string(warning));
  for (const ToneAnalysis& tone : recording.tones) {
    for (const Warning& warning : tone.warnings)
      write_paragraph(out, frequency_text(tone.frequency_hz) + ": " + to_string(warning));
  }
}

void write_text(std::ostream& out, const std::vector<AnalysedFile>& files, const Request& request) {
  for (const AnalysedFile& file : files) {
    if (file.error) {
      out << "refused: " << printable(file.error->what()) << "\n";
      continue;
    }
    if (!file.is_analysed()) out << "refused: " << printable(file.path) << "\n";
    for (const Warning& warning : file.warnings) write_paragraph(out, to_string(warning));
    for (const AnalysedChannel& channel : file.channels) write_channel(out, file, channel, request);
  }
}

ordered_json json_of(const BoundedRatio& value) {
  return {{"ratio", value.ratio},
          {"percent", 100.0 * value.ratio},
          {"db", decibels(value.ratio)},
          {"upper_bound_ratio", value.upper_bound},
          {"noise_limited", value.noise_limited}};
}

ordered_json json_of(const std::vector<Warning>& warnings) {
  ordered_json list = ordered_json::array();
  for (const Warning& warning : warnings) list.push_back({{"code", warning.code}, {"message", warning.message}});
  return list;
}

ordered_json json_of(const Error& error) { return {{"code", error.code()}, {"message", error.what()}}; }

ordered_json json_of(const ToneAnalysis& tone, double sample_rate_hz, const Request& request) {
  ordered_json object;
  object["frequency_hz"] = tone.frequency_hz;
  object["nominal_hz"] = tone.nominal ? ordered_json(tone.nominal->frequency_hz) : ordered_json();
  object["nominal_dbfs"] = tone.nominal ? ordered_json(tone.nominal->level_dbfs) : ordered_json();
  object["level_dbfs"] = tone.level_dbfs;
  object["level_spl_db"] =
      request.full_scale_spl_db ? ordered_json(tone.level_dbfs + *request.full_scale_spl_db) : ordered_json();
  object["start_s"] = static_cast<double>(tone.first_frame) / sample_rate_hz;
  object["window_frames"] = tone.frames;
  object["coherent"] = tone.coherent;
  object["offset"] = tone.offset;
  object["thd"] = tone.thd ? json_of(*tone.thd) : ordered_json();
  object["noise_ratio"] = tone.noise_ratio;
  object["thd_plus_noise_ratio"] = tone.thd_plus_noise_ratio;
  object["sinad_db"] = tone.sinad_db;
  object["harmonics"] = ordered_json::array();
  for (const ToneHarmonic& harmonic : tone.harmonics) {
    ordered_json entry{{"order", harmonic.order}, {"frequency_hz", harmonic.frequency_hz}};
    entry.update(json_of(harmonic.level));
    entry["phase_rad"] = harmonic.phase_rad;
    object["harmonics"].push_back(std::move(entry));
  }
  object["excluded"] = ordered_json::array();
  for (const ExcludedHarmonic& excluded : tone.excluded) {
    object["excluded"].push_back(
        {{"order", excluded.order},
         {"frequency_hz", excluded.frequency_hz},
         {"alias_hz", excluded.alias_hz ? ordered_json(*excluded.alias_hz) : ordered_json()},
         {"alias_ratio", excluded.alias_ratio ? ordered_json(*excluded.alias_ratio) : ordered_json()}});
  }
  object["sine_fit"] = {{"frequency_hz", tone.sine_fit.frequency_hz},
                        {"amplitude", tone.sine_fit.amplitude},
                        {"phase_rad", tone.sine_fit.phase_rad},
                        {"offset", tone.sine_fit.offset},
                        {"residual_rms", tone.sine_fit.residual_rms}};
  object["warnings"] = json_of(tone.warnings);
  return object;
}

void write_json(std::ostream& out, const std::vector<AnalysedFile>& files, const Request& request) {
  ordered_json document{{"headscore", HEADSCORE_VERSION}, {"window", "blackman-harris"}};
  document["noise_band_hz"] = {request.options.noise_band.start_hz, request.options.noise_band.stop_hz};
  document["harmonics_stop_hz"] = request.options.stop_hz ? ordered_json(*request.options.stop_hz) : ordered_json();
  document["drive_level_spl_db"] = request.level_spl_db ? ordered_json(*request.level_spl_db) : ordered_json();
  document["files"] = ordered_json::array();
  for (const AnalysedFile& file : files) {
    ordered_json entry{{"path", file.path},
                       {"sample_rate_hz", file.sample_rate_hz},
                       {"channels", ordered_json::array()},
                       {"warnings", json_of(file.warnings)}};
    entry["error"] = file.error ? json_of(*file.error) : ordered_json();
    for (const AnalysedChannel& channel : file.channels) {
      ordered_json object{{"channel", channel.channel}};
      object["clock_ppm"] = channel.recording && channel.recording->clock_ppm
                                ? ordered_json(*channel.recording->clock_ppm)
                                : ordered_json();
      object["tones"] = ordered_json::array();
      if (channel.recording) {
        for (const ToneAnalysis& tone : channel.recording->tones)
          object["tones"].push_back(json_of(tone, file.sample_rate_hz, request));
      }
      object["warnings"] = channel.recording ? json_of(channel.recording->warnings) : ordered_json::array();
      object["error"] = channel.error ? json_of(*channel.error) : ordered_json();
      entry["channels"].push_back(std::move(object));
    }
    document["files"].push_back(std::move(entry));
  }
  out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

/// One text in REW's columns.
struct RewText {
  std::string name;
  DistortionSpectrum spectrum;
  DistortionTextHeader header;
};

std::vector<RewText> rew_texts(const std::vector<AnalysedFile>& files, const Request& request) {
  std::vector<RewText> texts;
  for (const AnalysedFile& file : files) {
    for (const AnalysedChannel& channel : file.channels) {
      if (!channel.recording) continue;
      const std::vector<DistortionSpectrum> spectra =
          distortion_spectra(channel.recording->tones, request.full_scale_spl_db, request.level_spl_db);
      for (std::size_t level = 0; level < spectra.size(); ++level) {
        std::string name = fs::path(file.path).stem().string();
        if (file.channels.size() > 1) name += fmt::format(" channel {}", channel.channel);
        if (spectra.size() > 1) name += fmt::format(" level {}", level + 1);
        const std::string unit = request.full_scale_spl_db ? "dB SPL" : "dBFS";
        texts.push_back({name + " distortion",
                         spectra[level],
                         {name, file.path, {"tones; the fundamental's level is in " + unit}}});
      }
    }
  }
  return texts;
}

void write_rew(const std::vector<AnalysedFile>& files, const Request& request) {
  for (const AnalysedFile& file : files) {
    if (file.error) std::cerr << "headscore: " << printable(file.error->what()) << "\n";
    for (const AnalysedChannel& channel : file.channels) {
      if (channel.error) std::cerr << "headscore: " << printable(channel.error->what()) << "\n";
    }
  }
  const std::vector<RewText> texts = rew_texts(files, request);
  const bool folder = !request.output.empty() && fs::is_directory(request.output);
  if (texts.size() > 1 && !folder)
    throw UsageError(fmt::format("found {} texts to write, wanted --output with a folder that is there", texts.size()));
  for (const RewText& text : texts) {
    const std::string file = folder ? (fs::path(request.output) / (text.name + ".txt")).string() : request.output;
    write_output(file, [&](std::ostream& out) { write_distortion_text(out, text.spectrum, text.header); });
    if (folder) std::cout << printable(file) << "\n";
  }
}

}  // namespace

int run_tones_analyse(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  const Request request = request_from(values);
  std::vector<AnalysedFile> files;
  for (const std::string& path : request.paths) files.push_back(analysed_file(path, request));
  if (request.format == "rew") {
    write_rew(files, request);
  } else {
    write_output(request.output, [&](std::ostream& out) {
      request.format == "json" ? write_json(out, files, request) : write_text(out, files, request);
    });
  }
  const auto done = static_cast<std::size_t>(
      std::count_if(files.begin(), files.end(), [](const AnalysedFile& file) { return file.is_analysed(); }));
  if (done == 0) return kNothing;
  return done == files.size() ? kAllDone : kSomeFailed;
}

}  // namespace headscore::cli
