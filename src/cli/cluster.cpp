// headscore cluster: a batch in shards, as a job array of Slurm.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/command.hpp"
#include "io/file_bytes.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* kUsageText =
    "usage: headscore cluster submit RESULTS [OPTION...] -- BATCH-ARGUMENT...\n"
    "       headscore cluster status RESULTS\n\n"
    "submit divides `headscore batch BATCH-ARGUMENT...` into the tasks of a Slurm job\n"
    "array and adds a job that merges their results into RESULTS. A task that dies is\n"
    "queued again and starts anew. Scripts, logs and shards stand in\n"
    "RESULTS.cluster/; inputs and RESULTS must be seen by all nodes.";

constexpr const char* kEpilogue =
    "\nExample:\n  headscore cluster submit all.jsonl --shards 64 --time 02:00:00 -- \\\n    /data/measurements --form "
    "in-ear\n  headscore cluster status all.jsonl\n";

std::string shell_word(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

struct Ran {
  int status = -1;
  std::string text;
};

Ran run_shell(const std::string& command) {
  Ran ran;
  // The words are quoted for the shell; Slurm's commands are looked for in PATH.
  FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(bugprone-command-processor)
  if (pipe == nullptr) return ran;
  std::array<char, 4096> buffer{};
  std::size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) ran.text.append(buffer.data(), got);
  const int code = ::pclose(pipe);
  ran.status = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
  return ran;
}

std::string folder_of(const std::string& results) { return fs::absolute(results).string() + ".cluster"; }

void write_script(const fs::path& path, const std::string& text) {
  write_output(path.string(), [&](std::ostream& out) { out << text; });
}

struct Submission {
  std::string results;  ///< absolute
  std::string folder;
  std::string program;
  int shards = 0;
  int retries = 0;
  std::vector<std::string> sbatch;  ///< options for sbatch
  std::vector<std::string> batch;   ///< arguments of headscore batch
};

/// One shard into node-local files, then under its name into the shared folder: a shard that dies leaves nothing there.
std::string shard_script(const Submission& submission) {
  std::string arguments;
  for (const std::string& word : submission.batch) arguments += " " + shell_word(word);
  return fmt::format(
      "#!/bin/sh\n"
      "# Written by headscore cluster submit: one shard of a batch.\n"
      "part=$(printf 'part-%06d.jsonl' \"$SLURM_ARRAY_TASK_ID\")\n"
      "work=\"${{SLURM_TMPDIR:-${{TMPDIR:-/tmp}}}}/headscore-$SLURM_ARRAY_JOB_ID-$SLURM_ARRAY_TASK_ID\"\n"
      "rm -rf \"$work\" && mkdir -p \"$work\" || exit 1\n"
      "trap 'rm -rf \"$work\"' EXIT\n"
      "{} batch{} --shard auto --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\" --quiet --fresh --out \"$work/$part\"\n"
      "status=$?\n"
      "if [ ! -f \"$work/$part\" ] || [ ! -f \"$work/$part.run.json\" ]; then\n"
      "  # Killed by a signal: again, from the start. A wrong command line or an unreadable input would only fail "
      "again.\n"
      "  if [ \"$status\" -gt 128 ] && [ \"${{SLURM_RESTART_COUNT:-0}}\" -lt {} ]; then\n"
      "    scontrol requeue \"${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}\" && exit 0\n"
      "  fi\n"
      "  exit \"$status\"\n"
      "fi\n"
      "for name in \"$part.run.json\" \"$part\"; do\n"
      "  cp \"$work/$name\" {}/parts/\".$name.$$\" && mv {}/parts/\".$name.$$\" {}/parts/\"$name\" || exit 1\n"
      "done\n",
      shell_word(submission.program), arguments, submission.retries, shell_word(submission.folder),
      shell_word(submission.folder), shell_word(submission.folder));
}

std::string merge_script(const Submission& submission) {
  return fmt::format(
      "#!/bin/sh\n# Written by headscore cluster submit: the shards put together.\nexec {} merge {}/parts/part-*.jsonl "
      "--out {}\n",
      shell_word(submission.program), shell_word(submission.folder), shell_word(submission.results));
}

std::string submitted(const std::string& command) {
  const Ran ran = run_shell(command + " 2>&1");
  const std::string id = ran.text.substr(0, ran.text.find_first_of(";\n"));
  if (ran.status != 0 || id.empty() || id.find_first_not_of("0123456789") != std::string::npos) {
    throw Error("slurm", {}, "sbatch that answers " + excerpt(ran.text, 200),
                "a job id: is this a host that may submit Slurm jobs?");
  }
  return id;
}

