#include "batch/batch_archive.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCompanionBytes = std::size_t{64} << 20U;

/// "./a//b" and "/a/b" -> "a/b", "a/../b" -> "b"; names that lead out of the archive stay in it.
std::string normal_name(const std::string& name) {
  std::string normal = fs::path("/" + name).lexically_normal().string();
  while (normal.ends_with('/')) normal.pop_back();
  const std::size_t start = normal.find_first_not_of('/');
  return start == std::string::npos ? std::string() : normal.substr(start);
}

std::pair<std::string, std::string> split(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? std::pair{std::string(), name}
                                    : std::pair{name.substr(0, slash), name.substr(slash + 1)};
}

bool is_read_as_companion(std::string_view name) {
  return name == "phone_book.json" || name.ends_with("headscore.json");
}

}  // namespace

BatchArchive::BatchArchive(fs::path path, std::size_t most_held_bytes)
    : path_(std::move(path)), most_held_bytes_(most_held_bytes) {
  folders_[""];
  try {
    read_names();
  } catch (const Error& error) {
    failure_ = Failure{error.code(), error.what()};
    // The damage may be in the last member's content, or behind it.
    if (!turn_.empty()) drop_if_unreadable(turn_.size() - 1);
  }
  resolve_links();
  stream_.reset();
}

void BatchArchive::read_names() {
  ArchiveStream stream(path_);
  stamp_ = stream.stamp();
  stream_.reset();
  while (const std::optional<ArchiveMember> member = stream.next()) {
    add(*member);
    const auto [folder, name] = split(normal_name(member->name));
    if (member->kind == ArchiveMember::Kind::kFile && is_read_as_companion(name))
      folders_[folder].companions[name] = stream.content(kMostCompanionBytes);
  }
}

void BatchArchive::add(const ArchiveMember& member) {
  const std::string name = normal_name(member.name);
  const std::size_t index = turn_.size();
  turn_.push_back(kNever);
  if (name.empty()) return;
  switch (member.kind) {
    case ArchiveMember::Kind::kFolder:
      break;  // a folder without files has no products
    case ArchiveMember::Kind::kHardLink:
    case ArchiveMember::Kind::kSymbolicLink:
      pending_links_.emplace_back(name, member);
      break;
    case ArchiveMember::Kind::kOther:
      no_files_.insert(index);
      [[fallthrough]];
    case ArchiveMember::Kind::kFile:
      add_file(name, index);
      break;
  }
}

/// A name that comes twice stands for the later one, as it does once the archive is unpacked.
void BatchArchive::add_file(const std::string& name, std::size_t member) {
  auto [folder, file] = split(name);
  folders_[folder].files[file] = member;
  while (!folder.empty()) {
    const auto [above, below] = split(folder);
    if (!folders_[above].folders.insert(below).second) break;
    folder = above;
  }
}

std::optional<std::size_t> BatchArchive::member_of(const std::string& name) const {
  const auto [folder, file] = split(name);
  const auto known = folders_.find(folder);
  if (known == folders_.end()) return std::nullopt;
  const auto found = known->second.files.find(file);
  return found == known->second.files.end() ? std::nullopt : std::optional(found->second);
}

/// Links to files are those files; links to folders are passed over, as on a disk; others lead nowhere.
void BatchArchive::resolve_links() {
  std::vector<std::pair<std::string, std::size_t>> found;
  for (const auto& [name, link] : pending_links_) {
    const bool relative = link.kind == ArchiveMember::Kind::kSymbolicLink && !link.link.starts_with('/');
    const std::string target = normal_name(relative ? split(name).first + "/" + link.link : link.link);
    if (const std::optional<std::size_t> member = member_of(target)) {
      found.emplace_back(name, *member);
    } else if (folders_.contains(target)) {
      ++links_;
    } else {
      no_files_.insert(turn_.size());
      found.emplace_back(name, turn_.size());
      turn_.push_back(kNever);
    }
  }
  for (const auto& [name, member] : found) add_file(name, member);
}

void BatchArchive::drop_if_unreadable(std::size_t member) {
  try {
    if (!read_on_to(member, kMostHeldBytes).error) return;
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it cannot even be found again
  }
  for (auto& [path, folder] : folders_) {
    std::erase_if(folder.files, [&](const auto& file) { return file.second == member; });
  }
}

FolderFacts BatchArchive::facts(const std::string& folder, const std::string& path,
                                std::vector<std::string> stems) const {
  return folder_facts(folders_.at(folder).companions, path, std::move(stems));
}

MemberContent BatchArchive::content(std::size_t member, const std::string& path, std::size_t most_bytes) {
  MemberContent content;
  const std::size_t turn = std::exchange(turn_[member], kNever);
  if (no_files_.contains(member)) {
    content.error = Error("not-a-file", {path}, "a pipe, a device or a link that leads nowhere", "a regular file");
    return content;
  }
  if (const auto held = held_.find(turn); held != held_.end()) {
    content = std::move(held->second);
    held_bytes_ -= content.bytes.size();
    held_.erase(held);
  } else {
    try {
      content = read_on_to(member, most_bytes);
    } catch (const Error& error) {
      stream_.reset();
      content.error = error;
    }
  }
  if (content.error)
    content.error = Error(content.error->code(), {path}, content.error->found(), content.error->wanted());
  return content;
}

/// Throws Error where the member is not reached.
MemberContent BatchArchive::read_on_to(std::size_t member, std::size_t most_bytes) {
  if (!stream_ || next_member_ > member) {
    stream_ = std::make_unique<ArchiveStream>(path_);
    next_member_ = 0;
    ++times_read_;
    if (stream_->stamp() != stamp_)
      throw Error("changing-file", {path_.string()}, "an archive that changed since its names were read",
                  "one that nobody writes to");
  }
  while (true) {
    if (!stream_->next())
      throw Error("damaged-archive", {path_.string()}, "fewer members than at first", "an undamaged archive");
    const std::size_t here = next_member_++;
    if (here == member) break;
    if (turn_[here] != kNever && !held_.contains(turn_[here])) hold(here, most_bytes);
  }
  MemberContent content;
  try {
    content.bytes = stream_->content(most_bytes);
  } catch (const Error& error) {
    content.error = error;
  }
  return content;
}

/// Keeps what stands before its turn; what is wanted last makes room.
void BatchArchive::hold(std::size_t member, std::size_t most_bytes) {
  const std::size_t turn = turn_[member];
  if (held_bytes_ >= most_held_bytes_ && !held_.empty() && held_.rbegin()->first < turn) return;
  MemberContent content;
  try {
    content.bytes = stream_->content(std::min(most_bytes, most_held_bytes_));
  } catch (const Error& error) {
    if (error.code() == "too-large") return;  // read in its turn
    content.error = error;
  }
  held_bytes_ += content.bytes.size();
  held_.emplace(turn, std::move(content));
  while (held_bytes_ > most_held_bytes_ && held_.size() > 1) {
    const auto last = std::prev(held_.end());
    held_bytes_ -= last->second.bytes.size();
    held_.erase(last);
  }
}

}  // namespace headscore
