#include "cli/results_view.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cli/command.hpp"

namespace headscore::cli {

namespace po = boost::program_options;

void add_view_options(po::options_description& options, std::size_t top) {
  if (top != 0)
    options.add_options()("top", po::value<std::size_t>()->default_value(top)->notifier([](std::size_t rows) {
      constexpr std::size_t kMost = 1000000000;  // -1 comes as the largest number there is
      if (rows > kMost) throw UsageError("--top: wanted 0 or more");
    }),
                          "rows to show, 0: all");
  options.add_options()("format", po::value<std::string>()->default_value("text"), "text or json");
  options.add_options()("output,o", po::value<std::string>()->default_value(""), "file instead of standard output");
}

bool wants_json(const po::variables_map& values) {
  const std::string format = values["format"].as<std::string>();
  if (format != "text" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted text or json");
  return format == "json";
}

std::vector<std::string> positional(const po::variables_map& values, std::size_t count, const std::string& usage) {
  const std::vector<std::string> paths =
      !values.contains("paths") ? std::vector<std::string>{} : values["paths"].as<std::vector<std::string>>();
  if (paths.size() != count) throw UsageError(fmt::format("found {} arguments, wanted {}", paths.size(), usage));
  return paths;
}

std::string value_text(std::optional<double> value) {
  if (!value) return "none";
  return std::abs(*value) < 10.0 ? fmt::format("{:.2f}", *value) : fmt::format("{:.1f}", *value);
}

std::string score_text(const ResultScore& score) {
  if (!score.low || !score.high) return value_text(score.value);
  return fmt::format("{} ({}..{})", value_text(score.value), value_text(score.low), value_text(score.high));
}

void write_score(JsonText& json, const ResultScore& score) {
  json.begin_object()
      .text_field("model", score.model)
      .text_field("version", score.version)
      .number_field("value", score.value);
  json.number_field("low", score.low).number_field("high", score.high).end_object();
}

}  // namespace headscore::cli
