// headscore compare: what changed from one file of results to another, and why.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>

#include "cli/command.hpp"
#include "cli/results_view.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

struct SettingChange {
  std::string name;
  std::string before;
  std::string after;
};

std::vector<SettingChange> setting_changes(const std::string& before, const std::string& after) {
  std::map<std::string, SettingChange> changes;
  for (const auto& [name, value] : run_settings(before)) changes[name] = {name, value, "none"};
  for (const auto& [name, value] : run_settings(after)) {
    SettingChange& change = changes[name];
    if (change.name.empty()) change = {name, "none", ""};
    change.after = value;
  }
  std::vector<SettingChange> different;
  for (const auto& [name, change] : changes) {
    if (change.before != change.after) different.push_back(change);
  }
  return different;
}

std::string_view kind_word(ResultChange::Kind kind) {
  if (kind == ResultChange::Kind::kAdded) return "added";
  return kind == ResultChange::Kind::kRemoved ? "removed" : "changed";
}

/// Largest change of a score; preference counts in points, the others in hundredths.
double size_of(const ResultChange& change) {
  double size = 0.0;
  for (const auto& [kind, values] : change.scores) {
    if (values.first && values.second)
      size = std::max(size, std::abs(*values.second - *values.first) * (kind == "preference" ? 1.0 : 100.0));
  }
  return size;
}

void write_text(std::ostream& out, const Comparison& comparison, const std::vector<SettingChange>& settings,
                std::size_t top) {
  for (const SettingChange& change : settings)
    out << fmt::format("setting {}: {} -> {}\n", change.name, printable(change.before), printable(change.after));
  std::size_t shown = 0;
  for (const ResultChange& change : comparison.changes) {
    if (top != 0 && shown++ == top) {
      out << fmt::format("... {} more (--top 0)\n", comparison.changes.size() - top);
      break;
    }
    out << fmt::format("{:<8} {}\n", kind_word(change.kind),
                       printable(change.folder.empty() ? change.unit : change.folder + "/" + change.unit));
    for (const auto& [kind, values] : change.scores) {
      out << fmt::format("         {} {} -> {}\n", spoken(kind), value_text(values.first), value_text(values.second));
    }
    if (change.kind != ResultChange::Kind::kChanged) continue;
    const std::string why = change.reasons.empty() ? "the run's settings" : joined(change.reasons, "; ");
    for (const std::string& line : wrapped("why: " + printable(why), 71)) out << "         " << line << "\n";
  }
  std::map<std::string_view, std::size_t> counts;
  for (const ResultChange& change : comparison.changes) ++counts[kind_word(change.kind)];
  out << fmt::format("{} the same, {} changed, {} added, {} removed\n", comparison.same, counts["changed"],
                     counts["added"], counts["removed"]);
  if (comparison.same == 0 && counts["changed"] == 0 && counts["added"] != 0 && counts["removed"] != 0) {
    out << "No product stands in both. Results of one folder name it by what lies below it, those\n"
           "of several folders or of a list by the paths as they were given, and those of --per-file\n"
           "by the file.\n";
  }
}

void write_json(std::ostream& out, const Comparison& comparison, const std::vector<SettingChange>& settings,
                std::size_t top) {
  JsonText json;
  json.begin_object().integer_field("same", static_cast<std::int64_t>(comparison.same)).key("settings").begin_array();
  for (const SettingChange& change : settings) {
    json.begin_object()
        .text_field("name", change.name)
        .text_field("before", change.before)
        .text_field("after", change.after)
        .end_object();
  }
  json.end_array().key("changes").begin_array();
  std::size_t shown = 0;
  for (const ResultChange& change : comparison.changes) {
    if (top != 0 && shown++ == top) break;
    json.begin_object()
        .text_field("kind", kind_word(change.kind))
        .text_field("folder", change.folder)
        .text_field("unit", change.unit);
    json.key("scores").begin_object();
    for (const auto& [kind, values] : change.scores) {
      json.key(kind)
          .begin_object()
          .number_field("before", values.first)
          .number_field("after", values.second)
          .end_object();
    }
    json.end_object().key("reasons").begin_array();
    for (const std::string& reason : change.reasons) json.text(reason);
    json.end_array().end_object();
  }
  json.end_array().end_object().newline();
  out << json.str();
}

}  // namespace

int run_compare(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  options.add_options()("tolerance", po::value<double>()->default_value(1e-9, "1e-9"),
                        "differences of scores up to this do not count");
  add_view_options(options, 50);
  po::variables_map values;
  const char* usage =
      "usage: headscore compare RESULTS_A RESULTS_B [OPTION...]\n\n"
      "What changed from A to B, largest first, and why: file, version, target,\n"
      "policy, form, rig or model. RESULTS is what batch wrote as JSON Lines or\n"
      "SQLite (CSV has no settings and is not read).";
  if (!parsed_options(arguments, options, usage,
                      "\nExample:\n  headscore compare last-month.jsonl today.jsonl --tolerance 0.05\n", values))
    return kAllDone;
  const std::vector<std::string> paths = positional(values, 2, "headscore compare RESULTS_A RESULTS_B");
  const bool json = wants_json(values);
  const double tolerance = values["tolerance"].as<double>();
  if (!(tolerance >= 0.0)) throw UsageError("--tolerance: wanted zero or more");
  const std::vector<SettingChange> settings = setting_changes(paths[0], paths[1]);
  Comparison comparison = compared_results(paths[0], paths[1], tolerance);
  std::stable_sort(comparison.changes.begin(), comparison.changes.end(),
                   [](const ResultChange& a, const ResultChange& b) { return size_of(a) > size_of(b); });
  const std::size_t top = values["top"].as<std::size_t>();
  refuse_input_as_output(values["output"].as<std::string>(), {paths[0], paths[1]});
  write_output(values["output"].as<std::string>(), [&](std::ostream& out) {
    json ? write_json(out, comparison, settings, top) : write_text(out, comparison, settings, top);
  });
  return kAllDone;
}

}  // namespace headscore::cli