int submit(const po::variables_map& values, const std::string& results, std::vector<std::string> batch) {
  if (batch.empty()) throw UsageError("found nothing behind --, wanted the arguments of headscore batch");
  for (const std::string& word : batch) {
    for (const char* own : {"--out", "-o", "--shard", "--jobs", "--resume", "--fresh", "--format"}) {
      if (word == own || word.starts_with(std::string(own) + "="))
        throw UsageError("found " + word + " behind --, wanted the other options of headscore batch");
    }
  }
  check_batch_arguments(batch);
  if (values["cpus"].as<int>() < 1) throw UsageError("--cpus: wanted 1 or more");
  if (values["retries"].as<int>() < 0) throw UsageError("--retries: wanted 0 or more");
  Submission submission;
  submission.results = fs::absolute(results).string();
  submission.folder = folder_of(results);
  submission.program = fs::canonical("/proc/self/exe").string();
  submission.shards = values["shards"].as<int>();
  submission.retries = values["retries"].as<int>();
  if (submission.shards < 1 || submission.shards > 100000) throw UsageError("--shards: wanted 1 to 100000");
  submission.batch = std::move(batch);
  check_writable(submission.results);
  std::error_code error;
  if (fs::exists(submission.folder, error)) {
    throw Error("busy-results", {results}, "a submission in " + submission.folder,
                "its end; then remove the folder, or take another RESULTS");
  }
  fs::create_directories(submission.folder + "/parts");
  fs::create_directories(submission.folder + "/logs");
  write_script(submission.folder + "/shard.sh", shard_script(submission));
  write_script(submission.folder + "/merge.sh", merge_script(submission));
  std::string limits = fmt::format(" --time={} --mem={}", shell_word(values["time"].as<std::string>()),
                                   shell_word(values["memory"].as<std::string>()));
  if (const std::string partition = values["partition"].as<std::string>(); !partition.empty())
    limits += " --partition=" + shell_word(partition);
  ordered_json job;
  try {
    job["array"] =
        submitted(fmt::format("sbatch --parsable --requeue --job-name=headscore --array=1-{} --cpus-per-task={}{} "
                              "--output={}/logs/shard-%a.txt {}/shard.sh",
                              submission.shards, values["cpus"].as<int>(), limits, shell_word(submission.folder),
                              shell_word(submission.folder)));
    job["merge"] = submitted(fmt::format(
        "sbatch --parsable --job-name=headscore-merge --dependency=afterok:{}{} --output={}/logs/merge.txt {}/merge.sh",
        job["array"].get<std::string>(), limits, shell_word(submission.folder), shell_word(submission.folder)));
  } catch (const Error&) {
    if (job.contains("array"))
      static_cast<void>(run_shell("scancel " + job["array"].get<std::string>() + " 2>/dev/null"));
    fs::remove_all(submission.folder, error);
    throw;
  }
  job["shards"] = submission.shards;
  write_script(submission.folder + "/job.json", job.dump() + "\n");
  std::cout << fmt::format("job array {} ({} shards), then job {} merges into {}\n", job["array"].get<std::string>(),
                           submission.shards, job["merge"].get<std::string>(), submission.results);
  return kAllDone;
}

/// Shards whose results are there.
int finished_parts(const std::string& folder) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder + "/parts", error)) {
    const std::string name = entry.path().filename().string();
    count += name.starts_with("part-") && name.ends_with(".jsonl") ? 1 : 0;
  }
  return count;
}

/// State -> tasks in it, as squeue tells; empty once Slurm has forgotten the job.
std::map<std::string, int> states_of(const std::string& job) {
  std::map<std::string, int> states;
  const Ran ran =
      run_shell("squeue --noheader --array --states=all --jobs=" + shell_word(job) + " --format=%T 2>/dev/null");
  for (std::size_t at = 0; at < ran.text.size();) {
    const std::size_t end = std::min(ran.text.find('\n', at), ran.text.size());
    if (end > at) ++states[lowered(ran.text.substr(at, end - at))];
    at = end + 1;
  }
  return states;
}

std::string states_text(const std::map<std::string, int>& states) {
  std::string text;
  for (const auto& [state, count] : states) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
  return text.empty() ? "not in the queue" : text;
}

int status(const std::string& results) {
  const std::string folder = folder_of(results);
  const ordered_json job = ordered_json::parse(read_bytes(folder + "/job.json", std::size_t{1} << 20U));
  const auto array = job.at("array").get<std::string>();
  const auto merge = job.at("merge").get<std::string>();
  const int shards = job.at("shards").get<int>();
  const int parts = finished_parts(folder);
  std::error_code error;
  const bool done = fs::exists(results, error) && parts == shards;
  std::cout << fmt::format("shards   {} of {} done; job array {}: {}\n", parts, shards, array,
                           states_text(states_of(array)));
  std::cout << fmt::format("merge    job {}: {}\n", merge, states_text(states_of(merge)));
  std::cout << fmt::format("results  {}\n", done ? "there: " + results : "not yet; logs in " + folder + "/logs");
  return done ? kAllDone : kSomeFailed;
}

}  // namespace

int run_cluster(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  options.add_options()("shards", po::value<int>()->default_value(16), "tasks of the job array");
  options.add_options()("cpus", po::value<int>()->default_value(1), "threads of a task");
  options.add_options()("memory", po::value<std::string>()->default_value("1G"), "limit of a task");
  options.add_options()("time", po::value<std::string>()->default_value("01:00:00"), "limit of a task");
  options.add_options()("partition", po::value<std::string>()->default_value(""), "Slurm partition");
  options.add_options()("retries", po::value<int>()->default_value(3), "how often a task that was killed starts anew");
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  const std::vector<std::string> own(arguments.begin(), separator);
  const std::vector<std::string> batch(separator == arguments.end() ? separator : separator + 1, arguments.end());
  po::variables_map values;
  if (!parsed_options(own, options, kUsageText, kEpilogue, values)) return kAllDone;
  const std::vector<std::string> words =
      !values.contains("paths") ? std::vector<std::string>{} : values["paths"].as<std::vector<std::string>>();
  if (words.size() != 2 || (words[0] != "submit" && words[0] != "status"))
    throw UsageError("wanted headscore cluster submit RESULTS or headscore cluster status RESULTS");
  return words[0] == "submit" ? submit(values, words[1], batch) : status(words[1]);
}

}  // namespace headscore::cli
