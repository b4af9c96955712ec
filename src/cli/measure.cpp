// headscore measure: recordings of sweeps in, response and distortion out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>
#include <sstream>
#include <thread>

#include "cli/command.hpp"
#include "cli/sound_options.hpp"
#include "error/nearest_name.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/sound_export.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

constexpr const char* kUsageText =
    "usage: headscore measure RECORDING... --sweep SWEEP.wav|SIDECAR|auto [OPTION...]\n\n"
    "Divides recordings by the sweep that was played: response, distortion, impulse\n"
    "response, noise, and what is wrong with the recording.";

constexpr const char* kEpilogue =
    "\nWhat --write names goes to --output: response, distortion (text as REW has it),\n"
    "autoeq (CSV), impulse (WAV), svg (pictures), json; all: everything.\n\n"
    "Example:\n  headscore measure \"HD 600 L.wav\" --sweep sweep.wav --full-scale-spl 118 \\\n    --write "
    "response,distortion --output measured\n\n"
    "Exit status: 0 all measured, 1 some failed, 2 wrong usage,\n3 nothing could be done.\n";

std::vector<std::string> known_kinds() { return {"response", "distortion", "autoeq", "impulse", "svg", "json"}; }

po::options_description described_options() {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  po::options_description options("Options", 80, 40);
  add_sound_options(options);
  options.add_options()("impulse", po::bool_switch(), "the files are impulse responses: no sweep");
  options.add_options()("grid", po::value<double>()->default_value(96.0), "points per octave of the response");
  options.add_options()("format", text("text"), "of what is printed: text or json");
  options.add_options()("write", text(), "files to write: response,distortion,autoeq,impulse,svg,json or all");
  options.add_options()("output,o", text("."), "folder for them");
  options.add_options()(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads");
  return options;
}

std::set<std::string> kinds_from(const std::string& text) {
  std::set<std::string> kinds;
  std::istringstream in(text);
  for (std::string kind; std::getline(in, kind, ',');) {
    const std::vector<std::string> known = known_kinds();
    if (kind == "all") return {known.begin(), known.end()};
    if (std::find(known.begin(), known.end(), kind) == known.end())
      throw UsageError("--write: found \"" + kind + "\", wanted " + suggestion(kind, known));
    kinds.insert(kind);
  }
  return kinds;
}

std::string safe_name(const std::string& title) {
  std::string name;
  for (const char c : printable(title)) name += std::string("/\\:*?\"<>|").find(c) == std::string::npos ? c : '_';
  while (!name.empty() && (name.front() == '.' || name.front() == ' ')) name.erase(0, 1);
  return name.empty() ? "recording" : name.substr(0, 180);
}

/// A text of the same name may be somebody's measurement: only what this command wrote is replaced.
void refuse_foreign_text(const std::string& file) {
  std::ifstream in(file);
  std::string first;
  if (!in || !std::getline(in, first) || first.find("by headscore") != std::string::npos) return;
  throw Error("foreign-output", {file}, "a file that this command did not write", "another --output folder");
}

/// Writes what was asked for of one recording; `taken` keeps two recordings of one name apart.
void write_files(const SoundAnalysis& analysis, const std::set<std::string>& kinds, const fs::path& folder,
                 std::set<std::string>& taken) {
  const auto name_for = [&](const std::string& stem, const std::string& ending) {
    std::string name = stem + ending;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{} ({}){}", stem, i, ending);
    std::string file = (folder / name).string();
    refuse_input_as_output(file, {analysis.path});
    if (ending == ".txt") refuse_foreign_text(file);
    return file;
  };
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) {
    const std::string stem = safe_name(channel_title(analysis, i));
    if (kinds.contains("response"))
      write_output(name_for(stem, ".txt"), [&](std::ostream& out) { write_response_text(out, analysis, i); });
    if (kinds.contains("distortion") && analysis.channels[i].distortion) {
      write_output(name_for(stem + " distortion", ".txt"),
                   [&](std::ostream& out) { write_distortion_text(out, analysis, i); });
    }
    if (kinds.contains("autoeq"))
      write_output(name_for(stem, ".csv"), [&](std::ostream& out) { write_autoeq_csv(out, analysis, i); });
    if (kinds.contains("impulse")) write_impulse_wav(name_for(stem + " impulse", ".wav"), analysis, i);
  }
  if (!kinds.contains("svg")) return;
  const std::string stem = safe_name(fs::path(analysis.path).stem().string());
  write_output(name_for(stem + " response", ".svg"), [&](std::ostream& out) { write_response_svg(out, analysis); });
  write_output(name_for(stem + " impulse", ".svg"), [&](std::ostream& out) { write_impulse_svg(out, analysis); });
  const bool any = std::any_of(analysis.channels.begin(), analysis.channels.end(),
                               [](const ChannelAnalysis& channel) { return channel.distortion.has_value(); });
  if (any)
    write_output(name_for(stem + " distortion", ".svg"),
                 [&](std::ostream& out) { write_distortion_svg(out, analysis); });
}

