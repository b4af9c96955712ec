// RESULTS.part: results as they come, in order, kept when a run dies.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batch/batch_line.hpp"
#include "io/content_hash.hpp"

namespace headscore {

/// Lines with their '\n', one a call; nullopt at the end.
using LineSource = std::function<std::optional<std::string>()>;

/// Lines of a JSON Lines file; a last line without '\n' is not given out. Throws Error("missing-file"),
/// Error("unreadable").
[[nodiscard]] LineSource json_lines(const std::filesystem::path& path);

/// Earlier results in order of their keys, asked for in that order.
class EarlierResults {
 public:
  void add(LineSource source) { streams_.push_back({std::move(source), {}, std::nullopt, true}); }
  /// Whole lines with this key, at most one a source. Keys must not go back from call to call.
  [[nodiscard]] std::vector<std::string> of(const std::string& folder, const std::string& unit);

 private:
  struct Stream {
    LineSource source;
    std::string line;
    std::optional<LineHead> head;
    bool more = true;
  };
  static void advance(Stream& stream);
  std::vector<Stream> streams_;
};

/// The growing file. One process at a time: the file is locked. Threads may share it when each call but write_out() is
/// under one lock, and write_out() under another that is taken before the first is given back.
class BatchJournal {
 public:
  enum class Start { kNew, kResume, kFresh };
  /// kNew throws Error("interrupted-run") when there is an unfinished run; kResume keeps what it wrote as
  /// RESULTS.part.old, to be read by earlier(); kFresh throws it away. Throws Error("busy-results"),
  /// Error("unwritable").
  BatchJournal(std::filesystem::path results, Start start);
  ~BatchJournal();
  BatchJournal(const BatchJournal&) = delete;
  BatchJournal& operator=(const BatchJournal&) = delete;

  void append(std::string_view lines) { buffer_ += lines; }
  [[nodiscard]] bool is_due() const;       ///< enough has been appended, or long ago
  [[nodiscard]] std::string taken();       ///< what has been appended since, for write_out()
  void write_out(std::string_view bytes);  ///< throws Error("unwritable")
  void flush_to_disk();                    ///< everything appended is on the disk; throws Error("unwritable")
  [[nodiscard]] std::string hash() const { return hash_.hex(); }  ///< XXH3-128 of everything written
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return part_; }
  [[nodiscard]] const std::filesystem::path& old_path() const noexcept { return old_; }  ///< may be absent
  void remove_old();
  void give_up();  ///< removes what this run wrote; an unfinished run that it took over is unfinished again

 private:
  void take_over();
  [[noreturn]] void refuse(int code) const;

  std::filesystem::path results_;
  std::filesystem::path part_;
  std::filesystem::path old_;
  int fd_ = -1;
  int old_fd_ = -1;  ///< keeps the lock of the run that was taken over
  std::string buffer_;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
  ContentHash hash_;
  std::int64_t written_ = 0;     ///< bytes,
  std::int64_t on_its_way_ = 0;  ///< and those of them that the disk has been told of
};

/// Writes `path` as a whole: temporary name, fsync, rename. Throws Error("unwritable").
void write_whole_file(const std::filesystem::path& path, std::string_view bytes);

/// fsync of a file that was written and closed. Throws Error("unwritable").
void sync_file(const std::filesystem::path& path);

/// Renames, and makes the new name last: fsync of the folder. Throws Error("unwritable").
void rename_for_good(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace headscore
