// Reading many files, one after the other, into one buffer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headscore {

/// The bytes of a regular file, in `buffer`, which only ever grows: valid until the next call with it. A file that
/// changed while it was read (size or modification time) is read again, up to three times. Throws Error:
/// "missing-file", "not-a-file", "unreadable", "too-large", "changing-file".
[[nodiscard]] std::string_view read_stable(const std::string& path, std::size_t most_bytes, std::string& buffer);

}  // namespace headscore
