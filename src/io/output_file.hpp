// Where outputs go: whole or not at all, and never over something that is no file.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <vector>

namespace headscore {

struct OutputPlace {
  std::filesystem::path path;  ///< links followed: they stay, and what they lead to is written
  bool is_stream = false;      ///< a pipe or a device: written straight
};

/// Where an output of this name goes. Throws Error("unwritable") for a folder, a socket, a block device, links that
/// lead nowhere they can, and a folder that is missing or cannot be written.
[[nodiscard]] OutputPlace output_place(const std::filesystem::path& file);

/// The same for an output that must be a file of its own: a stream is refused as well.
[[nodiscard]] std::filesystem::path output_file(const std::filesystem::path& file);

/// Throws Error("output-is-input") when the output would replace one of the files that were read.
void refuse_input_as_output(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs);

/// Writes a file under a temporary name that becomes its own at the end, or a stream straight. Throws
/// Error("unwritable"), and what `write` throws; nothing is left then.
void write_whole(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write);

}  // namespace headscore
