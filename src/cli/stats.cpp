// headscore stats: what is in a file of results.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command.hpp"
#include "cli/results_view.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

/// "name count" pairs, most frequent first.
std::string counts_text(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> words;
  for (const auto& [name, count] : list)
    words.push_back(fmt::format("{} {}", name.empty() ? "none" : name, grouped_digits(count)));
  return words.empty() ? "none" : joined(words, ", ");
}

void write_line(std::ostream& out, const std::string& head, const std::string& text) {
  std::string name = head;
  for (const std::string& line : wrapped(text, 66)) {
    out << fmt::format("{:<13} {}\n", name, line);
    name.clear();
  }
}

void write_text(std::ostream& out, const ResultsStatistics& statistics, std::size_t top) {
  out << fmt::format("{} product{} of {} file{}\n", grouped_digits(statistics.units), statistics.units == 1 ? "" : "s",
                     grouped_digits(statistics.files), statistics.files == 1 ? "" : "s");
  write_line(out, "Outcomes", counts_text(statistics.outcomes));
  write_line(out, "Forms", counts_text(statistics.forms));
  write_line(out, "Rigs", counts_text(statistics.rigs));
  write_line(out, "Signatures", counts_text(statistics.signatures));
  write_line(out, "Warnings", counts_text(statistics.warnings));
  if (!statistics.scores.empty())
    out << fmt::format("\n{:<42}{:>7}{:>7}{:>6} {:>6}{:>6}{:>6}\n", "Scores", "count", "mean", "sd", "10 %", "50 %",
                       "90 %");
  for (const auto& [kind, s] : statistics.scores) {
    out << fmt::format("  {:<40}{:>7}{:>7}{:>6} {:>6}{:>6}{:>6}\n", spoken(kind), s.count, value_text(s.mean),
                       value_text(s.sd), value_text(s.quantiles[1]), value_text(s.quantiles[3]),
                       value_text(s.quantiles[5]));
  }
  for (const auto& [code, messages] : statistics.failures) {
    out << fmt::format("\nFailures [{}]: {}\n", code, messages.size());
    for (std::size_t i = 0; i < messages.size() && (top == 0 || i < top); ++i)
      out << "  " << printable(messages[i]) << "\n";
    if (top != 0 && messages.size() > top) out << fmt::format("  ... {} more (--top 0)\n", messages.size() - top);
  }
  if (!statistics.same_files.empty())
    out << fmt::format("\nThe same bytes in several products: {}\n", statistics.same_files.size());
  for (std::size_t i = 0; i < statistics.same_files.size() && (top == 0 || i < top); ++i) {
    std::vector<std::string> names;
    for (const std::string& path : statistics.same_files[i]) names.push_back(printable(file_name(path)));
    out << "  " << joined(names, " = ") << "\n";
  }
}

void write_counts(JsonText& json, const char* name, const std::map<std::string, std::uint64_t>& counts) {
  json.key(name).begin_array();
  for (const auto& [key, count] : counts)
    json.begin_object().text_field("name", key).integer_field("count", static_cast<std::int64_t>(count)).end_object();
  json.end_array();
}

void write_json(std::ostream& out, const ResultsStatistics& statistics) {
  JsonText json;
  json.begin_object()
      .integer_field("products", static_cast<std::int64_t>(statistics.units))
      .integer_field("files", static_cast<std::int64_t>(statistics.files));
  write_counts(json, "outcomes", statistics.outcomes);
  write_counts(json, "forms", statistics.forms);
  write_counts(json, "rigs", statistics.rigs);
  write_counts(json, "signatures", statistics.signatures);
  write_counts(json, "warnings", statistics.warnings);
  json.key("scores").begin_array();
  for (const auto& [kind, s] : statistics.scores) {
    json.begin_object()
        .text_field("name", kind)
        .integer_field("count", static_cast<std::int64_t>(s.count))
        .number_field("mean", s.mean)
        .number_field("sd", s.sd);
    json.key("quantiles").begin_array();
    for (const double quantile : s.quantiles) json.number(quantile);
    json.end_array().end_object();
  }
  json.end_array().key("failures").begin_array();
  for (const auto& [code, messages] : statistics.failures) {
    json.begin_object().text_field("code", code).key("messages").begin_array();
    for (const std::string& message : messages) json.text(message);
    json.end_array().end_object();
  }
  json.end_array().key("same_files").begin_array();
  for (const auto& group : statistics.same_files) {
    json.begin_array();
    for (const std::string& path : group) json.text(path);
    json.end_array();
  }
  json.end_array().end_object().newline();
  out << json.str();
}

}  // namespace

int run_stats(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  add_view_options(options, 20);
  po::variables_map values;
  const char* usage =
      "usage: headscore stats RESULTS [OPTION...]\n\n"
      "What is in a file of results: counts, distributions of scores, every failure,\n"
      "and files with the same bytes in several products.";
  if (!parsed_options(arguments, options, usage, "\nExample:\n  headscore stats results.jsonl --top 0\n", values))
    return kAllDone;
  const std::string path = positional(values, 1, "headscore stats RESULTS")[0];
  const bool json = wants_json(values);
  const ResultsStatistics statistics = results_statistics(path);
  const std::size_t top = values["top"].as<std::size_t>();
  refuse_input_as_output(values["output"].as<std::string>(), {path});
  write_output(values["output"].as<std::string>(),
               [&](std::ostream& out) { json ? write_json(out, statistics) : write_text(out, statistics, top); });
  return kAllDone;
}

}  // namespace headscore::cli
