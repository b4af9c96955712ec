// What names say beyond headscore/reader.hpp.
#pragma once

#include <filesystem>

namespace headscore {

/// True for SBAF's names of compensated data: "cEAR30-Focal-Elex-L.txt".
[[nodiscard]] bool has_sbaf_name(const std::filesystem::path& path);

}  // namespace headscore
