// Whole files as bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace headscore {

/// The bytes of a regular file. Throws Error: "missing-file", "not-a-file" (folder, pipe, device), "unreadable",
/// "too-large".
[[nodiscard]] std::string read_bytes(const std::filesystem::path& path, std::size_t most_bytes,
                                     std::string buffer = {});

/// Up to `most` bytes from the beginning of a regular file. Throws what read_bytes throws, but "too-large".
[[nodiscard]] std::string first_bytes(const std::filesystem::path& path, std::size_t most);

/// Whether a regular file begins as SQLite's do. Never throws, and waits for no pipe.
[[nodiscard]] bool is_sqlite_file(const std::filesystem::path& path);

/// SHA-256 (FIPS 180-4), 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace headscore
