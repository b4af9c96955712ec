// Files that the build put into the library (cmake/Embed.cmake).
#pragma once

#include <string_view>
#include <vector>

namespace headscore {

struct EmbeddedFile {
  std::string_view name;  ///< file name without its folder
  std::string_view text;
};

/// targets/*.csv and data/policies/*.yaml, sorted by name.
std::vector<EmbeddedFile> embedded_targets();
std::vector<EmbeddedFile> embedded_policies();

}  // namespace headscore
