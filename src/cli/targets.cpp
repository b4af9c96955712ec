// headscore targets: list, show, identify.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "headscore/target_library.hpp"
#include "headscore/target_shaping.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
using nlohmann::ordered_json;

std::string form_text(const Target& target) {
  return target.fields().form ? std::string(to_string(*target.fields().form)) : "any";
}

void list(std::ostream& out, bool json) {
  ordered_json document = ordered_json::array();
  for (const Target& target : bundled_targets()) {
    const Target::Fields& fields = target.fields();
    if (json) {
      document.push_back({{"name", fields.name},
                          {"form", form_text(target)},
                          {"rig", fields.rig},
                          {"year", fields.year ? ordered_json(*fields.year) : ordered_json()},
                          {"source", fields.source},
                          {"raw", fields.raw},
                          {"points", fields.curve.size()}});
    } else {
      out << fmt::format("{:<20} {:<9} {:<14} {}\n", fields.name, form_text(target),
                         fields.rig.empty() ? "any rig" : fields.rig, fields.year ? std::to_string(*fields.year) : "-");
      for (const std::string& line : wrapped(fields.source, 58)) out << fmt::format("{:21}{}\n", "", line);
    }
  }
  if (json) out << document.dump(2) << "\n";
}

/// The same self-describing form that targets/ has, so that a shown target is a file to start from.
void show(std::ostream& out, const Target& target) {
  const Target::Fields& fields = target.fields();
  out << fmt::format("# name: {}\n# form: {}\n# rig: {}\n", printable(fields.name), form_text(target),
                     fields.rig.empty() ? "any" : fields.rig);
  if (fields.year) out << fmt::format("# year: {}\n", *fields.year);
  out << fmt::format("# source: {}\n# raw: {}\nfrequency_hz,level_db\n", printable(fields.source),
                     fields.raw ? "yes" : "no");
  for (Eigen::Index i = 0; i < fields.curve.size(); ++i) {
    out << fmt::format("{:.2f},{:.2f}\n", fields.curve.frequency_hz()[i], fields.curve.magnitude_db()[i]);
  }
}

constexpr double kSameTargetDb = 0.5;  ///< rms: the same curve, digitised or smoothed again
constexpr double kNearTargetDb = 1.5;

std::string verdict(const std::vector<TargetMatch>& matches) {
  const TargetMatch& best = matches.front();
  if (best.rms_db <= kSameTargetDb) return "it is " + best.name;
  const TargetMatch& tilted = *std::min_element(
      matches.begin(), matches.end(),
      [](const TargetMatch& a, const TargetMatch& b) { return a.rms_after_tilt_db < b.rms_after_tilt_db; });
  if (tilted.rms_after_tilt_db <= kSameTargetDb)
    return fmt::format("it is {} with a tilt of {} dB/octave", tilted.name, with_sign(tilted.tilt_db_per_octave, 2));
  if (best.rms_db <= kNearTargetDb) return "it is near " + best.name + ", but not the same";
  return "it is none of the known targets; the nearest is " + best.name;
}

void identify(std::ostream& out, const std::string& path, bool json) {
  const Measurement measurement = read_measurement(path);
  if (!measurement.response()) throw Error("not-a-curve", {path}, "distortion without a response", "a target curve");
  const std::vector<TargetMatch> matches = identified(*measurement.response(), bundled_targets());
  if (matches.empty())
    throw Error("band-not-covered", {path}, "less than three octaves inside 20 Hz to 20 kHz", "a curve to compare");
  if (json) {
    ordered_json document{{"path", path}, {"verdict", verdict(matches)}, {"matches", ordered_json::array()}};
    for (const TargetMatch& match : matches) {
      document["matches"].push_back({{"name", match.name},
                                     {"rms_db", match.rms_db},
                                     {"largest_db", match.largest_db},
                                     {"start_hz", match.band.start_hz},
                                     {"stop_hz", match.band.stop_hz},
                                     {"tilt_db_per_octave", match.tilt_db_per_octave},
                                     {"rms_after_tilt_db", match.rms_after_tilt_db}});
    }
    out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
    return;
  }
  out << fmt::format("{}: {}\n\n{:<20} {:>8} {:>11} {:>15} {:>16}\n", printable(path), verdict(matches), "target",
                     "rms dB", "largest dB", "tilt dB/octave", "rms after tilt");
  for (const TargetMatch& match : matches) {
    out << fmt::format("{:<20} {:>8.2f} {:>11.2f} {:>15.2f} {:>16.2f}\n", match.name, match.rms_db, match.largest_db,
                       match.tilt_db_per_octave, match.rms_after_tilt_db);
  }
}

}  // namespace

int run_targets(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("format", po::value<std::string>()->default_value("text"), "text or json (list, identify)");
  po::variables_map values;
  const char* usage =
      "usage: headscore targets list\n       headscore targets show NAME|FILE\n       headscore targets identify "
      "FILE\n\n"
      "Lists the bundled targets, prints one as CSV, or tells which of them a curve is\nand how far off it is (after "
      "alignment, 20 Hz-20 kHz).";
  if (!parsed_options(arguments, options, usage, "", values)) return kAllDone;
  const std::vector<std::string> words =
      values.contains("paths") ? values["paths"].as<std::vector<std::string>>() : std::vector<std::string>{};
  const std::string format = values["format"].as<std::string>();
  if (format != "text" && format != "json")
    throw UsageError("found the format \"" + format + "\", wanted text or json");
  if (words.size() == 1 && words[0] == "list") {
    list(std::cout, format == "json");
  } else if (words.size() == 2 && words[0] == "show") {
    show(std::cout, target_from(words[1]));
  } else if (words.size() == 2 && words[0] == "identify") {
    identify(std::cout, words[1], format == "json");
  } else {
    throw UsageError("found \"targets" + (words.empty() ? std::string() : " " + joined(words, " ")) +
                     "\", wanted targets list, show NAME or identify FILE");
  }
  return kAllDone;
}

}  // namespace headscore::cli
