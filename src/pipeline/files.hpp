// Which files of a folder are measurements.
#pragma once

#include <filesystem>

namespace headscore {

/// What goes with measurements by custom and is none: hidden files, *.json, *.md, catalog.csv.
[[nodiscard]] bool is_companion(const std::filesystem::path& path);

}  // namespace headscore