/// Two recordings of one headphone at two levels, side by side: what THD does between them.
void print_levels(const std::vector<SoundAnalysis>& analyses) {
  if (analyses.size() < 2) return;
  std::vector<const ChannelAnalysis*> channels;
  std::vector<std::string> heads;
  for (const SoundAnalysis& analysis : analyses) {
    for (const ChannelAnalysis& channel : analysis.channels) {
      if (!channel.distortion) continue;
      const Curve level(channel.response.frequency_hz(), channel.level_db);
      channels.push_back(&channel);
      heads.push_back(
          fmt::format("{:.0f} {}", level_at(level, 1000.0).value_or(0.0), channel.level_is_spl ? "dB SPL" : "dBFS"));
    }
  }
  if (channels.size() < 2 || channels.size() > 5) return;
  const bool same_level = std::adjacent_find(heads.begin(), heads.end(), std::not_equal_to<>()) == heads.end();
  if (same_level) return;
  std::cout << "\nTHD side by side, by level at 1 kHz\n            ";
  for (const std::string& head : heads) std::cout << right_aligned(head, 13);
  std::cout << "\n";
  for (const double f : {50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0}) {
    std::cout << right_aligned(frequency_text(f), 12);
    for (const ChannelAnalysis* channel : channels) {
      const DistortionSpectrum& distortion = *channel->distortion;
      const Eigen::ArrayXd& axis = distortion.columns().frequency_hz;
      Eigen::Index row = 0;
      const double apart = (axis.log() - std::log(f)).abs().minCoeff(&row);
      const bool limited = distortion.noise_limited()[row];
      const double value = limited ? (*distortion.columns().thd_noise_limit)[row] : distortion.thd_ratio()[row];
      std::cout << right_aligned(
          apart > 0.03 ? "n/a" : fmt::format("{}{} %", limited ? "<= " : "", significant(100.0 * value, 3)), 13);
    }
    std::cout << "\n";
  }
}

}  // namespace

int run_measure(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  if (!values.contains("paths")) throw UsageError("found no recording, wanted headscore measure RECORDING...");
  const std::string format = values["format"].as<std::string>();
  if (format != "text" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted text or json");
  const std::set<std::string> kinds = kinds_from(values["write"].as<std::string>());
  SoundOptions options = sound_options_of(values);
  options.impulse = values["impulse"].as<bool>();
  options.analysis.points_per_octave = values["grid"].as<double>();
  if (const double grid = options.analysis.points_per_octave; !(grid >= 3.0) || !(grid <= 1000.0))
    throw UsageError("--grid: wanted 3 to 1000 points per octave");
  if (options.impulse && options.sweep) throw UsageError("found --impulse and --sweep, wanted one of them");
  const SoundReader reader(options);
  const fs::path folder = values["output"].as<std::string>();
  if (!kinds.empty()) {
    std::error_code error;
    fs::create_directories(folder, error);
    check_writable((folder / "x").string());
  }
  std::vector<SoundAnalysis> analyses;
  std::set<std::string> taken;
  std::size_t failures = 0;
  for (const std::string& argument : values["paths"].as<std::vector<std::string>>()) {
    std::vector<fs::path> paths;
    try {
      paths = found_files({argument});
    } catch (const Error& error) {
      std::cerr << "headscore: " << printable(error.what()) << "\n";
      ++failures;
    }
    for (const fs::path& path : paths) {
      if (fs::is_directory(argument) && !is_sound_file(path)) continue;
      try {
        SoundAnalysis analysis = reader.analysed(path, values["jobs"].as<int>());
        failures += analysis.refused.size();
        write_files(analysis, kinds, folder, taken);
        if (format == "text") {
          if (!analyses.empty()) std::cout << "\n";
          write_sound_summary(std::cout, analysis, 80);
        }
        analyses.push_back(std::move(analysis));
      } catch (const Error& error) {
        std::cerr << "headscore: " << printable(error.what()) << "\n";
        ++failures;
      }
    }
  }
  if (format == "text") print_levels(analyses);
  if (format == "json") write_output("", [&](std::ostream& out) { write_sound_json(out, analyses); });
  if (kinds.contains("json") && !analyses.empty())
    write_output((folder / "measured.json").string(), [&](std::ostream& out) { write_sound_json(out, analyses); });
  if (analyses.empty()) return kNothing;
  return failures == 0 ? kAllDone : kSomeFailed;
}

}  // namespace headscore::cli
