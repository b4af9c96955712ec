// Batches: any number of measurement files in, one file of results out; what is done is never done again.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore {

enum class ResultsFormat { kJsonLines, kCsv, kSqlite };

/// By the ending: .csv; .db, .sqlite, .sqlite3; JSON Lines otherwise.
[[nodiscard]] ResultsFormat results_format_of(const std::filesystem::path& path);

/// Part `index` of `count`, 1-based. A unit belongs to the shard that the XXH3-64 of its relative path says.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// Parses "3/16"; throws Error("bad-shard").
[[nodiscard]] Shard shard_from(const std::string& text);

struct BatchOptions {
  ScoreOptions score;
  /// What was asked for, as names and values for people; kept in the run's record. Results are told apart by `score`
  /// itself.
  std::vector<std::pair<std::string, std::string>> settings;
  bool per_file = false;  ///< each file is a unit of its own; products otherwise
  bool sha256 = false;    ///< of each file, beside the fast hash
  bool curves = false;    ///< the display curves in JSON Lines and SQLite
  bool resume = false;    ///< go on with RESULTS.part
  bool fresh = false;     ///< use neither RESULTS.part nor the results that are there
  std::optional<Shard> shard;
  std::optional<ResultsFormat> format;  ///< absent: results_format_of() the file
  int jobs = 1;
  /// Analyses recordings of sweeps, each in memory as a whole, one a thread, at most 2^26 samples; absent: they are
  /// refused. Must outlive the run.
  const SoundReader* sound = nullptr;
};

/// What a run is doing; another thread may read it, and may ask it to stop.
struct BatchMonitor {
  std::atomic<std::uint64_t> units_done{0};
  std::atomic<std::uint64_t> units_failed{0};
  std::atomic<std::uint64_t> units_reused{0};  ///< taken over from earlier results
  std::atomic<std::uint64_t> files_read{0};
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<bool> stop{false};  ///< no new unit is begun; those in hand are finished and written
};

struct BatchSummary {
  std::uint64_t units = 0;
  std::uint64_t failures = 0;  ///< units with any failure
  std::uint64_t scored = 0;    ///< units with a score
  std::uint64_t reused = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t units_of_all_shards = 0;  ///< what all shards together have
  std::uint64_t links_passed_over = 0;
  bool stopped = false;          ///< BatchMonitor::stop was heard: RESULTS.part holds what was done
  bool earlier_kept = false;     ///< nothing was scored: the results that were there stay (unless BatchOptions::fresh)
  bool earlier_damaged = false;  ///< the results that were there are not what their run wrote: nothing was taken over
  std::vector<std::pair<std::string, std::uint64_t>> failures_by_code;  ///< units, most frequent first
  std::vector<Failure> first_failures;                                  ///< in order, at most 20
};

/// Scores what `arguments` stand for and writes `results`. Arguments: folders (with all below; links to folders are not
/// followed), archives (.tar, plain or compressed, .zip: read as the folders in them, never unpacked), files, patterns
/// with * ? [ ], lists of names ("@FILE", "-" for standard input, or a text file one of whose first lines names
/// something that is there). Units come in the order of their folder and name; order and bytes do not depend on `jobs`.
///
/// While it runs, results stand in RESULTS.part (JSON Lines, appended in order); at the end they take their name, with
/// RESULTS.run.json beside JSON Lines and CSV: settings, counts, hash. A unit whose identity (XXH3-128 of its files'
/// bytes, names, settings and versions) is among the earlier results is copied from there. What is wrong with a file, a
/// folder or a product is a result with an error. Throws Error("interrupted-run") when RESULTS.part is there and
/// neither `resume` nor `fresh` was asked for, Error("busy-results") when another process writes it,
/// Error("unwritable") when the disk is full or the folder cannot be written: what was written stays for `resume`;
/// before it begins, as check() of ScoreOptions.
[[nodiscard]] BatchSummary run_batch(const std::vector<std::string>& arguments, const std::filesystem::path& results,
                                     const BatchOptions& options, BatchMonitor& monitor);

/// Files that the arguments stand for, counted without opening them; for the time that is left. `stop` ends it early.
[[nodiscard]] std::uint64_t count_batch_files(const std::vector<std::string>& arguments, const std::atomic<bool>& stop);

}  // namespace headscore
