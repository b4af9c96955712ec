#include "batch/batch_journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 16U;
constexpr std::int64_t kBytesUnderWay = std::int64_t{1} << 20U;
constexpr std::chrono::seconds kLongestWait{1};  ///< a killed run loses no more than what came since

Error unwritable(const fs::path& path, int code) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return Error(
      full ? "disk-full" : "unwritable", {path.string()},
      "an output that cannot be written (" + std::generic_category().message(code) + ")",
      full ? "room for it; what was written stays: --resume goes on" : "a file in a folder that can be written");
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw unwritable(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

std::uintmax_t size_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : size;
}

/// False when another process holds it. A file system without locks counts as free.
bool locked(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

}  // namespace

LineSource json_lines(const fs::path& path) {
  auto stream = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (!*stream) {
    const bool missing = errno == ENOENT;
    throw Error(missing ? "missing-file" : "unreadable", {path.string()},
                missing ? "no such file" : std::generic_category().message(errno), "results");
  }
  return [stream]() -> std::optional<std::string> {
    std::string line;
    if (!std::getline(*stream, line) || stream->eof()) return std::nullopt;
    line += '\n';
    return line;
  };
}

void EarlierResults::advance(Stream& stream) {
  stream.head.reset();
  std::optional<std::string> line = stream.more ? stream.source() : std::nullopt;
  if (line) stream.head = line_head(*line);
  stream.more = stream.head.has_value();  // a torn line ends the source: what is behind it is not trusted
  stream.line = stream.more ? std::move(*line) : std::string();
}

std::vector<std::string> EarlierResults::of(const std::string& folder, const std::string& unit) {
  std::vector<std::string> lines;
  for (Stream& stream : streams_) {
    if (!stream.head && stream.more) advance(stream);
    while (stream.head && compare_keys(stream.head->folder, stream.head->unit, folder, unit) < 0) advance(stream);
    if (stream.head && stream.head->folder == folder && stream.head->unit == unit) lines.push_back(stream.line);
  }
  return lines;
}

BatchJournal::BatchJournal(fs::path results, Start start)
    : results_(std::move(results)), part_(results_), old_(results_) {
  part_ += ".part";
  old_ += ".part.old";
  const int existing = ::open(part_.c_str(), O_RDWR | O_CLOEXEC);
  if (existing >= 0) {
    old_fd_ = existing;
    if (!locked(existing))
      throw Error("busy-results", {results_.string()}, "a run that is writing " + part_.string(), "its end");
  }
  std::error_code error;
  const bool interrupted = existing >= 0 || fs::exists(old_, error);
  if (interrupted && start == Start::kNew) {
    throw Error("interrupted-run", {results_.string()}, "an unfinished run (" + part_.string() + ")",
                "--resume to go on, or --fresh to begin anew");
  }
  if (start == Start::kFresh) {
    fs::remove(part_, error);
    fs::remove(old_, error);
  } else if (existing >= 0) {
    take_over();
  }
  fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0) refuse(errno);
  if (!locked(fd_))
    throw Error("busy-results", {results_.string()}, "a run that is writing " + part_.string(), "its end");
}

/// Of two unfinished runs the one that came further is kept: a run that died while it repeated another is behind it.
void BatchJournal::take_over() {
  std::error_code error;
  if (size_of(part_) >= size_of(old_)) {
    fs::rename(part_, old_, error);
  } else {
    fs::remove(part_, error);
  }
  if (error) refuse(error.value());
}

BatchJournal::~BatchJournal() {
  try {
    if (fd_ >= 0) write_out(taken());
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): what is not written is scored again
  }
  if (fd_ >= 0) ::close(fd_);
  if (old_fd_ >= 0) ::close(old_fd_);
}

void BatchJournal::refuse(int code) const {
  if (code == EEXIST)
    throw Error("busy-results", {results_.string()}, "a run that has just begun to write " + part_.string(), "its end");
  throw unwritable(part_, code);
}

bool BatchJournal::is_due() const {
  return buffer_.size() >= kBufferBytes || std::chrono::steady_clock::now() - last_write_ >= kLongestWait;
}

std::string BatchJournal::taken() {
  last_write_ = std::chrono::steady_clock::now();
  return std::exchange(buffer_, std::string());
}

void BatchJournal::write_out(std::string_view bytes) {
  hash_.add(bytes);
  write_all(fd_, bytes, part_);
  written_ += static_cast<std::int64_t>(bytes.size());
  if (written_ - on_its_way_ < kBytesUnderWay) return;
  // The disk begins to write while scoring goes on, so that the last fsync has little to wait for.
  (void)::sync_file_range(fd_, on_its_way_, written_ - on_its_way_, SYNC_FILE_RANGE_WRITE);
  on_its_way_ = written_;
}

void BatchJournal::flush_to_disk() {
  write_out(taken());
  if (::fsync(fd_) != 0) throw unwritable(part_, errno);
}

void BatchJournal::give_up() {
  std::error_code ignored;
  fs::remove(part_, ignored);
  if (fs::exists(old_, ignored)) fs::rename(old_, part_, ignored);
}

void BatchJournal::remove_old() {
  std::error_code ignored;
  fs::remove(old_, ignored);
}

void write_whole_file(const fs::path& path, std::string_view bytes) {
  fs::path temporary = path;
  temporary += ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) throw unwritable(path, errno);
  int code = 0;
  try {
    write_all(fd, bytes, path);
    if (::fsync(fd) != 0) code = errno;
  } catch (...) {
    ::close(fd);
    ::unlink(temporary.c_str());
    throw;
  }
  ::close(fd);
  if (code != 0) throw unwritable(path, code);
  rename_for_good(temporary, path);
}

void sync_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw unwritable(path, errno);
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (code != 0) throw unwritable(path, code);
}

void rename_for_good(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw unwritable(to, errno);
  const fs::path folder = to.has_parent_path() ? to.parent_path() : fs::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace headscore
