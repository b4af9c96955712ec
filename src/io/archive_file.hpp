// Archives, member by member: tar (plain, or compressed by gzip, zstd, xz or bzip2) and zip. Nothing is written to
// disk.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace headscore {

struct ArchiveMember {
  enum class Kind { kFile, kFolder, kHardLink, kSymbolicLink, kOther };
  std::string name;  ///< as stored
  Kind kind = Kind::kFile;
  std::string link;  ///< what a link leads to
};

/// An archive from its first member on. Not for two threads at once.
class ArchiveStream {
 public:
  /// Throws Error: "missing-file", "not-a-file", "unreadable", "damaged-archive" (no archive, or cut short).
  explicit ArchiveStream(const std::filesystem::path& path);
  ~ArchiveStream();

  /// The next member; nullopt at the end. Throws Error("damaged-archive") where no further member can be found, and
  /// Error("changing-file") when the file is not the one it was when it was opened.
  [[nodiscard]] std::optional<ArchiveMember> next();

  /// The bytes of the member that next() gave; once. Throws Error("damaged-archive"), Error("encrypted") and, before
  /// more than `most_bytes` are in memory, Error("too-large").
  [[nodiscard]] std::string content(std::size_t most_bytes);

  /// What tells this content of the file from another: size and time of its last change.
  [[nodiscard]] std::string stamp() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// By the name's ending: .tar, .tar.gz, .tgz, .tar.zst, .tar.xz, .tar.bz2, .zip.
[[nodiscard]] bool has_archive_name(const std::filesystem::path& path);

}  // namespace headscore
