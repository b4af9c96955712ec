// headscore merge: the results of shards put together.
#include <fmt/format.h>

#include <iostream>

#include "cli/command.hpp"
#include "headscore/results.hpp"

namespace headscore::cli {

namespace po = boost::program_options;

int run_merge(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  options.add_options()("out,o", po::value<std::string>()->default_value(""),
                        "file of results: JSON Lines, .csv, or SQLite (.db, .sqlite)");
  options.add_options()("quiet", po::bool_switch(), "no summary");
  po::variables_map values;
  const char* usage =
      "usage: headscore merge SHARD-RESULTS... --out RESULTS\n\n"
      "Puts the results of `headscore batch --shard K/N` together: the same bytes that\n"
      "one run over everything writes. A shard that is missing, doubled, damaged, or\n"
      "made under other settings or another version is refused.";
  const char* epilogue = "\nExample:\n  headscore merge parts/*.jsonl --out results.jsonl\n";
  if (!parsed_options(arguments, options, usage, epilogue, values)) return kAllDone;
  if (!values.contains("paths"))
    throw UsageError("found no results, wanted headscore merge SHARD-RESULTS... --out RESULTS");
  const std::string results = values["out"].as<std::string>();
  if (results.empty()) throw UsageError("found no --out, wanted --out RESULTS");
  check_writable(results);
  std::vector<std::filesystem::path> shards;
  for (const std::string& path : values["paths"].as<std::vector<std::string>>()) shards.emplace_back(path);
  const MergeSummary summary = merge_results(shards, results, results_format_of(results));
  if (!values["quiet"].as<bool>()) {
    std::cerr << fmt::format("headscore: {} shards, {} products, {} with failures: {}\n", shards.size(), summary.units,
                             summary.failures, results);
  }
  return kAllDone;
}

}  // namespace headscore::cli
