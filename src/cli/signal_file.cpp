#include "cli/signal_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sound.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

AudioFormat format_of(const po::variables_map& values, const std::string& path) {
  AudioFormat format;
  const std::string container = values["container"].as<std::string>();
  const std::string samples = values["samples"].as<std::string>();
  if (container == "auto") {
    format.container = container_for(path);
  } else if (const std::optional<AudioContainer> known = audio_container_from(container)) {
    format.container = *known;
  } else {
    throw UsageError("--container: found \"" + container + "\", wanted auto, wav, wavex, rf64, w64, aiff or flac");
  }
  const std::optional<SampleFormat> known = sample_format_from(samples);
  if (!known) throw UsageError("--samples: found \"" + samples + "\", wanted 16, 24, 32, float or double (or 8)");
  format.samples = *known;
  return format;
}

Dither dither_of(const po::variables_map& values, const AudioFormat& format) {
  const std::string dither = values["dither"].as<std::string>();
  if (dither == "auto")
    return is_integer(format.samples) && bits(format.samples) <= 16 ? Dither::kTriangular : Dither::kNone;
  if (dither == "none") return Dither::kNone;
  if (dither != "triangular") throw UsageError("--dither: found \"" + dither + "\", wanted auto, none or triangular");
  if (!is_integer(format.samples))
    throw UsageError("found --dither triangular with floating-point samples, wanted integers");
  return Dither::kTriangular;
}

}  // namespace

po::typed_value<double>* number_option(double default_value) {
  return po::value<double>()->default_value(default_value, fmt::format("{:g}", default_value));
}

template <typename Fields>
void add_signal_options(po::options_description& options, const Fields& defaults) {
  const auto text = [](const char* value) { return po::value<std::string>()->default_value(value); };
  options.add_options()("rate", number_option(defaults.sample_rate_hz), "sample rate, Hz: 8000 to 768000");
  options.add_options()("silence-before", number_option(defaults.silence_before_s), "s");
  options.add_options()("silence-between", number_option(defaults.silence_between_s), "s");
  options.add_options()("silence-after", number_option(defaults.silence_after_s), "s");
  options.add_options()("channel", po::value<int>()->default_value(defaults.channel),
                        "channel of the signal, from 1; 0: in all");
  options.add_options()("channels", po::value<int>()->default_value(defaults.channels),
                        "channels of the file, 1 to 64");
  options.add_options()("samples", text("24"), "16, 24, 32 (bits), float or double");
  options.add_options()("container", text("auto"), "auto (by the name's ending), wav, wavex, rf64, w64, aiff or flac");
  options.add_options()("dither", text("auto"), "auto (up to 16 bits), none or triangular");
  options.add_options()("sidecar", text("auto"), "file of the parameters; auto: FILE.json, none: do not write one");
}

template <typename Fields>
Fields with_surroundings(Fields fields, const po::variables_map& values) {
  fields.sample_rate_hz = values["rate"].as<double>();
  fields.silence_before_s = values["silence-before"].as<double>();
  fields.silence_between_s = values["silence-between"].as<double>();
  fields.silence_after_s = values["silence-after"].as<double>();
  fields.channel = values["channel"].as<int>();
  fields.channels = values["channels"].as<int>();
  return fields;
}

template void add_signal_options<SweepParameters::Fields>(po::options_description& options,
                                                          const SweepParameters::Fields& defaults);
template void add_signal_options<ToneParameters::Fields>(po::options_description& options,
                                                         const ToneParameters::Fields& defaults);
template SweepParameters::Fields with_surroundings<SweepParameters::Fields>(SweepParameters::Fields fields,
                                                                            const po::variables_map& values);
template ToneParameters::Fields with_surroundings<ToneParameters::Fields>(ToneParameters::Fields fields,
                                                                          const po::variables_map& values);

SignalFile signal_file(const po::variables_map& values, const std::string& command) {
  const std::vector<std::string> words =
      !values.contains("paths") ? std::vector<std::string>() : values["paths"].as<std::vector<std::string>>();
  if (words.size() != 2) {
    throw UsageError(fmt::format("found {}, wanted headscore {} generate FILE",
                                 words.size() < 2 ? "no file" : "\"" + words[2] + "\" behind the file", command));
  }
  SignalFile file;
  file.path = words[1];
  file.format = format_of(values, file.path);
  file.dither = dither_of(values, file.format);
  const std::string sidecar = values["sidecar"].as<std::string>();
  if (sidecar != "none") file.sidecar = sidecar == "auto" ? signal_sidecar_path(file.path).string() : sidecar;
  if (file.sidecar == file.path) throw UsageError("--sidecar: found the file of the sound, wanted another");
  check_writable(file.path);
  if (!file.sidecar.empty()) check_writable(file.sidecar);
  return file;
}

/// A signal is made anew over an earlier one, but over nothing else.
void refuse_foreign_files(const SignalFile& file) {
  const auto has_content = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) > 0;
  };
  if (has_content(file.path) && !is_sound_file(file.path))
    throw Error("not-sound", {file.path}, "a file that is no sound", "another name for the signal");
  if (file.sidecar.empty() || !has_content(file.sidecar)) return;
  try {
    static_cast<void>(read_signal_sidecar(file.sidecar));
  } catch (const Error&) {
    throw Error("not-a-sidecar", {file.sidecar}, "a file that is no signal's sidecar", "another name by --sidecar");
  }
}

void write_signal(const SignalFile& file, const AudioClip& clip, const TestSignal& signal,
                  const std::vector<Warning>& adjustments) {
  refuse_foreign_files(file);
  try {
    write_audio(file.path, clip, file.format, file.dither);
  } catch (const Error& error) {
    if (error.code() == "bad-audio-format") throw UsageError(error.what());
    throw;
  }
  if (!file.sidecar.empty()) write_output(file.sidecar, [&](std::ostream& out) { write_signal_sidecar(out, signal); });
  const std::string samples = is_integer(file.format.samples) ? fmt::format("{} bits", to_string(file.format.samples))
                                                              : std::string(to_string(file.format.samples));
  std::cout << fmt::format("{}: {}, {}{}, {:g} Hz, {}, {:.3f} s\n", printable(file.path),
                           to_string(file.format.container), samples, file.dither == Dither::kNone ? "" : " dithered",
                           clip.sample_rate_hz(), counted(static_cast<std::size_t>(clip.channels()), "channel"),
                           clip.duration_s());
  if (!file.sidecar.empty()) std::cout << fmt::format("{}: its parameters\n", printable(file.sidecar));
  for (const Warning& adjustment : adjustments) {
    for (const std::string& line : wrapped(adjustment.message, 76)) std::cout << "  " << line << "\n";
  }
}

template <typename Parameters>
Parameters checked_parameters(const typename Parameters::Fields& fields) {
  try {
    return Parameters(fields);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

template SweepParameters checked_parameters<SweepParameters>(const SweepParameters::Fields& fields);
template ToneParameters checked_parameters<ToneParameters>(const ToneParameters::Fields& fields);

}  // namespace headscore::cli
