// Finding and reading files.
#include <algorithm>
#include <exception>
#include <system_error>

#include "headscore/pipeline.hpp"
#include "io/text_lines.hpp"
#include "pipeline/files.hpp"
#include "pipeline/jobs.hpp"

namespace headscore {

namespace fs = std::filesystem;

bool is_companion(const fs::path& path) {
  const std::string name = lowered(path.filename().string());
  return name.starts_with('.') || name.ends_with(".json") || name.ends_with(".md") || name == "catalog.csv";
}

namespace {

void search(const fs::path& folder, std::vector<fs::path>& found) {
  std::error_code error;
  fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error);
  if (error) throw Error("unreadable", {folder.string()}, error.message(), "a folder that can be read");
  std::vector<fs::path> names;
  for (const fs::directory_entry& entry : entries) names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  for (const fs::path& path : names) {
    if (path.filename().string().starts_with('.')) continue;
    const fs::file_status own = fs::symlink_status(path, error);
    if (fs::is_directory(own)) {
      search(path, found);
    } else if (!is_companion(path) && !fs::is_directory(fs::status(path, error))) {
      found.push_back(path);
    }
  }
}

}  // namespace

std::vector<fs::path> found_files(const std::vector<fs::path>& arguments) {
  std::vector<fs::path> found;
  for (const fs::path& argument : arguments) {
    std::error_code error;
    const fs::file_status status = fs::status(argument, error);
    if (!fs::exists(status)) throw Error("missing-file", {argument.string()}, "no such file or folder", "a measurement file or a folder of them");
    if (!fs::is_directory(status)) {
      found.push_back(argument);
      continue;
    }
    const std::size_t before = found.size();
    search(argument, found);
    if (found.size() == before) throw Error("no-files", {argument.string()}, "a folder without files to read", "measurement files");
  }
  return found;
}

std::vector<FileOutcome> read_files(const std::vector<fs::path>& paths, const ReadOptions& options, int jobs) {
  std::vector<FileOutcome> outcomes(paths.size());
  for_each_index(paths.size(), jobs, [] { return MeasurementReader(); }, [&](MeasurementReader& reader, std::size_t i) {
    outcomes[i].path = paths[i].string();
    try {
      outcomes[i].measurement = reader.read(paths[i], options);
    } catch (const Error& error) {
      outcomes[i].error = error;
    } catch (const std::exception& error) {
      outcomes[i].error = Error("unreadable", {paths[i].string()}, error.what(), "a file that can be read");
    }
  });
  return outcomes;
}

}  // namespace headscore
