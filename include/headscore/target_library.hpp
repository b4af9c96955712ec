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

/// Reads a self-describing target CSV: `# key: value` lines, the column head `frequency_hz,level_db` and rows of
/// frequency in Hz and level in dB. Keys: name, form (over-ear, in-ear, any), rig (text, or any), source; year and raw
/// (yes, no; yes without it) may be absent; note and normalised are free text. `path` names the text in errors. Throws
/// Error("bad-target") with line and column for anything else.
[[nodiscard]] Target parsed_target(std::string_view text, const std::string& path);

}  // namespace headscore
