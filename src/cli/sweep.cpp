// headscore sweep: generate.
#include "headscore/sweep.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/command.hpp"
#include "cli/signal_file.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* kUsageText =
    "usage: headscore sweep generate FILE [OPTION...]\n\n"
    "Writes a logarithmic sweep to measure with, and FILE.json beside it, from which\n"
    "`headscore measure` knows what was played.";

constexpr const char* kEpilogue =
    "\nsynchronised: the length is adjusted so that the sweep begins at phase zero and\n"
    "  each harmonic is the sweep itself, earlier (Novak, Lotton, Simon 2015);\n"
    "exponential: Farina 2000, of exactly the length asked for.\n\n"
    "Example:\n  headscore sweep generate sweep.wav --length 10 --repeats 4 --channels 2 \\\n    --channel 1 --samples "
    "24\n\n"
    "Exit status: 0 written, 2 wrong usage, 3 not written.\n";

po::options_description described_options(const SweepParameters::Fields& defaults) {
  po::options_description options("Options", 80, 40);
  options.add_options()("kind", po::value<std::string>()->default_value("synchronised"), "synchronised or exponential");
  options.add_options()("start", number_option(defaults.start_hz), "Hz");
  options.add_options()("stop", number_option(defaults.stop_hz), "Hz, at most half the sample rate");
  options.add_options()("length", number_option(defaults.length_s), "of one sweep, s");
  options.add_options()("level", number_option(defaults.level_dbfs), "dBFS; 0 peaks at full scale");
  options.add_options()("fade-in", number_option(defaults.fade_in_s), "raised cosine within the length, s");
  options.add_options()("fade-out", number_option(defaults.fade_out_s), "s");
  options.add_options()("repeats", po::value<int>()->default_value(defaults.repeats), "equal sweeps, 1 to 1000");
  add_signal_options(options, defaults);
  return options;
}

SweepParameters::Fields fields_of(const po::variables_map& values) {
  const auto number = [&](const char* name) { return values[name].as<double>(); };
  SweepParameters::Fields fields;
  const std::string kind = values["kind"].as<std::string>();
  if (kind != "synchronised" && kind != "synchronized" && kind != "exponential") {
    throw UsageError("--kind: found \"" + kind + "\", wanted synchronised or exponential");
  }
  fields.kind = kind == "exponential" ? SweepKind::kExponential : SweepKind::kSynchronised;
  fields.start_hz = number("start");
  fields.stop_hz = number("stop");
  fields.length_s = number("length");
  fields.level_dbfs = number("level");
  fields.fade_in_s = number("fade-in");
  fields.fade_out_s = number("fade-out");
  fields.repeats = values["repeats"].as<int>();
  return with_surroundings(fields, values);
}

}  // namespace

int run_sweep(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options({}), kUsageText, kEpilogue, values)) return kAllDone;
  const std::string action = !values.contains("paths") ? "" : values["paths"].as<std::vector<std::string>>()[0];
  if (action != "generate")
    throw UsageError("found " + (action.empty() ? "nothing to do" : "\"" + action + "\"") +
                     ", wanted headscore sweep generate FILE");
  const SweepParameters parameters = checked_parameters<SweepParameters>(fields_of(values));
  const SignalFile file = signal_file(values, "sweep");
  write_signal(file, sweep_clip(parameters), parameters, parameters.adjustments());
  std::cout << fmt::format("{:g}-{:g} Hz, {:.6g} s, {:g} dBFS, {} x; harmonic n comes {:.6g} s x ln n early\n",
                           parameters.fields().start_hz, parameters.fields().stop_hz, parameters.fields().length_s,
                           parameters.fields().level_dbfs, parameters.fields().repeats, parameters.rate_constant_s());
  return kAllDone;
}

}  // namespace headscore::cli
