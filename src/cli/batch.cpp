// headscore batch: any number of measurement files in, one file of results out.
#include "headscore/batch.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/request.hpp"
#include "cli/settings_text.hpp"
#include "cli/sound_options.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kUsageText =
    "usage: headscore batch DIR|ARCHIVE|FILE|PATTERN|LIST... --out RESULTS ...\n\n"
    "Scores every product in the folders and writes one line each into RESULTS, in\n"
    "an order that does not depend on --jobs. An ARCHIVE (.tar, .tar.gz, .tar.zst,\n"
    ".zip) is read like a folder, without unpacking it. A LIST is a text file of\n"
    "names (or @FILE, or - for standard input). What stands in RESULTS already and\n"
    "is unchanged (content, settings, version) is taken over, not scored again.\n"
    "Recordings of a sweep (--sweep, or its sidecar in the folder) are scored as by\n"
    "`headscore score`.";

constexpr const char* kEpilogue =
    "\nExamples:\n"
    "  headscore batch measurements/ --form in-ear --out results.jsonl\n"
    "  headscore batch measurements/ --form in-ear --out results.jsonl --resume\n"
    "  find . -name '*.txt' | headscore batch - --form over-ear --out results.db\n\n"
    "Ctrl-C finishes the products in hand. Exit status: 0 all scored, 1 some failed,\n"
    "2 wrong usage, 3 nothing could be done, 130 stopped by Ctrl-C.\n";

/// The options that decide about results.
po::options_description result_options() {
  po::options_description options = scoring_options();
  add_sound_options(options);
  return options;
}

po::options_description described_options() {
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  po::options_description options = result_options();
  options.add_options()("out,o", po::value<std::string>()->default_value(""),
                        "file of results: JSON Lines, .csv, or SQLite (.db, .sqlite)");
  options.add_options()("format", po::value<std::string>()->default_value("auto"),
                        "jsonl, csv, sqlite or auto (by the ending of --out)");
  options.add_options()("jobs", po::value<int>()->default_value(threads), "threads");
  options.add_options()("per-file", po::bool_switch(), "each file alone, instead of products");
  options.add_options()("shard", po::value<std::string>()->default_value(""),
                        "part K/N by a hash of the product's path, or auto: a Slurm array's");
  options.add_options()("resume", po::bool_switch(), "go on with an interrupted run");
  options.add_options()("fresh", po::bool_switch(), "score everything again");
  options.add_options()("curves", po::bool_switch(), "write the curves, as the JSON report does");
  options.add_options()("sha256", po::bool_switch(), "write each file's SHA-256");
  options.add_options()("quiet", po::bool_switch(), "no progress, no summary");
  return options;
}

std::atomic<bool>* stop_request = nullptr;  // what the signal handler may touch
std::atomic<int> stop_signal{0};

extern "C" void ask_to_stop(int signal) {
  stop_signal.store(signal);
  if (stop_request != nullptr) stop_request->store(true);
}

/// Ctrl-C and SIGTERM ask the run to stop; the second one ends the program.
class StopOnSignal {
 public:
  explicit StopOnSignal(std::atomic<bool>& stop) {
    stop_request = &stop;
    struct sigaction action{};
    action.sa_handler = ask_to_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk, not a crash
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  ~StopOnSignal() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    stop_request = nullptr;
  }
};

std::string duration_text(double seconds) {
  const auto whole = std::lround(seconds);
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60) : fmt::format("{} s", whole);
}

/// Tells on standard error how far the run is: five times a second on a terminal, every ten seconds otherwise.
class Progress {
 public:
  Progress(const std::vector<std::string>& arguments, const BatchMonitor& monitor, std::uint32_t shards)
      : monitor_(monitor), shards_(shards) {
    const bool readable_twice = std::find(arguments.begin(), arguments.end(), "-") == arguments.end();
    if (terminal_ && readable_twice) {
      counter_ = std::jthread([this, arguments] {
        try {
          total_files_ = count_batch_files(arguments, ended_);
        } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the run itself tells
        }
      });
    }
    teller_ = std::jthread([this] { tell_until_ended(); });
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    teller_.join();
    if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  void tell_until_ended() {
    std::unique_lock lock(mutex_);
    const auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
    while (!wake_.wait_for(lock, pause, [this] { return ended_.load(); })) {
      if (terminal_) {
        std::cerr << "\r" << line().substr(0, columns() - 1) << "\x1b[K" << std::flush;
      } else {
        std::cerr << "headscore: " << line() << std::endl;
      }
    }
  }

