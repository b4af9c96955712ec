#include "batch/batch_arguments.hpp"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include "batch/batch_walk.hpp"
#include "headscore/batch.hpp"
#include "io/archive_file.hpp"
#include "io/file_bytes.hpp"
#include "io/json_text.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostListBytes = std::size_t{16} << 30U;
constexpr std::size_t kHeadBytes = 8192;

std::string standard_input() {
  std::string text;
  std::array<char, 65536> buffer{};
  std::size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), stdin)) > 0) text.append(buffer.data(), got);
  return text;
}

/// Names in a list: a line each, or each ended by NUL (find -print0).
template <typename Use>
void for_each_name(std::string_view text, const Use& use) {
  const char end = text.find('\0') == std::string_view::npos ? '\n' : '\0';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = std::min(text.find(end, at), text.size());
    std::string_view name = text.substr(at, stop - at);
    if (name.ends_with('\r') && end == '\n') name.remove_suffix(1);
    if (!trimmed(name).empty()) use(name);
    at = stop + 1;
  }
}

/// A text file one of whose first lines names something that is there: no row of a measurement does.
bool is_list(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  std::string head(kHeadBytes, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file));
  std::fclose(file);
  constexpr int kLinesTried = 20;
  std::size_t start = 0;
  for (int line = 0; line < kLinesTried; ++line) {
    start = head.find_first_not_of("\r\n", start);
    if (start == std::string::npos) return false;
    const std::size_t stop = std::min(head.find_first_of(std::string_view("\r\n\0", 3), start), head.size());
    const std::string name = head.substr(start, stop - start);
    if (name.size() < 4096 && fs::exists(name, error) && !error) return true;
    start = stop;
  }
  return false;
}

bool is_archive(const std::string& path) {
  std::error_code error;
  return has_archive_name(path) && !fs::is_directory(path, error);
}

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return paths;
}

std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

/// "./a//b/" -> "a/b"; the key of a path that is used as it is.
std::string normal(const std::string& path) {
  return without_end_slash(fs::path(path.empty() ? "." : path).lexically_normal().string());
}

class Sources {
 public:
  void add(const std::string& argument) {
    if (argument == "-") {
      for_each_name(standard_input(), [&](std::string_view name) { add_path(std::string(name)); });
    } else if (argument.starts_with('@')) {
      add_list(argument.substr(1));
    } else if (std::error_code error;
               !fs::exists(argument, error) && argument.find_first_of("*?[") != std::string::npos) {
      const std::vector<std::string> found = matches(argument);
      for (const std::string& path : found) add_path(path);
      if (found.empty()) add_path(argument);                  // told as a missing file
    } else if (!is_archive(argument) && is_list(argument)) {  // a tar begins with the name of a file, too
      add_list(argument);
    } else {
      add_path(argument);
    }
  }

  std::vector<BatchSource> result() {
    std::vector<BatchSource> sources;
    for (const std::string& folder : folders_) {
      if (!searched(folder)) sources.push_back({without_end_slash(folder), normal(folder), true, {}, false});
    }
    for (const std::string& archive : archives_) {
      if (!searched(archive)) sources.push_back({archive, normal(archive), false, {}, true});
    }
    unite_equal(sources);
    add_files(sources);
    std::sort(sources.begin(), sources.end(),
              [](const BatchSource& a, const BatchSource& b) { return compare_keys(a.key, "", b.key, "") < 0; });
    if (sources.size() == 1 && (sources[0].is_folder || sources[0].is_archive)) sources[0].key.clear();
    for (BatchSource& source : sources) source.key = utf8_text(source.key);
    return sources;
  }

 private:
  void add_list(const std::string& path) {
    for_each_name(read_bytes(path, kMostListBytes), [&](std::string_view name) { add_path(std::string(name)); });
  }

  void add_path(std::string path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      absolute_.insert(absolute(path) + "/");
      folders_.push_back(std::move(path));
    } else if (is_archive(path)) {
      archives_.push_back(std::move(path));
    } else {
      while (path.starts_with("./") && path.size() > 2) path.erase(0, 2);
      files_.push_back(std::move(path));
    }
  }

  static std::string absolute(const std::string& path) {
    std::error_code error;
    return without_end_slash(fs::absolute(path, error).lexically_normal().string());
  }

  /// True when the path lies in one of the folders, itself not counted.
  [[nodiscard]] bool searched(const std::string& path) const {
    if (absolute_.empty()) return false;
    const std::string full = absolute(path);
    for (std::size_t slash = full.find('/', 1); slash != std::string::npos; slash = full.find('/', slash + 1)) {
      if (absolute_.contains(full.substr(0, slash + 1))) return true;
    }
    return absolute_.contains("//") && full != "/";
  }

  static void unite_equal(std::vector<BatchSource>& folders) {
    const auto by_key = [](const BatchSource& a, const BatchSource& b) { return a.key < b.key; };
    std::stable_sort(folders.begin(), folders.end(), by_key);
    const auto same = [](const BatchSource& a, const BatchSource& b) { return absolute(a.path) == absolute(b.path); };
    folders.erase(std::unique(folders.begin(), folders.end(), same), folders.end());
  }

  void add_files(std::vector<BatchSource>& sources) {
    std::sort(files_.begin(), files_.end());
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    std::stable_sort(files_.begin(), files_.end(),
                     [](const std::string& a, const std::string& b) { return parent(a) < parent(b); });
    std::optional<std::string> last;
    for (const std::string& file : files_) {
      if (searched(file)) continue;
      const std::string folder(parent(file));
      if (!last || *last != folder) sources.push_back({without_end_slash(folder), normal(folder), false, {}, false});
      last = folder;
      sources.back().files.push_back(fs::path(file).filename().string());
    }
    std::vector<std::string>().swap(files_);
  }

  static std::string_view parent(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, std::max<std::size_t>(slash, 1));
  }

  std::vector<std::string> folders_;
  std::vector<std::string> archives_;
  std::vector<std::string> files_;
  std::set<std::string> absolute_;  ///< folders, each with a slash behind
};

}  // namespace

std::vector<BatchSource> batch_sources(const std::vector<std::string>& arguments) {
  Sources sources;
  for (const std::string& argument : arguments) sources.add(argument);
  return sources.result();
}

std::uint64_t count_batch_files(const std::vector<std::string>& arguments, const std::atomic<bool>& stop) {
  std::uint64_t count = 0;
  for (const BatchSource& source : batch_sources(arguments)) {
    count += source.files.size() + (source.is_archive ? 1U : 0U);
    if (!source.is_folder) continue;
    std::error_code error;
    fs::recursive_directory_iterator entries(source.path, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && entries != end && !stop.load();
         entries.increment(error)) {
      std::error_code ignored;
      if (!entries->is_directory(ignored)) ++count;
    }
  }
  return count;
}

}  // namespace headscore
