// What the sub-commands share.
#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

#include "headscore/outcome.hpp"
#include "headscore/pipeline.hpp"

namespace headscore::cli {

/// Exit status of the program.
enum ExitStatus : int {
  kAllDone = 0,     ///< everything asked for was done
  kSomeFailed = 1,  ///< some files or products failed; the others were done
  kUsage = 2,       ///< the command line is wrong
  kNothing = 3,     ///< nothing could be done
};

/// A wrong command line: exit status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int run_batch_command(const std::vector<std::string>& arguments);
/// Throws UsageError or Error for what run_batch_command() would refuse at once, `--out` aside, and for standard input.
void check_batch_arguments(const std::vector<std::string>& arguments);
int run_merge(const std::vector<std::string>& arguments);
int run_rank(const std::vector<std::string>& arguments);
int run_compare(const std::vector<std::string>& arguments);
int run_like(const std::vector<std::string>& arguments);
int run_cluster(const std::vector<std::string>& arguments);
int run_stats(const std::vector<std::string>& arguments);
int run_score(const std::vector<std::string>& arguments);
int run_measure(const std::vector<std::string>& arguments);
int run_inspect(const std::vector<std::string>& arguments);
int run_targets(const std::vector<std::string>& arguments);
int run_catalog(const std::vector<std::string>& arguments);
int run_sweep(const std::vector<std::string>& arguments);
int run_tones(const std::vector<std::string>& arguments);
int run_models(const std::vector<std::string>& arguments);
int run_verify(const std::vector<std::string>& arguments);
int run_verify_score(const std::vector<std::string>& arguments);

/// Parses `arguments` (options and the positional list "paths"). Returns false when --help was asked for and printed:
/// `usage` stands above the options, `epilogue` below. Throws UsageError, with the nearest option's name for an unknown
/// one.
[[nodiscard]] bool parsed_options(const std::vector<std::string>& arguments,
                                  const boost::program_options::options_description& options, const std::string& usage,
                                  const std::string& epilogue, boost::program_options::variables_map& values);

/// Calls `write` with standard output, or with a new file that takes its name only when it is whole. Throws
/// Error("unwritable").
void write_output(const std::string& file, const std::function<void(std::ostream&)>& write);

/// Throws Error("unwritable") unless a file could be made at `file`.
void check_writable(const std::string& file);

/// --jobs; throws UsageError unless it is 1 to 1024.
[[nodiscard]] int jobs_from(const boost::program_options::variables_map& values);

/// Every file behind the arguments, read; what is not there is an outcome with an error, in its place.
[[nodiscard]] std::vector<FileOutcome> read_arguments(const std::vector<std::string>& paths, const ReadOptions& options,
                                                      int jobs, const SoundReader* sound = nullptr);

/// A target by bundled name or from any file: a target's CSV, or a measurement. Throws Error.
[[nodiscard]] Target target_from(const std::string& name_or_path);

/// Columns of the terminal, 80 when there is none, at most 120.
[[nodiscard]] int terminal_width();

/// True when standard output is a terminal that may be coloured (NO_COLOR is honoured).
[[nodiscard]] bool colour_wanted(const std::string& setting);

}  // namespace headscore::cli
