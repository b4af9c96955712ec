// Where the shared data of developers and test runs are: $HEADSCORE_SHARED, else ../shared beside the project.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace headscore {

/// nullopt where there are none: a test then skips, or fails when shared_data_required() says that this run must have
/// them.
inline std::optional<std::filesystem::path> shared_data() {
  const char* named = std::getenv("HEADSCORE_SHARED");
  const std::filesystem::path folder =
      named != nullptr ? std::filesystem::path(named) : std::filesystem::path(HEADSCORE_SOURCE_DIR) / ".." / "shared";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

}  // namespace headscore
