// An archive as folders of files, for a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "headscore/outcome.hpp"
#include "io/archive_file.hpp"
#include "pipeline/placing.hpp"

namespace headscore {

/// What a member holds, or why it cannot be had.
struct MemberContent {
  std::string bytes;
  std::optional<Error> error;
};

/// Read twice: once for the names, then for the contents, as far as they are wanted. Contents that come before their
/// turn are kept, up to a limit; beyond it those whose turn is last are let go and the archive is read again. So an
/// archive whose members stand in the order of their paths is read once, whatever its size.
class BatchArchive {
 public:
  static constexpr std::size_t kMostHeldBytes = std::size_t{256} << 20U;

  struct Folder {
    std::map<std::string, std::size_t> files;  ///< name -> member
    std::set<std::string> folders;
    std::map<std::string, std::string> companions;  ///< text of phone books and sidecars by name
  };

  /// Reads the names. What is wrong with the archive is in failure(); members before the damage are there.
  explicit BatchArchive(std::filesystem::path path, std::size_t most_held_bytes = kMostHeldBytes);

  /// `folder`: its path within the archive, "" for the outermost.
  [[nodiscard]] const Folder& folder(const std::string& folder) const { return folders_.at(folder); }
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
  [[nodiscard]] std::uint64_t links_passed_over() const noexcept { return links_; }  ///< links to folders

  /// What read_folder_facts() is for a folder on a disk; `path` for messages.
  [[nodiscard]] FolderFacts facts(const std::string& folder, const std::string& path,
                                  std::vector<std::string> stems) const;

  /// Says in which order members will be asked for; to be called for each, in that order, before the first content().
  void plan(std::size_t member) { turn_[member] = std::min(turn_[member], planned_++); }

  /// At most `most_bytes`; `path` for messages.
  [[nodiscard]] MemberContent content(std::size_t member, const std::string& path, std::size_t most_bytes);

  [[nodiscard]] std::size_t times_read() const noexcept { return times_read_; }  ///< from the start, names not counted

 private:
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  void read_names();
  void add(const ArchiveMember& member);
  void add_file(const std::string& name, std::size_t member);
  void resolve_links();
  [[nodiscard]] std::optional<std::size_t> member_of(const std::string& name) const;
  void drop_if_unreadable(std::size_t member);
  void hold(std::size_t member, std::size_t most_bytes);
  [[nodiscard]] MemberContent read_on_to(std::size_t member, std::size_t most_bytes);

  std::filesystem::path path_;
  std::size_t most_held_bytes_;
  std::map<std::string, Folder> folders_;
  std::vector<std::pair<std::string, ArchiveMember>> pending_links_;
  std::set<std::size_t> no_files_;  ///< pipes, devices, links that lead nowhere
  std::vector<std::size_t> turn_;   ///< one a member; kNever when it is not wanted (any more)
  std::size_t planned_ = 0;
  std::optional<Failure> failure_;
  std::uint64_t links_ = 0;

  std::string stamp_;
  std::unique_ptr<ArchiveStream> stream_;
  std::size_t next_member_ = 0;  ///< that stream_ gives
  std::size_t times_read_ = 0;
  std::map<std::size_t, MemberContent> held_;  ///< by turn
  std::size_t held_bytes_ = 0;
};

}  // namespace headscore
