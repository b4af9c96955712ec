#include "io/file_bytes.hpp"

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

/// Closes the descriptor at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason(int code) { return std::generic_category().message(code); }

std::size_t checked_size(int fd, const std::string& name, std::size_t most_bytes) {
  struct stat facts{};
  if (::fstat(fd, &facts) != 0) throw Error("unreadable", {name}, reason(errno), "a file that can be read");
  if (S_ISDIR(facts.st_mode)) throw Error("not-a-file", {name}, "a folder", "a file");
  if (!S_ISREG(facts.st_mode)) throw Error("not-a-file", {name}, "a pipe, socket or device", "a regular file");
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > most_bytes) {
    throw Error("too-large", {name}, std::to_string(size) + " bytes", "at most " + std::to_string(most_bytes));
  }
  return size;
}

int opened(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) return fd;
  const int code = errno;
  const bool missing = code == ENOENT || code == ENOTDIR;
  throw Error(missing ? "missing-file" : "unreadable", {path.string()}, missing ? "no such file" : reason(code),
              "a file that can be read");
}

std::string filled_from(int fd, std::size_t size, const std::string& name, std::string buffer) {
  std::string bytes = std::move(buffer);
  bytes.resize(size);
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error("unreadable", {name}, reason(errno), "a file that can be read");
    if (got == 0) break;  // it shrank while being read: what is there is what counts
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

std::string read_bytes(const std::filesystem::path& path, std::size_t most_bytes, std::string buffer) {
  const Descriptor file(opened(path));
  return filled_from(file.get(), checked_size(file.get(), path.string(), most_bytes), path.string(), std::move(buffer));
}

std::string first_bytes(const std::filesystem::path& path, std::size_t most) {
  const Descriptor file(opened(path));
  const std::size_t size = checked_size(file.get(), path.string(), std::numeric_limits<std::size_t>::max());
  return filled_from(file.get(), std::min(size, most), path.string(), {});
}

bool is_sqlite_file(const std::filesystem::path& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  try {
    return first_bytes(path, kMagic.size()) == kMagic;
  } catch (const Error&) {
    return false;
  }
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

}  // namespace headscore
