#include "cli/command.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include "error/nearest_name.hpp"
#include "headscore/target_library.hpp"
#include "io/file_bytes.hpp"
#include "io/output_file.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

std::vector<std::string> option_names(const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

}  // namespace

bool parsed_options(const std::vector<std::string>& arguments, const po::options_description& options,
                    const std::string& usage, const std::string& epilogue, po::variables_map& values) {
  po::options_description all;
  all.add(options);
  all.add_options()("help,h", "print this text")("paths", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("paths", -1);
  try {
    namespace style = po::command_line_style;
    const int no_guessing = style::unix_style & ~style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(all).positional(positional).style(no_guessing).run(), values);
    po::notify(values);
  } catch (const po::unknown_option& error) {
    throw UsageError(fmt::format("found the option {}, wanted {}", error.get_option_name(),
                                 suggestion(error.get_option_name(), option_names(options))));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  if (!values.contains("help")) return true;
  std::ostringstream text;
  text << options;
  std::cout << usage << "\n\n" << text.str() << epilogue;
  return false;
}

void check_writable(const std::string& file) { static_cast<void>(output_place(file)); }

void write_output(const std::string& file, const std::function<void(std::ostream&)>& write) {
  if (!file.empty() && file != "-") {
    write_whole(file, write);
    return;
  }
  write(std::cout);
  std::cout.flush();
  if (!std::cout)
    throw Error("unwritable", {"standard output"}, "an output that cannot be written", "an open pipe with room");
}

int jobs_from(const po::variables_map& values) {
  const int jobs = values["jobs"].as<int>();
  if (jobs < 1 || jobs > 1024) throw UsageError(fmt::format("--jobs: found {}, wanted 1 to 1024 threads", jobs));
  return jobs;
}

std::vector<FileOutcome> read_arguments(const std::vector<std::string>& paths, const ReadOptions& options, int jobs,
                                        const SoundReader* sound) {
  std::vector<FileOutcome> outcomes;
  std::vector<std::string> seen;
  for (const std::string& path : paths) {
    try {
      const std::size_t known = outcomes.size();
      std::vector<FileOutcome> read = read_files(found_files({path}), options, jobs, sound);
      for (FileOutcome& outcome : read) {
        if (std::find(seen.begin(), seen.end(), outcome.path) == seen.end()) outcomes.push_back(std::move(outcome));
      }
      // A recording has an outcome for each of its channels: a path is known only when all of them were taken.
      for (std::size_t i = paths.size() > 1 ? known : outcomes.size(); i < outcomes.size(); ++i)
        seen.push_back(outcomes[i].path);
    } catch (const Error& error) {
      outcomes.push_back({path, std::nullopt, error});
    }
  }
  return outcomes;
}

Target target_from(const std::string& name_or_path) {
  const std::vector<Target>& bundled = bundled_targets();
  const bool known =
      std::any_of(bundled.begin(), bundled.end(), [&](const Target& target) { return target.name() == name_or_path; });
  std::error_code error;
  if (known || !fs::exists(name_or_path, error)) return bundled_target(name_or_path);
  const std::string bytes = read_bytes(name_or_path, std::size_t{64} << 20U);
  if (bytes.find("# name:") < 4096 && bytes.find("frequency_hz") != std::string::npos)
    return parsed_target(bytes, name_or_path);
  const Measurement measurement = parsed_measurement(bytes, name_or_path);
  if (!measurement.response())
    throw Error("bad-target", {name_or_path}, "distortion without a response", "levels over frequency");
  return Target({name_or_path, std::nullopt, "", std::nullopt, "file " + name_or_path,
                 !measurement.fields().compensated, *measurement.response()});
}

int terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<int>(size.ws_col, 60, 120);
}

bool colour_wanted(const std::string& setting) {
  if (setting != "auto") return setting == "always";
  const char* none = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string(terminal) == "dumb";
  return (none == nullptr || *none == '\0') && !dumb && ::isatty(STDOUT_FILENO) != 0;
}

}  // namespace headscore::cli
