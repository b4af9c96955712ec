#include "io/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "headscore/error.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  ///< as the kernel's

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw Error("unwritable", {file.string()}, "an output that cannot be written (" + why + ")",
              "a file in a folder that can be written");
}

[[noreturn]] void refuse(const fs::path& file, int code) { refuse(file, std::generic_category().message(code)); }

/// What the name leads to in the end, which need not be there.
fs::path followed(const fs::path& file) {
  fs::path path = file;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(path, error)); ++links) {
    if (links == kMostLinks) refuse(file, "its links lead in a circle");
    const fs::path next = fs::read_symlink(path, error);
    if (error) refuse(file, error.message());
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

/// Removes the temporary file, which is there no more once it has got its name.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A new file beside `path`, with the rights that an old one has; what lies under the name already (of a process that
/// died, or a link that somebody laid there) is taken away, not followed.
Temporary made_beside(const fs::path& path, const fs::path& told) {
  const fs::path name = path.string() + ".part" + std::to_string(::getpid());
  std::error_code ignored;
  fs::remove(name, ignored);
  constexpr mode_t kUsual = 0666;
  const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kUsual);
  if (fd < 0) refuse(told, errno);
  struct stat old = {};
  constexpr mode_t kRights = 0777;
  if (::stat(path.c_str(), &old) == 0) (void)::fchmod(fd, old.st_mode & kRights);
  ::close(fd);
  return Temporary(name);
}

/// A pipe that nobody reads is refused, not waited for.
int opened_stream(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) refuse(path, errno == ENXIO ? std::string("nobody reads it") : std::generic_category().message(errno));
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  return fd;
}

void write_stream(const fs::path& path, const std::function<void(std::ostream&)>& write) {
  std::ostringstream text;
  write(text);
  const int fd = opened_stream(path);
  std::string_view left = text.view();
  int code = 0;
  while (!left.empty() && code == 0) {
    const ssize_t done = ::write(fd, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) code = errno;
    if (done > 0) left.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::close(fd) != 0 && code == 0) code = errno;
  if (code != 0) refuse(path, code);
}

}  // namespace

OutputPlace output_place(const fs::path& file) {
  OutputPlace place{followed(file)};
  std::error_code error;
  const fs::file_status status = fs::status(place.path, error);
  switch (status.type()) {
    case fs::file_type::directory:
      refuse(file, "it is a folder");
    case fs::file_type::fifo:
    case fs::file_type::character:
      place.is_stream = true;
      if (::access(place.path.c_str(), W_OK) != 0) refuse(file, errno);
      return place;
    case fs::file_type::regular:
    case fs::file_type::not_found:
      break;
    default:
      refuse(file, "it is neither a file nor a pipe");
  }
  const fs::path folder = place.path.has_parent_path() ? place.path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error)) refuse(file, "there is no folder " + folder.string());
  if (::access(folder.c_str(), W_OK) != 0) refuse(file, errno);
  return place;
}

fs::path output_file(const fs::path& file) {
  OutputPlace place = output_place(file);
  if (place.is_stream) refuse(file, "it is a pipe or a device");
  return std::move(place.path);
}

void refuse_input_as_output(const fs::path& output, const std::vector<fs::path>& inputs) {
  std::error_code error;
  const auto same = [&](const fs::path& input) { return fs::equivalent(output, input, error) && !error; };
  if (!fs::is_regular_file(output, error) || std::none_of(inputs.begin(), inputs.end(), same)) return;
  throw Error("output-is-input", {output.string()}, "an output that is one of the files to read", "another name");
}

void write_whole(const fs::path& file, const std::function<void(std::ostream&)>& write) {
  const OutputPlace place = output_place(file);
  if (place.is_stream) {
    write_stream(place.path, write);
    return;
  }
  const Temporary part = made_beside(place.path, file);
  std::ofstream out(part.path(), std::ios::binary | std::ios::trunc);
  if (!out) refuse(file, errno);
  write(out);
  out.close();
  if (!out) refuse(file, errno);
  std::error_code error;
  fs::rename(part.path(), place.path, error);
  if (error) refuse(file, error.message());
}

}  // namespace headscore