  /// Of the terminal: a longer line would leave its first part behind each time.
  [[nodiscard]] static std::size_t columns() {
    constexpr std::size_t kUsual = 80;
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : kUsual;
  }

  [[nodiscard]] std::string line() const {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const auto files = static_cast<double>(monitor_.files_read.load());
    const double rate = files / seconds;
    std::string text =
        fmt::format("{} files, {} products, {:.0f} files/s, {:.1f} MB/s, {} failed",
                    grouped_digits(monitor_.files_read), grouped_digits(monitor_.units_done), rate,
                    static_cast<double>(monitor_.bytes_read) / 1e6 / seconds, grouped_digits(monitor_.units_failed));
    const double total = static_cast<double>(total_files_.load()) / shards_;
    if (total > files && rate > 0.0) text += ", " + duration_text((total - files) / rate) + " left";
    return text;
  }

  const BatchMonitor& monitor_;
  const std::uint32_t shards_;
  const bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::uint64_t> total_files_{0};
  std::atomic<bool> ended_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::jthread counter_;
  std::jthread teller_;
};

ResultsFormat format_from(const std::string& text, const fs::path& results) {
  if (text == "auto") return results_format_of(results);
  if (text == "jsonl") return ResultsFormat::kJsonLines;
  if (text == "csv") return ResultsFormat::kCsv;
  if (text == "sqlite") return ResultsFormat::kSqlite;
  throw UsageError("--format: found \"" + text + "\", wanted jsonl, csv, sqlite or auto");
}

/// SLURM_ARRAY_TASK_ID of SLURM_ARRAY_TASK_MIN..MAX.
Shard slurm_shard() {
  const auto number = [](const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr)
      throw UsageError(fmt::format("--shard auto: found no {}, wanted a task of a Slurm job array", name));
    const std::string_view digits = text;
    long value = 0;
    const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || stop != digits.end())
      throw UsageError(fmt::format("--shard auto: found {}=\"{}\", wanted a whole number", name, digits));
    return value;
  };
  const long id = number("SLURM_ARRAY_TASK_ID");
  const long least = number("SLURM_ARRAY_TASK_MIN");
  const long count = number("SLURM_ARRAY_TASK_COUNT");
  if (count == 1 && id > 1)
    throw UsageError(
        fmt::format("--shard auto: found an array of the one task {0}, wanted the whole array, or --shard {0}/N", id));
  if (id < least || id - least >= count)
    throw UsageError("--shard auto: found an array with gaps, wanted one such as 1-16");
  return {static_cast<std::uint32_t>(id - least + 1), static_cast<std::uint32_t>(count)};
}

std::optional<Shard> shard_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text == "auto") return slurm_shard();
  try {
    return shard_from(text);
  } catch (const Error& error) {
    throw UsageError(std::string("--shard: ") + error.what());
  }
}

BatchOptions batch_options(const po::variables_map& values, Request& request, const std::string& results,
                           const SoundReader& sound) {
  BatchOptions options;
  options.jobs = jobs_from(values);
  if (!request.text("catalog").empty())
    request.options().catalog = candidates_of(request.text("catalog"), request.options(), options.jobs, &sound);
  options.score = request.options();
  options.settings = settings_text(values, result_options(), request.options());
  options.sound = &sound;
  options.per_file = values["per-file"].as<bool>();
  options.resume = values["resume"].as<bool>();
  options.fresh = values["fresh"].as<bool>();
  options.curves = values["curves"].as<bool>();
  options.sha256 = values["sha256"].as<bool>();
  options.shard = shard_of(request.text("shard"));
  options.format = format_from(request.text("format"), results);
  if (options.shard && options.format == ResultsFormat::kCsv)
    throw UsageError("found --shard and CSV results, wanted JSON Lines or SQLite: headscore merge cannot read CSV");
  if (options.resume && options.fresh) throw UsageError("found --resume and --fresh, wanted one of them");
  return options;
}

/// The columns of a large file are taken for it and given up behind it. glibc would give such pieces back at once and
/// take them anew, page by page and cleared, for the next file: an eighth of the time. Of no effect with mimalloc.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 25);  // the most that glibc accepts
  ::mallopt(M_TRIM_THRESHOLD, 1 << 27);
}

