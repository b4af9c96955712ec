// headscore: the program.
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "error/nearest_name.hpp"
#include "headscore/error.hpp"

namespace headscore::cli {
namespace {

constexpr std::array<Command, 17> kCommands = {{
    {"score", "score headphones from their measurement files", run_score},
    {"inspect", "tell what was understood of measurement files", run_inspect},
    {"measure", "response and distortion from recordings of a sweep", run_measure},
    {"sweep", "generate a sweep to measure with", run_sweep},
    {"tones", "generate tones, and analyse recordings of them", run_tones},
    {"targets", "list, show and identify target curves", run_targets},
    {"models", "list the preference models, with their sources", run_models},
    {"catalog", "keep products and prices; find the cheapest equivalent", run_catalog},
    {"verify", "check what review pages claim", run_verify},
    {"verify-score", "recompute a claimed preference number", run_verify_score},
    {"batch", "score any number of files into one file of results", run_batch_command},
    {"merge", "put the results of shards together", run_merge},
    {"rank", "order results by a score, ties by interval in groups", run_rank},
    {"compare", "tell what changed between two files of results, and why", run_compare},
    {"like", "find what sounds alike, and what it costs", run_like},
    {"stats", "tell what is in a file of results", run_stats},
    {"cluster", "run a batch in shards, as a Slurm job array", run_cluster},
}};

void print_help(std::ostream& out) {
  out << "headscore " HEADSCORE_VERSION
         ": headphone measurements in, scores that can be trusted out\n\nusage: headscore COMMAND [ARGUMENT...]\n\n";
  for (const Command& command : kCommands) out << fmt::format("  {:<12} {}\n", command.name, command.summary);
  out << "\n`headscore COMMAND --help` tells a command's options.\n"
         "Exit status: 0 all done, 1 some failed, 2 wrong usage,\n3 nothing could be done.\n";
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_help(std::cerr);
    return kUsage;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(std::cout);
    return kAllDone;
  }
  if (name == "--version") {
    std::cout << "headscore " HEADSCORE_VERSION "\n";
    return kAllDone;
  }
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  throw UsageError("found the command \"" + name + "\", wanted " + suggestion(name, names));
}

}  // namespace
}  // namespace headscore::cli

int main(int count, char** values) {
  using namespace headscore::cli;
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an output error, and what was begun is removed
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an output error, not a silent end
  try {
    const int status = run({values + 1, values + count});
    std::cout.flush();
    if (!std::cout)
      throw headscore::Error("unwritable", {"standard output"}, "an output that cannot be written",
                             "an open pipe with room");
    return status;
  } catch (const UsageError& error) {
    std::cerr << "headscore: " << error.what() << "\n";
    return kUsage;
  } catch (const headscore::Error& error) {
    std::cerr << "headscore: " << error.what() << "\n";
    return kNothing;
  } catch (const std::exception& error) {
    std::cerr << "headscore: " << error.what() << "\n";
    return kNothing;
  }
}
