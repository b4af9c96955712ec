// Which files of a folder are measurements.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore {

/// What goes with measurements by custom and is none: hidden files, *.json, *.md, *.svg, catalog.csv.
[[nodiscard]] bool is_companion(const std::filesystem::path& path);

/// By the name's ending, as "x.wav".
[[nodiscard]] bool has_sound_name(const std::filesystem::path& path);

/// Appends what is below `folder`, sorted within a folder, as far as it is `wanted`; hidden names are passed over and
/// links to folders are not followed. Throws Error("unreadable").
void search_folder(const std::filesystem::path& folder, const std::function<bool(const std::filesystem::path&)>& wanted,
                   std::vector<std::filesystem::path>& found);

/// What an analysed recording is to a product: an outcome a channel, then those refused. A response over a jump in time
/// cannot be defended and is refused.
[[nodiscard]] std::vector<FileOutcome> recording_outcomes(const SoundAnalysis& analysis,
                                                          const std::optional<std::string>& sha256);

}  // namespace headscore
