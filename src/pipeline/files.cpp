// Finding and reading files.
#include "pipeline/files.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string_view>
#include <system_error>

#include "headscore/pipeline.hpp"
#include "io/file_bytes.hpp"
#include "io/text_lines.hpp"
#include "pipeline/jobs.hpp"

namespace headscore {

namespace fs = std::filesystem;

bool has_sound_name(const fs::path& path) {
  const std::string name = lowered(path.filename().string());
  for (const std::string_view ending : {".wav", ".flac", ".aif", ".aiff", ".w64", ".rf64"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

namespace {

/// "X impulse.wav" beside the response "X.txt" or "X.csv", as `headscore measure` writes them.
bool is_written_impulse(const fs::path& path) {
  const std::string stem = path.stem().string();
  constexpr std::string_view kEnding = " impulse";
  if (!stem.ends_with(kEnding)) return false;
  const fs::path response = path.parent_path() / stem.substr(0, stem.size() - kEnding.size());
  std::error_code error;
  return fs::is_regular_file(response.string() + ".txt", error) ||
         fs::is_regular_file(response.string() + ".csv", error);
}

}  // namespace

bool is_companion(const fs::path& path) {
  const std::string name = lowered(path.filename().string());
  if (has_sound_name(path) && is_test_signal(path)) return true;  // what was played, beside what was recorded
  if (has_sound_name(path) && is_written_impulse(path)) return true;
  return name.starts_with('.') || name.ends_with(".json") || name.ends_with(".md") || name.ends_with(".svg") ||
         name == "catalog.csv";
}

void search_folder(const fs::path& folder, const std::function<bool(const fs::path&)>& wanted,
                   std::vector<fs::path>& found) {
  std::error_code error;
  fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error);
  if (error) throw Error("unreadable", {folder.string()}, error.message(), "a folder that can be read");
  std::vector<fs::path> names;
  for (const fs::directory_entry& entry : entries) names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  for (const fs::path& path : names) {
    if (path.filename().string().starts_with('.')) continue;
    if (fs::is_directory(fs::symlink_status(path, error))) {
      search_folder(path, wanted, found);
    } else if (wanted(path)) {
      found.push_back(path);
    }
  }
}

std::vector<fs::path> found_files(const std::vector<fs::path>& arguments) {
  std::vector<fs::path> found;
  for (const fs::path& argument : arguments) {
    std::error_code error;
    const fs::file_status status = fs::status(argument, error);
    if (!fs::exists(status))
      throw Error("missing-file", {argument.string()}, "no such file or folder",
                  "a measurement file or a folder of them");
    if (!fs::is_directory(status)) {
      found.push_back(argument);
      continue;
    }
    const std::size_t before = found.size();
    const auto is_measurement = [&](const fs::path& path) {
      return !is_companion(path) && !fs::is_directory(fs::status(path, error));
    };
    search_folder(argument, is_measurement, found);
    if (found.size() == before)
      throw Error("no-files", {argument.string()}, "a folder without files to read", "measurement files");
  }
  return found;
}

namespace {

/// A response over a jump in time cannot be defended: it is shown by `measure`, and not scored.
const Warning* time_jump_of(const Measurement& measurement) {
  const auto found = std::find_if(measurement.warnings().begin(), measurement.warnings().end(),
                                  [](const Warning& w) { return w.code == "time-jump"; });
  return found == measurement.warnings().end() ? nullptr : &*found;
}

}  // namespace

std::vector<FileOutcome> recording_outcomes(const SoundAnalysis& analysis, const std::optional<std::string>& sha256) {
  std::vector<FileOutcome> outcomes;
  for (const Measurement& measurement : measurements_of(analysis)) {
    if (const Warning* jump = time_jump_of(measurement)) {
      outcomes.push_back(
          {analysis.path, std::nullopt,
           Error("time-jump", {analysis.path}, jump->message, "a recording of the whole sweep at one rate")});
      continue;
    }
    Measurement::Fields fields = measurement.fields();
    fields.sha256 = sha256;
    outcomes.push_back({analysis.path, Measurement(std::move(fields)), std::nullopt});
  }
  for (const Error& refused : analysis.refused) outcomes.push_back({analysis.path, std::nullopt, refused});
  return outcomes;
}

namespace {

std::vector<FileOutcome> outcomes_of(MeasurementReader& reader, const fs::path& path, const ReadOptions& options,
                                     const SoundReader* sound) {
  FileOutcome outcome;
  outcome.path = path.string();
  std::vector<FileOutcome> outcomes;
  try {
    // Text is the common case: only what is no text is looked at as sound.
    try {
      for (Measurement& channel : reader.read_channels(path, options))
        outcomes.push_back({path.string(), std::move(channel), std::nullopt});
      return outcomes;
    } catch (const Error&) {
      if (sound == nullptr || !is_sound_file(path)) throw;
    }
    const SoundAnalysis analysis = sound->analysed(path);
    std::optional<std::string> sha256;
    if (options.sha256) sha256 = sha256_hex(read_bytes(path, options.most_bytes));
    return recording_outcomes(analysis, sha256);
  } catch (const Error& error) {
    outcome.error = error;
  } catch (const std::exception& error) {
    outcome.error = Error("unreadable", {path.string()}, error.what(), "a file that can be read");
  }
  return {std::move(outcome)};
}

}  // namespace

std::vector<FileOutcome> read_files(const std::vector<fs::path>& paths, const ReadOptions& options, int jobs,
                                    const SoundReader* sound) {
  std::vector<std::vector<FileOutcome>> found(paths.size());
  for_each_index(
      paths.size(), jobs, [] { return MeasurementReader(); },
      [&](MeasurementReader& reader, std::size_t i) { found[i] = outcomes_of(reader, paths[i], options, sound); });
  std::vector<FileOutcome> outcomes;
  outcomes.reserve(paths.size());
  for (std::vector<FileOutcome>& of_file : found)
    std::move(of_file.begin(), of_file.end(), std::back_inserter(outcomes));
  return outcomes;
}

}  // namespace headscore
