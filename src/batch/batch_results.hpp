// Finished results: JSON Lines, CSV or SQLite, and what is known of the run that made them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch/batch_journal.hpp"
#include "headscore/batch.hpp"

namespace headscore {

/// RESULTS.run.json. Nothing in it depends on when, where or on how many threads the run was.
struct RunFacts {
  std::string version;  ///< of headscore
  std::vector<std::pair<std::string, std::string>> settings;
  std::string settings_hash;  ///< of settings, versions of models and bundled data
  bool per_file = false;
  std::optional<Shard> shard;
  std::uint64_t units = 0;
  std::uint64_t units_of_all_shards = 0;
  std::uint64_t failures = 0;
  std::string results_hash;  ///< XXH3-128 of the results as JSON Lines
};

[[nodiscard]] std::string run_json(const RunFacts& facts);

/// Throws Error("bad-results").
[[nodiscard]] RunFacts parsed_run(std::string_view text, const std::filesystem::path& path);

/// The run of JSON Lines or SQLite results. Throws Error("missing-file"), Error("bad-results").
[[nodiscard]] RunFacts run_of(const std::filesystem::path& results);

/// The lines of finished JSON Lines or SQLite results; nullopt for CSV, which has none. Throws what opening throws.
[[nodiscard]] std::optional<LineSource> finished_lines(const std::filesystem::path& results);

/// Whether the lines of finished results are those that `run` wrote, by number and hash; all of them are read for it.
[[nodiscard]] bool is_as_written(const std::filesystem::path& results, const RunFacts& run);

/// Throws Error("not-results") for a file that would be replaced and that no batch wrote.
void refuse_foreign_file(const std::filesystem::path& results);

/// Makes `results` of the finished journal `part`, which goes away. Throws Error("unwritable"), Error("disk-full").
void publish_results(const std::filesystem::path& part, const std::filesystem::path& results, ResultsFormat format,
                     const RunFacts& facts);

/// Head of the CSV results, and the row of one line of JSON; both with CRLF. The columns are those of the CSV report,
/// behind the key.
[[nodiscard]] std::string csv_head();
[[nodiscard]] std::string csv_row(std::string_view line);

}  // namespace headscore
