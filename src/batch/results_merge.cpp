// Shards -> one file of results.
#include <algorithm>
#include <system_error>

#include "batch/batch_results.hpp"
#include "headscore/results.hpp"
#include "io/output_file.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, std::string found, std::string wanted) {
  throw Error("bad-shards", {path.string()}, std::move(found), std::move(wanted));
}

std::string list_of(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (const std::uint32_t number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

/// What differs first between two runs' settings, in words.
std::string difference_of(const RunFacts& a, const RunFacts& b) {
  if (a.version != b.version) return "version " + b.version + " beside " + a.version;
  if (a.per_file != b.per_file) return "files alone beside products";
  for (std::size_t i = 0; i < std::max(a.settings.size(), b.settings.size()); ++i) {
    const std::string one = i < a.settings.size() ? a.settings[i].first + " " + a.settings[i].second : "nothing";
    const std::string other = i < b.settings.size() ? b.settings[i].first + " " + b.settings[i].second : "nothing";
    if (one != other) return "the setting " + other + " beside " + one;
  }
  return "other bundled data, models or options";
}

void check(const std::vector<fs::path>& paths, const std::vector<RunFacts>& runs) {
  std::vector<std::uint32_t> seen;
  std::uint64_t units = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunFacts& run = runs[i];
    if (!run.shard) refuse(paths[i], "results of a whole run", "results of --shard K/N");
    if (run.settings_hash != runs[0].settings_hash || run.version != runs[0].version) {
      refuse(paths[i], difference_of(runs[0], run),
             "shards made under the same settings and version as " + paths[0].string());
    }
    const std::uint32_t count = runs[0].shard->count;
    if (run.shard->count != count)
      refuse(paths[i], "one of " + std::to_string(run.shard->count) + " shards", "one of " + std::to_string(count));
    if (std::find(seen.begin(), seen.end(), run.shard->index) != seen.end())
      refuse(paths[i], "shard " + std::to_string(run.shard->index) + " twice", "each shard once");
    seen.push_back(run.shard->index);
    if (run.units_of_all_shards != runs[0].units_of_all_shards) {
      refuse(paths[i], std::to_string(run.units_of_all_shards) + " products in all",
             std::to_string(runs[0].units_of_all_shards) + ", as " + paths[0].string() + " saw");
    }
    units += run.units;
  }
  std::vector<std::uint32_t> missing;
  for (std::uint32_t k = 1; k <= runs[0].shard->count; ++k) {
    if (std::find(seen.begin(), seen.end(), k) == seen.end()) missing.push_back(k);
  }
  if (!missing.empty())
    refuse("", "no results of shard " + list_of(missing), "all " + std::to_string(runs[0].shard->count) + " shards");
  if (units != runs[0].units_of_all_shards)
    refuse("", std::to_string(units) + " products in the shards", std::to_string(runs[0].units_of_all_shards));
}

/// One shard while it is read: its next line, and the hash of what was read.
class ShardReader {
 public:
  ShardReader(fs::path path, const RunFacts& run) : path_(std::move(path)), run_(run), source_(*finished_lines(path_)) {
    advance();
  }

  void advance() {
    line_ = source_();
    if (!line_) {
      head_.reset();
      if (lines_ != run_.units || hash_.hex() != run_.results_hash)
        refuse(path_, "results that are not what the run wrote", "an undamaged file");
      return;
    }
    ++lines_;
    hash_.add(*line_);
    head_ = line_head(*line_);
    if (!head_)
      throw Error("bad-results", {path_.string(), lines_}, "a line that is no result", "what headscore batch wrote");
  }

  [[nodiscard]] const std::optional<LineHead>& head() const { return head_; }
  [[nodiscard]] const std::string& line() const { return *line_; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  const RunFacts& run_;
  LineSource source_;
  std::optional<std::string> line_;
  std::optional<LineHead> head_;
  ContentHash hash_;
  std::size_t lines_ = 0;
};

/// Later keys first, for heaps whose top is the earliest.
bool comes_later(const ShardReader* a, const ShardReader* b) {
  return compare_keys(a->head()->folder, a->head()->unit, b->head()->folder, b->head()->unit) > 0;
}

void merge_lines(std::vector<ShardReader>& readers, BatchJournal& journal) {
  std::vector<ShardReader*> heap;
  for (ShardReader& reader : readers) {
    if (reader.head()) heap.push_back(&reader);
  }
  std::make_heap(heap.begin(), heap.end(), comes_later);
  std::optional<LineHead> last;
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), comes_later);
    ShardReader& first = *heap.back();
    if (last && compare_keys(last->folder, last->unit, first.head()->folder, first.head()->unit) >= 0) {
      refuse(first.path(), "\"" + first.head()->unit + "\" twice, or out of order", "each product in one shard");
    }
    journal.append(first.line());
    last = first.head();
    first.advance();
    if (first.head()) {
      std::push_heap(heap.begin(), heap.end(), comes_later);
    } else {
      heap.pop_back();
    }
  }
}

}  // namespace

MergeSummary merge_results(const std::vector<fs::path>& shards, const fs::path& results, ResultsFormat format) {
  if (shards.empty()) throw Error("bad-shards", {}, "no results", "the results of each shard");
  refuse_input_as_output(results, shards);
  refuse_foreign_file(output_file(results));
  std::vector<RunFacts> runs;
  for (const fs::path& shard : shards) {
    runs.push_back(run_of(shard));
    if (!finished_lines(shard)) refuse(shard, "results as CSV", "JSON Lines or SQLite results of --shard K/N");
  }
  check(shards, runs);
  std::vector<ShardReader> readers;
  readers.reserve(shards.size());
  for (std::size_t i = 0; i < shards.size(); ++i) readers.emplace_back(shards[i], runs[i]);
  BatchJournal journal(results, BatchJournal::Start::kFresh);
  try {
    merge_lines(readers, journal);
    journal.flush_to_disk();
  } catch (const Error&) {
    std::error_code ignored;  // a merge has nothing to go on with: it is done again from the shards
    fs::remove(journal.path(), ignored);
    throw;
  }
  RunFacts facts = runs[0];
  facts.shard.reset();
  facts.units = facts.units_of_all_shards;
  facts.failures = 0;
  for (const RunFacts& run : runs) facts.failures += run.failures;
  facts.results_hash = journal.hash();
  publish_results(journal.path(), results, format, facts);
  return {facts.units, facts.failures};
}

}  // namespace headscore
