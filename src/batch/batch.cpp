// A batch: one walker, several scorers, one writer, taking turns on the same threads.
#include "headscore/batch.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "batch/batch_journal.hpp"
#include "batch/batch_results.hpp"
#include "batch/batch_unit.hpp"
#include "batch/batch_walk.hpp"
#include "io/output_file.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUnitsAtOnce = 4;
constexpr std::size_t kFailuresKept = 20;
constexpr std::uint64_t kMostAhead = 256;  ///< chunks that may wait for a slow one before them

/// Units that one thread takes at once.
struct Chunk {
  std::uint64_t index = 0;
  std::vector<BatchUnit> units;
  std::vector<std::vector<std::string>> earlier;  ///< lines with the unit's key, one list a unit
};

class BatchRun {
 public:
  BatchRun(const std::vector<std::string>& arguments, const fs::path& results, const BatchOptions& options,
           BatchMonitor& monitor)
      : results_(results),
        options_(options),
        monitor_(monitor),
        settings_hash_(settings_hash(options)),
        walk_(arguments, options.per_file, options.shard, results),
        journal_(results, options.fresh ? BatchJournal::Start::kFresh
                                        : (options.resume ? BatchJournal::Start::kResume : BatchJournal::Start::kNew)) {
    if (options.fresh) return;
    std::error_code error;
    if (fs::exists(journal_.old_path(), error)) earlier_.add(json_lines(journal_.old_path()));
    if (fs::exists(results_, error)) add_finished();
  }

  BatchSummary run() {
    std::vector<std::jthread> threads;
    const int jobs = std::max(1, options_.jobs);
    for (int i = 1; i < jobs; ++i) threads.emplace_back([this] { work(); });
    work();
    threads.clear();
    if (failure_) std::rethrow_exception(failure_);
    return finished();
  }

 private:
  /// Results of another kind, of other settings, or that are not what their run wrote, are no source, and no obstacle:
  /// they are replaced at the end.
  void add_finished() {
    try {
      const RunFacts run = run_of(results_);
      if (run.settings_hash != settings_hash_) return;
      std::optional<LineSource> lines = finished_lines(results_);
      if (!lines) return;  // CSV
      if (!is_as_written(results_, run)) {
        summary_.earlier_damaged = true;
        return;
      }
      earlier_.add(std::move(*lines));
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
    }
  }

  void work() {
    try {
      UnitScorer scorer(options_, settings_hash_, monitor_);
      while (std::optional<Chunk> chunk = taken()) {
        std::vector<UnitResult> results;
        for (std::size_t i = 0; i < chunk->units.size(); ++i)
          results.push_back(scorer.result(chunk->units[i], chunk->earlier[i]));
        deliver(chunk->index, std::move(results));
      }
    } catch (...) {
      const std::scoped_lock lock(source_, sink_);
      if (!failure_) failure_ = std::current_exception();
      gave_up_ = true;
      room_.notify_all();
    }
  }

  /// The next units in order; nullopt at the end, after a failure, and when a stop was asked for.
  std::optional<Chunk> taken() {
    std::unique_lock lock(source_);
    room_.wait(lock, [&] { return gave_up_ || next_chunk_ < written_chunks_ + kMostAhead; });
    if (gave_up_ || ended_) return std::nullopt;
    if (monitor_.stop) {
      stopped_ = true;
      return std::nullopt;
    }
    Chunk chunk;
    while (chunk.units.size() < kUnitsAtOnce) {
      std::optional<BatchUnit> unit = walk_.next();
      if (!unit) {
        ended_ = true;
        break;
      }
      chunk.earlier.push_back(earlier_.of(unit->folder, unit->name));
      chunk.units.push_back(std::move(*unit));
    }
    if (chunk.units.empty()) return std::nullopt;
    chunk.index = next_chunk_++;
    return chunk;
  }

  void deliver(std::uint64_t index, std::vector<UnitResult> results) {
    std::uint64_t written = 0;
    std::unique_lock<std::mutex> file;
    std::string due;
    {
      const std::scoped_lock lock(sink_);
      waiting_.emplace(index, std::move(results));
      for (auto first = waiting_.begin(); first != waiting_.end() && first->first == delivered_;
           first = waiting_.erase(waiting_.begin())) {
        for (const UnitResult& result : first->second) write(result);
        ++delivered_;
      }
      written = delivered_;
      if (journal_.is_due()) {
        file = std::unique_lock(file_);  // before the next lines can be taken: the order stays
        due = journal_.taken();
      }
    }
    {
      const std::scoped_lock lock(source_);
      written_chunks_ = std::max(written_chunks_, written);
    }
    room_.notify_all();
    if (file) journal_.write_out(due);
  }

