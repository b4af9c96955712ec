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

namespace headscore::cli {
namespace {

constexpr std::array<Command, 7> kCommands = {{
    {"score", "score headphones from their measurement files", run_score},
    {"measure", "response and distortion from recordings of a sweep", run_measure},
    {"inspect", "tell what was understood of measurement files", run_inspect},
    {"sweep", "generate a sweep to measure with", run_sweep},
    {"tones", "generate tones, and analyse recordings of them", run_tones},
    {"targets", "list, show and identify target curves", run_targets},
    {"models", "list the preference models, with their sources", run_models},
}};

void print_help(std::ostream& out) {
  out << "headscore " HEADSCORE_VERSION ": headphone measurements in, scores that can be trusted out\n\nusage: headscore COMMAND [ARGUMENT...]\n\n";
  for (const Command& command : kCommands) out << fmt::format("  {:<9} {}\n", command.name, command.summary);
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
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an output error, not a silent end
  try {
    return run({values + 1, values + count});
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
