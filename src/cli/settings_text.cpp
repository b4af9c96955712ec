#include "cli/settings_text.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "io/content_hash.hpp"
#include "io/file_bytes.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

std::string text_of(const boost::any& value) {
  if (const auto* text = boost::any_cast<std::string>(&value)) return *text;
  if (const auto* list = boost::any_cast<std::vector<std::string>>(&value)) return joined(*list, "; ");
  if (const auto* number = boost::any_cast<double>(&value)) return fmt::format("{}", *number);
  if (const auto* number = boost::any_cast<int>(&value)) return fmt::format("{}", *number);
  if (const auto* number = boost::any_cast<std::uint64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = boost::any_cast<bool>(&value)) return *flag ? "yes" : "no";
  throw std::logic_error("an option of a kind that settings_text() does not know");
}

std::string file_text(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return path;
  return file_name(path) + " " + hash128_hex(read_bytes(path, std::size_t{1} << 30U));
}

std::string figures_hash(const std::vector<Candidate>& catalog) {
  ContentHash hash;
  for (const Candidate& candidate : catalog) {
    hash.add_field(candidate.name);
    for (const MetricValue& metric : candidate.metrics)
      hash.add_field(fmt::format("{} {} {}", metric.metric, metric.value, metric.upper_bound));
  }
  return hash.hex();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> settings_text(const po::variables_map& values,
                                                               const po::options_description& described,
                                                               const ScoreOptions& options) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const auto& option : described.options()) {
    const std::string& name = option->long_name();
    if (!values.contains(name)) continue;
    std::string text = text_of(values[name].value());
    if (text.empty()) continue;
    const bool file = name == "target" || name == "policy" || name == "catalog" || name == "sweep" ||
                      name == "microphone" || name == "rig-response";
    if (file) text = file_text(text);
    if (name == "catalog") text += " " + figures_hash(options.catalog);
    settings.emplace_back(name, std::move(text));
  }
  settings.emplace_back("policy-version", options.policy.name());
  return settings;
}

}  // namespace headscore::cli
