// Reading many files, one after the other, into the same memory.
#pragma once

#include <cstddef>
#include <string>

namespace headscore {

/// The bytes of a regular file, in the memory of `buffer`. A file that changed while it was read (size or modification
/// time) is read again, up to three times. Throws Error: "missing-file", "not-a-file", "unreadable", "too-large",
/// "changing-file".
[[nodiscard]] std::string read_stable(const std::string& path, std::size_t most_bytes, std::string buffer = {});

}  // namespace headscore