void print_summary(const BatchSummary& summary, const std::string& results, double seconds) {
  for (const Failure& failure : summary.first_failures)
    std::cerr << fmt::format("headscore: {} [{}]\n", printable(failure.message), failure.code);
  if (summary.failures > summary.first_failures.size())
    std::cerr << "headscore: ... all failures: headscore stats " << results << "\n";
  std::string codes;
  for (const auto& [code, count] : summary.failures_by_code)
    codes += fmt::format("{}{} {}", codes.empty() ? ": " : ", ", code, count);
  const std::string reused = summary.reused == 0 ? "" : fmt::format(", {} taken over", grouped_digits(summary.reused));
  const std::string links = summary.links_passed_over == 0 ? ""
                                                           : fmt::format("; {} to folders not followed",
                                                                         counted(summary.links_passed_over, "link"));
  std::cerr << fmt::format("headscore: {} file{}, {} product{} in {:.1f} s{}; {} scored, {} with failures{}{}\n",
                           grouped_digits(summary.files), summary.files == 1 ? "" : "s", grouped_digits(summary.units),
                           summary.units == 1 ? "" : "s", seconds, reused,
                           grouped_digits(summary.units - summary.failures), grouped_digits(summary.failures), codes,
                           links);
}

}  // namespace

void check_batch_arguments(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end())
    throw UsageError("found --help, wanted the arguments of headscore batch: headscore batch --help tells them");
  static_cast<void>(parsed_options(arguments, described_options(), kUsageText, kEpilogue, values));
  if (!values.contains("paths")) throw UsageError("found no file, wanted headscore batch DIR");
  Request request = checked_request(values);
  const SoundReader sound(sound_options_of(values));
  static_cast<void>(batch_options(values, request, "results.jsonl", sound));
  for (const std::string& path : values["paths"].as<std::vector<std::string>>()) {
    std::error_code error;
    if (path == "-") throw UsageError("found - (standard input), wanted files that all nodes see");
    if (path.find_first_of("*?[") != std::string::npos) continue;  // the walk tells
    const std::string name = path.starts_with('@') ? path.substr(1) : path;
    if (!fs::exists(name, error)) throw Error("missing-file", {name}, "no such file", "an input that all nodes see");
  }
}

int run_batch_command(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  if (!values.contains("paths")) throw UsageError("found no file, wanted headscore batch DIR --out RESULTS");
  Request request = checked_request(values);
  const std::string results = request.text("out");
  if (results.empty() || results == "-") throw UsageError("found no --out, wanted --out RESULTS");
  if (!request.text("price").empty())
    throw UsageError("found one --price for a batch, wanted --catalog with a price for each product");
  const SoundReader sound(sound_options_of(values));
  const BatchOptions options = batch_options(values, request, results, sound);
  check_writable(results);
  keep_freed_memory();
  const std::vector<std::string> paths = values["paths"].as<std::vector<std::string>>();
  BatchMonitor monitor;
  const StopOnSignal signals(monitor.stop);
  const bool quiet = values["quiet"].as<bool>();
  const Clock::time_point start = Clock::now();
  BatchSummary summary;
  {
    std::optional<Progress> progress;
    if (!quiet) progress.emplace(paths, monitor, options.shard ? options.shard->count : 1);
    summary = run_batch(paths, results, options, monitor);
  }
  if (!quiet) print_summary(summary, results, std::chrono::duration<double>(Clock::now() - start).count());
  if (summary.earlier_damaged && !quiet)
    std::cerr << "headscore: " << results << " was not what its run wrote: nothing was taken over from it\n";
  if (summary.earlier_kept) {
    std::error_code error;
    if (fs::exists(results, error)) {
      std::cerr << "headscore: nothing was scored: " << results << " stays as it was (--fresh replaces it)\n";
    } else {
      std::cerr << "headscore: nothing was scored: the unfinished run " << results
                << ".part stays; --resume goes on with it once its files can be read\n";
    }
    return kNothing;
  }
  if (summary.stopped) {
    std::cerr << fmt::format("headscore: stopped; {} products are done: the same command with --resume goes on\n",
                             grouped_digits(summary.units));
    return 128 + stop_signal.load();
  }
  if (summary.units_of_all_shards == 0) {
    std::cerr << "headscore: found no file to read, wanted measurement files\n";
    return kNothing;
  }
  if (summary.failures == 0) return kAllDone;
  return summary.scored == 0 ? kNothing : kSomeFailed;
}

}  // namespace headscore::cli
