// headscore tones: generate, analyse.
#include "headscore/tones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "cli/command.hpp"
#include "cli/signal_file.hpp"
#include "cli/tones.hpp"
#include "io/number.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* kOverview =
    "usage: headscore tones generate FILE [OPTION...]\n"
    "       headscore tones analyse RECORDING... [OPTION...]\n\n"
    "Writes tones to measure distortion with, and reads recordings of them.\n"
    "`headscore tones generate --help` and `headscore tones analyse --help` tell the\noptions.\n";

constexpr const char* kUsageText =
    "usage: headscore tones generate FILE [OPTION...]\n\n"
    "Writes tones to measure distortion with, and FILE.json beside it. Frequencies\n"
    "are moved to bins of the analysis window.";

constexpr const char* kEpilogue =
    "\nExample:\n  headscore tones generate tones.wav --start 20 --stop 20000 --per-octave 3\n"
    "  headscore tones generate 1k.wav --frequency 1000 --level=-40,-20,-10,-3\n\n"
    "Exit status: 0 written, 2 wrong usage, 3 not written.\n";

po::options_description described_options(const ToneParameters::Fields& defaults) {
  po::options_description options("Options", 80, 40);
  options.add_options()("frequency", po::value<std::string>()->default_value(""), "Hz[,Hz...]: single tones");
  options.add_options()("start", po::value<double>(), "Hz: tones at 1 kHz x 2^(k/n) from here ...");
  options.add_options()("stop", po::value<double>(), "... to here, Hz");
  options.add_options()("per-octave", number_option(3.0), "n, steps per octave");
  options.add_options()("level", po::value<std::string>()->default_value("-6"),
                        "dBFS[,dBFS...]: all tones at each; 0 peaks at full scale");
  options.add_options()("length", number_option(defaults.length_s), "of each tone, s");
  options.add_options()("fade", number_option(defaults.fade_s), "raised cosine at both ends of a tone, s");
  options.add_options()("window", po::value<int>()->default_value(defaults.window_frames),
                        "frames of the analysis; 0: frequencies are not moved");
  add_signal_options(options, defaults);
  return options;
}

std::vector<double> numbers_from(const std::string& text, const char* option) {
  std::vector<double> numbers;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, comma - at);
    const std::optional<double> number = cell_number(part, NumberStyle{});
    if (!number) throw UsageError(fmt::format("{}: found \"{}\", wanted a number", option, part));
    numbers.push_back(*number);
    at = comma + 1;
  }
  return numbers;
}

std::vector<double> frequencies_of(const po::variables_map& values) {
  const std::string list = values["frequency"].as<std::string>();
  const bool stepped = values.contains("start") || values.contains("stop");
  if (!list.empty() && stepped) throw UsageError("found --frequency and --start or --stop, wanted one of them");
  if (!list.empty() && !values["per-octave"].defaulted())
    throw UsageError("found --frequency and --per-octave, wanted one of them");
  if (!list.empty()) return numbers_from(list, "--frequency");
  if (!values.contains("start") || !values.contains("stop"))
    throw UsageError("found no frequencies, wanted --frequency, or --start and --stop");
  try {
    return stepped_frequencies(values["per-octave"].as<double>(),
                               {values["start"].as<double>(), values["stop"].as<double>()});
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

ToneParameters::Fields fields_of(const po::variables_map& values) {
  ToneParameters::Fields fields;
  fields.length_s = values["length"].as<double>();
  fields.fade_s = values["fade"].as<double>();
  fields.window_frames = values["window"].as<int>();
  fields.tones.clear();
  const std::vector<double> frequencies_hz = frequencies_of(values);
  for (const double level_dbfs : numbers_from(values["level"].as<std::string>(), "--level")) {
    for (const double frequency_hz : frequencies_hz) fields.tones.push_back({frequency_hz, level_dbfs});
  }
  return with_surroundings(std::move(fields), values);
}

/// Neighbours that moved to the same bin are one tone.
ToneParameters::Fields without_repeats(ToneParameters::Fields fields) {
  fields.tones.erase(std::unique(fields.tones.begin(), fields.tones.end()), fields.tones.end());
  return fields;
}

int generate(const po::variables_map& values) {
  const ToneParameters moved = checked_parameters<ToneParameters>(fields_of(values));
  const ToneParameters parameters(without_repeats(moved.fields()));
  const SignalFile file = signal_file(values, "tones");
  write_signal(file, tone_clip(parameters), parameters, moved.adjustments());
  const auto& tones = parameters.fields().tones;
  std::cout << fmt::format("{} of {:g} s", tones.size() == 1 ? "1 tone" : fmt::format("{} tones", tones.size()),
                           parameters.fields().length_s);
  if (tones.size() != moved.fields().tones.size())
    std::cout << fmt::format(" ({} fell on a bin that another has)", moved.fields().tones.size() - tones.size());
  std::cout << fmt::format(": {:.8g} Hz{}\n", tones.front().frequency_hz,
                           tones.size() == 1 ? "" : fmt::format(" to {:.8g} Hz", tones.back().frequency_hz));
  return kAllDone;
}

}  // namespace

int run_tones(const std::vector<std::string>& arguments) {
  const std::string action = arguments.empty() ? "" : arguments[0];
  if (action == "analyse" || action == "analyze") return run_tones_analyse({arguments.begin() + 1, arguments.end()});
  if (action == "--help" || action == "-h") {
    std::cout << kOverview;
    return kAllDone;
  }
  if (action != "generate")
    throw UsageError("found " + (action.empty() ? "nothing to do" : "\"" + action + "\"") +
                     ", wanted headscore tones generate or analyse");
  po::variables_map values;
  if (!parsed_options(arguments, described_options({}), kUsageText, kEpilogue, values)) return kAllDone;
  return generate(values);
}

}  // namespace headscore::cli