  void write(const UnitResult& result) {
    journal_.append(result.line);
    ++summary_.units;
    summary_.reused += result.reused ? 1U : 0U;
    summary_.scored += result.outcome == "failed" ? 0U : 1U;
    summary_.failures += result.outcome == "scored" ? 0U : 1U;
    std::set<std::string> codes;
    for (const Failure& failure : result.failures) {
      codes.insert(failure.code);
      if (summary_.first_failures.size() < kFailuresKept) summary_.first_failures.push_back(failure);
    }
    for (const std::string& code : codes) ++codes_[code];
    monitor_.units_done = summary_.units;
    monitor_.units_failed = summary_.failures;
    monitor_.units_reused = summary_.reused;
  }

  BatchSummary finished() {
    journal_.flush_to_disk();
    summary_.files = monitor_.files_read;
    summary_.bytes = monitor_.bytes_read;
    summary_.units_of_all_shards = walk_.units_of_all_shards();
    summary_.links_passed_over = walk_.links_passed_over();
    summary_.stopped = stopped_;
    summary_.failures_by_code.assign(codes_.begin(), codes_.end());
    std::stable_sort(summary_.failures_by_code.begin(), summary_.failures_by_code.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (stopped_) return summary_;
    std::error_code error;
    const bool nothing = summary_.scored == 0 && summary_.units_of_all_shards == summary_.units;
    const bool earlier =
        (fs::exists(results_, error) && fs::file_size(results_, error) > 0) || fs::exists(journal_.old_path(), error);
    if (nothing && !options_.fresh && earlier) {
      summary_.earlier_kept = true;  // a folder that was not mounted, a wrong name: no reason to lose what was there
      journal_.give_up();
      return summary_;
    }
    RunFacts facts;
    facts.version = HEADSCORE_VERSION;
    facts.settings = options_.settings;
    facts.settings_hash = settings_hash_;
    facts.per_file = options_.per_file;
    facts.shard = options_.shard;
    facts.units = summary_.units;
    facts.units_of_all_shards = summary_.units_of_all_shards;
    facts.failures = summary_.failures;
    facts.results_hash = journal_.hash();
    publish_results(journal_.path(), results_, options_.format.value_or(results_format_of(results_)), facts);
    journal_.remove_old();
    return summary_;
  }

  fs::path results_;
  const BatchOptions& options_;
  BatchMonitor& monitor_;
  std::string settings_hash_;

  std::mutex source_;  ///< guards what follows
  BatchWalk walk_;
  BatchJournal journal_;  ///< guarded by sink_; its file by file_
  EarlierResults earlier_;
  std::condition_variable room_;
  std::uint64_t next_chunk_ = 0;
  std::uint64_t written_chunks_ = 0;
  bool ended_ = false;
  bool stopped_ = false;
  bool gave_up_ = false;

  std::mutex file_;  ///< taken while sink_ is held
  std::mutex sink_;  ///< guards what follows
  std::map<std::uint64_t, std::vector<UnitResult>> waiting_;
  std::uint64_t delivered_ = 0;
  BatchSummary summary_;
  std::map<std::string, std::uint64_t> codes_;
  std::exception_ptr failure_;
};

}  // namespace

Shard shard_from(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto whole = [&](std::string_view digits) -> std::uint32_t {
    const bool good =
        !digits.empty() && digits.size() <= 9 && digits.find_first_not_of("0123456789") == std::string_view::npos;
    return good ? static_cast<std::uint32_t>(std::stoul(std::string(digits))) : 0;
  };
  const std::string_view view = text;
  const Shard shard{slash == std::string::npos ? 0 : whole(view.substr(0, slash)),
                    slash == std::string::npos ? 0 : whole(view.substr(slash + 1))};
  if (shard.index < 1 || shard.index > shard.count)
    throw Error("bad-shard", {}, "the shard \"" + text + "\"", "K/N with K from 1 to N");
  return shard;
}

ResultsFormat results_format_of(const fs::path& path) {
  const std::string ending = lowered(path.extension().string());
  if (ending == ".csv") return ResultsFormat::kCsv;
  return ending == ".db" || ending == ".sqlite" || ending == ".sqlite3" ? ResultsFormat::kSqlite
                                                                        : ResultsFormat::kJsonLines;
}

BatchSummary run_batch(const std::vector<std::string>& arguments, const fs::path& results, const BatchOptions& options,
                       BatchMonitor& monitor) {
  check(options.score);
  const fs::path file = output_file(results);
  refuse_foreign_file(file);
  return BatchRun(arguments, file, options, monitor).run();
}

}  // namespace headscore
