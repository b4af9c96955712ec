#include "cli/sound_options.hpp"

#include <fmt/format.h>

#include <sstream>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "headscore/reader.hpp"
#include "io/number.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, mark);) parts.push_back(part);
  return parts;
}

double positive(const std::string& text, const std::string& option) {
  const std::optional<double> value = cell_number(text, NumberStyle{});
  if (!value || !(*value > 0.0))
    throw UsageError(fmt::format("{}: found \"{}\", wanted a number above zero", option, text));
  return *value;
}

ImpulseWindow window_from(const std::string& text) {
  ImpulseWindow window;
  if (text == "auto") return window;
  const std::string wanted = "--window: found \"" + text + "\", wanted auto, BEFORE_MS,BEHIND_MS or cycles:N";
  if (text.starts_with("cycles:")) {
    window.kind = ImpulseWindow::Kind::kCycles;
    window.cycles = positive(text.substr(7), "--window");
    return window;
  }
  const std::vector<std::string> parts = split(text, ',');
  if (parts.size() != 2) throw UsageError(wanted);
  window.kind = ImpulseWindow::Kind::kFixed;
  window.before_s = 1e-3 * positive(parts[0], "--window");
  window.behind_s = 1e-3 * positive(parts[1], "--window");
  return window;
}

std::vector<Channel> channels_from(const std::string& text) {
  std::vector<Channel> channels;
  for (const std::string& part : split(text, ',')) {
    const std::string word = lowered(std::string(trimmed(part)));
    if (word == "l" || word == "left") {
      channels.push_back(Channel::kLeft);
    } else if (word == "r" || word == "right") {
      channels.push_back(Channel::kRight);
    } else if (word == "-") {
      channels.push_back(Channel::kUnknown);
    } else {
      throw UsageError("--channels: found \"" + text +
                       "\", wanted L, R or - for each channel, as in L,R or R,L or -,L");
    }
  }
  return channels;
}

std::optional<Curve> calibration_from(const std::string& file) {
  if (file.empty()) return std::nullopt;
  const Measurement measurement = read_measurement(file);
  if (!measurement.response())
    throw Error("bad-calibration", {file}, "no levels over frequency", "a calibration: frequency and dB");
  return measurement.response();
}

}  // namespace

void add_sound_options(po::options_description& options) {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  options.add_options()("sweep", text(), "recordings: the sweep's WAV or JSON, or auto");
  options.add_options()("window", text("auto"), "of recordings: auto, BEFORE_MS,BEHIND_MS or cycles:N");
  options.add_options()("microphone", text(), "calibration of the microphone, any text: its response is taken off");
  options.add_options()("rig-response", text(), "the same for coupler and preamplifier");
  options.add_options()("full-scale-spl", po::value<double>(), "dB SPL of a recorded sine that peaks at full scale");
  options.add_options()("channels", text(), "of a recording: L,R or R,L; - leaves one out");
  options.add_options()("drift", text("auto"), "recorder's clock against the player's: auto, or ppm");
}

SoundOptions sound_options_of(const po::variables_map& values) {
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  SoundOptions options;
  if (!text("sweep").empty()) options.sweep = text("sweep");
  options.analysis.window = window_from(text("window"));
  options.microphone = calibration_from(text("microphone"));
  options.rig = calibration_from(text("rig-response"));
  if (options.microphone) options.analysis.microphone_stop_hz = options.microphone->stop_hz();
  if (values.contains("full-scale-spl")) options.analysis.full_scale_spl_db = values["full-scale-spl"].as<double>();
  if (!text("channels").empty()) options.channels = channels_from(text("channels"));
  if (const std::string drift = text("drift"); drift != "auto") {
    const std::optional<double> ppm = cell_number(drift, NumberStyle{});
    if (!ppm) throw UsageError("--drift: found \"" + drift + "\", wanted auto or a number of ppm");
    options.analysis.drift_ppm = ppm;
  }
  return options;
}

}  // namespace headscore::cli
