#include "io/stable_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr int kMostAttempts = 3;

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : path_(path) {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ >= 0) return;
    const int code = errno;
    const bool missing = code == ENOENT || code == ENOTDIR;
    throw Error(missing ? "missing-file" : "unreadable", {path},
                missing ? "no such file" : std::generic_category().message(code), "a file that can be read");
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(fd_); }

  [[nodiscard]] struct stat facts() const {
    struct stat result{};
    if (::fstat(fd_, &result) != 0) fail(errno);
    return result;
  }

  /// Up to `size` bytes from the start; fewer where the file ends before.
  [[nodiscard]] std::size_t read(char* to, std::size_t size) const {
    std::size_t filled = 0;
    while (filled < size) {
      const ssize_t got = ::pread(fd_, to + filled, size - filled, static_cast<off_t>(filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(errno);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  }

 private:
  [[noreturn]] void fail(int code) const {
    throw Error("unreadable", {path_}, std::generic_category().message(code), "a file that can be read");
  }

  const std::string& path_;
  int fd_ = -1;
};

void check(const struct stat& facts, const std::string& path, std::size_t most_bytes) {
  if (S_ISDIR(facts.st_mode)) throw Error("not-a-file", {path}, "a folder", "a file");
  if (!S_ISREG(facts.st_mode)) throw Error("not-a-file", {path}, "a pipe, socket or device", "a regular file");
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > most_bytes)
    throw Error("too-large", {path}, std::to_string(size) + " bytes", "at most " + std::to_string(most_bytes));
}

bool same(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

/// False when the file was not the same before and after.
bool read_once(const std::string& path, std::size_t most_bytes, std::string& buffer) {
  const OpenFile file(path);
  const struct stat before = file.facts();
  check(before, path, most_bytes);
  buffer.resize(static_cast<std::size_t>(before.st_size));
  const std::size_t got = file.read(buffer.data(), buffer.size());
  return got == buffer.size() && same(before, file.facts());
}

}  // namespace

std::string read_stable(const std::string& path, std::size_t most_bytes, std::string buffer) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (read_once(path, most_bytes, buffer)) return buffer;
  }
  throw Error("changing-file", {path}, "a file that changes while it is read", "a file that nobody writes to");
}

}  // namespace headscore
