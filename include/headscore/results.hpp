// Questions to the results of a batch: merge, rank, compare, find alike, count.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headscore/batch.hpp"

namespace headscore {

/// One score of a result.
struct ResultScore {
  std::string model;
  std::string version;
  double value = 0.0;
  std::optional<double> low;  ///< of the interval
  std::optional<double> high;
};

struct ResultFile {
  std::string path;
  std::string xxh3_128;  ///< empty where it could not be read
};

/// One result, as far as the questions need it.
struct Result {
  std::string folder;  ///< with `unit` its key
  std::string unit;
  std::string identity;
  std::string outcome;  ///< "scored", "partly", "failed"
  std::string version;  ///< of headscore
  std::string product;
  std::string form;
  std::string rig;
  std::string target;
  std::string policy;
  std::string signature;  ///< empty without an analysis
  std::map<std::string, ResultScore>
      scores;  ///< "preference" (the first model), "scientific_validity", "cost_performance", "overall"
  std::vector<ResultFile> files;
  std::vector<Failure> failures;
  std::vector<std::string> warnings;            ///< codes of all files
  std::vector<std::optional<double>> shape_db;  ///< (60) sixths of an octave from 20 Hz; empty without a response
};

/// Results (JSON Lines or SQLite), one a call in the order of their keys; nullopt at the end. Throws
/// Error("missing-file"), Error("bad-results") for CSV and anything else.
[[nodiscard]] std::function<std::optional<Result>()> read_results(const std::filesystem::path& results);

/// Settings of the run that made the results, and the version of headscore as "headscore".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> run_settings(const std::filesystem::path& results);

/// Results of shards put together: the bytes that one run over everything writes. Throws Error("bad-shards") when a
/// shard is missing or doubled, has other settings or another version, saw other files, is damaged, or two hold the
/// same unit; and what reading throws.
struct MergeSummary {
  std::uint64_t units = 0;
  std::uint64_t failures = 0;
};
[[nodiscard]] MergeSummary merge_results(const std::vector<std::filesystem::path>& shards,
                                         const std::filesystem::path& results, ResultsFormat format);

/// A place in a ranking. Those of one group cannot be told apart from its best by their intervals.
struct Ranked {
  std::size_t rank = 0;   ///< 1-based, by value alone
  std::size_t group = 0;  ///< 1-based
  std::string folder;
  std::string product;
  ResultScore score;
};
/// A list for each form, model and target, for scores of others cannot be compared.
struct Ranking {
  std::string form;
  std::string model;
  std::string target;
  std::vector<Ranked> places;
  std::size_t unknown_rigs = 0;  ///< places whose rig is not known: another rig's could stand elsewhere
};
/// By `kind` of score. A group begins at its best; who reaches that one's lower end belongs to it.
[[nodiscard]] std::vector<Ranking> ranked_results(const std::filesystem::path& results, const std::string& kind);

/// What became of one unit from one results file to the other.
struct ResultChange {
  enum class Kind { kAdded, kRemoved, kChanged };
  Kind kind = Kind::kChanged;
  std::string folder;
  std::string unit;
  std::vector<std::pair<std::string, std::pair<std::optional<double>, std::optional<double>>>>
      scores;                        ///< kinds that differ: before, after
  std::vector<std::string> reasons;  ///< "file X L.txt changed", "version 0.1.0 -> 0.2.0", "target ...", ...
};
struct Comparison {
  std::uint64_t same = 0;  ///< units with the same scores to within `tolerance`, whatever else changed
  std::vector<ResultChange> changes;
};
[[nodiscard]] Comparison compared_results(const std::filesystem::path& before, const std::filesystem::path& after,
                                          double tolerance);

/// A response near another.
struct Alike {
  std::string folder;
  std::string product;
  std::string form;
  double rms_db =
      0.0;  ///< of the difference of both shapes after their mean was removed, over the sixths of an octave both have
  double largest_db = 0.0;  ///< largest difference there
  std::optional<ResultScore> preference;
};
struct AlikeAnswer {
  std::string product;  ///< as the results call it
  std::vector<Alike> nearest;
  std::string folder = {};    ///< of the product
  std::size_t namesakes = 0;  ///< further products of that name, which were not taken
};
/// The `most` results nearest to the first product called `name` (case aside), of the same form, over 20 Hz to 16 kHz;
/// with six octaves in common at least. Throws Error("unknown-product") that suggests names, Error("no-response").
[[nodiscard]] AlikeAnswer alike_results(const std::filesystem::path& results, const std::string& name,
                                        std::size_t most);

/// Distribution of a score: quantiles 0, 10, 25, 50, 75, 90, 100 %.
struct ScoreStatistics {
  std::uint64_t count = 0;
  double mean = 0.0;
  double sd = 0.0;  ///< sample standard deviation, 0 for one
  std::array<double, 7> quantiles{};
};
struct ResultsStatistics {
  std::uint64_t units = 0;
  std::uint64_t files = 0;
  std::map<std::string, std::uint64_t> outcomes;
  std::map<std::string, std::uint64_t> forms;
  std::map<std::string, std::uint64_t> rigs;
  std::map<std::string, std::uint64_t> signatures;
  std::map<std::string, std::uint64_t> warnings;             ///< by code
  std::map<std::string, std::vector<std::string>> failures;  ///< messages by code
  std::map<std::string, ScoreStatistics> scores;             ///< by "kind, model"
  std::vector<std::vector<std::string>> same_files;          ///< paths of files with the same bytes in several units
};
[[nodiscard]] ResultsStatistics results_statistics(const std::filesystem::path& results);

}  // namespace headscore
