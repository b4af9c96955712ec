// What names say beyond headscore/reader.hpp.
#pragma once

#include <string>
#include <vector>

#include "headscore/measurement.hpp"

namespace headscore {

/// identity_from_name() without taking the path apart.
[[nodiscard]] Identity identity_from_path_text(const std::string& path);

/// The rig in SBAF's names of compensated data, "EAR30" in "cEAR30-Focal-Elex-L.txt"; empty for other names.
[[nodiscard]] std::string sbaf_rig(const std::string& path);

/// The file's name without its extension, or extensions ("X L.txt.txt").
[[nodiscard]] std::string stem_without_extensions(const std::string& path);

/// A way to read a channel out of a name that does not end in one: "L X", "X L sample 2", "MedFeltL". It holds when a
/// file of the other channel's name is there as well.
struct ChannelSplit {
  std::string product;
  Channel channel = Channel::kUnknown;
  std::string twin;  ///< stem of the other channel's file
};

[[nodiscard]] std::vector<ChannelSplit> channel_splits(const std::string& path);

}  // namespace headscore
