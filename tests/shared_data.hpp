// Locating the measurements that tests read but the project does not carry.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace headscore::tests {

/// HEADSCORE_SHARED, or `shared` beside the source folder; nullopt when it is not there.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* given = std::getenv("HEADSCORE_SHARED");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(HEADSCORE_SOURCE_DIR) / ".." / "shared";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return std::nullopt;
  return folder;
}

/// True where absent data must fail the run instead of skipping it.
inline bool shared_data_is_required() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

}  // namespace headscore::tests

/// Defines `name` as the folder of shared data, or ends the test: skipped, or failed where CI=true.
#define HEADSCORE_SHARED_FOLDER_OR_SKIP(name)                                                          \
  if (!headscore::tests::shared_folder()) {                                                            \
    if (headscore::tests::shared_data_is_required()) FAIL() << "no shared data: set HEADSCORE_SHARED"; \
    GTEST_SKIP() << "no shared data beside the source folder and HEADSCORE_SHARED is not set";         \
  }                                                                                                    \
  const std::filesystem::path name = *headscore::tests::shared_folder()
