// The only file that sees libarchive.
#include "io/archive_file.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): POSIX newlocale, uselocale
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "headscore/error.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = 65536;
constexpr const char* kWhole = "a whole tar or zip archive";

/// Names in UTF-8 whatever the user's locale is: libarchive asks that of the thread.
class Utf8Names {
 public:
  Utf8Names() {
    static const locale_t kUtf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (kUtf8 != nullptr) before_ = ::uselocale(kUtf8);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (before_ != nullptr) ::uselocale(before_);
  }

 private:
  locale_t before_ = nullptr;
};

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

int opened(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) return fd;
  const int code = errno;
  const bool missing = code == ENOENT || code == ENOTDIR;
  throw Error(missing ? "missing-file" : "unreadable", {path.string()},
              missing ? "no such file" : std::generic_category().message(code), "an archive that can be read");
}

/// A zip's directory stands at its end, and libarchive reads a zip without one as far as it goes, in silence.
bool has_zip_directory(int fd, std::size_t size) {
  constexpr std::size_t kMostEndBytes = 65536 + 22;
  std::string end(std::min(size, kMostEndBytes), '\0');
  const ssize_t got = ::pread(fd, end.data(), end.size(), static_cast<off_t>(size - end.size()));
  return got > 0 && end.find(std::string_view("PK\x05\x06")) != std::string::npos;
}

}  // namespace

struct ArchiveStream::Parts {
  std::string path;
  int fd = -1;
  struct stat facts{};
  archive* reader = nullptr;
  bool zip_without_end = false;

  Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    if (reader != nullptr) archive_read_free(reader);
    if (fd >= 0) ::close(fd);
  }

  [[nodiscard]] Error damaged() const {
    return {"damaged-archive",
            {path},
            "an archive that cannot be read on (" + text_of(archive_error_string(reader)) + ")",
            kWhole};
  }
};

ArchiveStream::ArchiveStream(const fs::path& path) : parts_(std::make_unique<Parts>()) {
  const Utf8Names names;
  Parts& parts = *parts_;
  parts.path = path.string();
  parts.fd = opened(path);
  if (::fstat(parts.fd, &parts.facts) != 0)
    throw Error("unreadable", {parts.path}, std::generic_category().message(errno), "an archive that can be read");
  if (!S_ISREG(parts.facts.st_mode)) throw Error("not-a-file", {parts.path}, "no regular file", "an archive");
  parts.reader = archive_read_new();
  archive_read_support_filter_gzip(parts.reader);
  archive_read_support_filter_zstd(parts.reader);
  archive_read_support_filter_xz(parts.reader);
  archive_read_support_filter_bzip2(parts.reader);
  archive_read_support_format_tar(parts.reader);
  archive_read_support_format_zip(parts.reader);
  if (archive_read_open_fd(parts.reader, parts.fd, kBlockBytes) != ARCHIVE_OK) throw parts.damaged();
  std::string magic(4, '\0');
  parts.zip_without_end = ::pread(parts.fd, magic.data(), 4, 0) == 4 && magic == "PK\x03\x04" &&
                          !has_zip_directory(parts.fd, static_cast<std::size_t>(parts.facts.st_size));
}

ArchiveStream::~ArchiveStream() {
  const Utf8Names names;
  parts_.reset();
}

std::string ArchiveStream::stamp() const {
  const struct stat& facts = parts_->facts;
  return std::to_string(facts.st_size) + " " + std::to_string(facts.st_mtim.tv_sec) + "." +
         std::to_string(facts.st_mtim.tv_nsec);
}

std::optional<ArchiveMember> ArchiveStream::next() {
  const Utf8Names names;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_RETRY;
  while (status == ARCHIVE_RETRY) status = archive_read_next_header(parts_->reader, &entry);
  if (status == ARCHIVE_EOF) {
    if (parts_->zip_without_end)
      throw Error("damaged-archive", {parts_->path}, "a zip archive without its directory: it was cut short", kWhole);
    return std::nullopt;
  }
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) throw parts_->damaged();
  ArchiveMember member;
  member.name = text_of(archive_entry_pathname(entry));
  if (member.name.empty()) member.name = text_of(archive_entry_pathname_utf8(entry));
  if (const char* target = archive_entry_hardlink(entry); target != nullptr) {
    member.kind = ArchiveMember::Kind::kHardLink;
    member.link = target;
    return member;
  }
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      member.kind = ArchiveMember::Kind::kFile;
      break;
    case AE_IFDIR:
      member.kind = ArchiveMember::Kind::kFolder;
      break;
    case AE_IFLNK:
      member.kind = ArchiveMember::Kind::kSymbolicLink;
      member.link = text_of(archive_entry_symlink(entry));
      break;
    default:
      member.kind = ArchiveMember::Kind::kOther;
      break;
  }
  return member;
}

std::string ArchiveStream::content(std::size_t most_bytes) {
  const Utf8Names names;
  std::string bytes;
  std::string block(kBlockBytes, '\0');
  while (true) {
    const la_ssize_t got = archive_read_data(parts_->reader, block.data(), block.size());
    if (got == 0) return bytes;
    if (got == ARCHIVE_RETRY) continue;
    if (got < 0) {
      if (archive_read_has_encrypted_entries(parts_->reader) > 0)
        throw Error("encrypted", {parts_->path}, "an encrypted member", "one that needs no password");
      throw parts_->damaged();
    }
    const auto more = static_cast<std::size_t>(got);
    if (more > most_bytes - bytes.size()) {
      throw Error("too-large", {parts_->path}, "a member of more than " + std::to_string(most_bytes) + " bytes",
                  "at most " + std::to_string(most_bytes));
    }
    bytes.append(block, 0, more);
  }
}

bool has_archive_name(const fs::path& path) {
  const std::string name = lowered(path.filename().string());
  for (const std::string_view ending : {".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2", ".zip"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace headscore
