// The targets that come with headscore (targets/*.csv), built into the library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headscore/target.hpp"

namespace headscore {

/// All of them, sorted by name. Parsed on the first call.
[[nodiscard]] const std::vector<Target>& bundled_targets();

/// One of them by name; throws Error("unknown-target") that suggests the nearest names.
[[nodiscard]] const Target& bundled_target(std::string_view name);

/// Reads a self-describing target CSV: `# name:`, `# form:`, `# rig:`, `# year:`, `# source:`, `# raw:` lines, a column head
/// and rows of frequency in Hz and level in dB. `path` names the text in errors. Throws Error("bad-target") with line and column.
[[nodiscard]] Target parsed_target(std::string_view text, const std::string& path);

}  // namespace headscore
