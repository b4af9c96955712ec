#include "batch/batch_walk.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "batch/batch_arguments.hpp"
#include "io/content_hash.hpp"
#include "io/json_text.hpp"
#include "pipeline/files.hpp"
#include "pipeline/identity.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSidecarEnding = ".headscore.json";

/// A folder while its units are handed out.
struct OpenFolder {
  std::string path;
  std::string key;
  std::shared_ptr<const FolderFacts> facts;
  std::vector<std::string> entries;  ///< unit, NUL, file; ascending
  std::size_t at = 0;
  std::vector<std::string> sidecars;  ///< names with kSidecarEnding, ascending
  std::vector<std::string> folders;   ///< names, descending by their key: the next is the last
  std::optional<Failure> failure;
  std::shared_ptr<BatchArchive> archive;  ///< that the folder is in
  std::string archive_folder;             ///< its path there

  [[nodiscard]] bool has_sidecar(const std::string& file) const {
    return std::binary_search(sidecars.begin(), sidecars.end(), file + std::string(kSidecarEnding));
  }
};

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() || folder == "/" ? folder + name : folder + "/" + name;
}

}  // namespace

int compare_keys(std::string_view folder_a, std::string_view name_a, std::string_view folder_b,
                 std::string_view name_b) {
  // A slash counts as less than any other byte: what is below "a" comes before "a b".
  const auto rank = [](char c) { return c == '/' ? 0U : 1U + static_cast<unsigned char>(c); };
  const std::size_t common = std::min(folder_a.size(), folder_b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (folder_a[i] != folder_b[i]) return rank(folder_a[i]) < rank(folder_b[i]) ? -1 : 1;
  }
  if (folder_a.size() != folder_b.size()) return folder_a.size() < folder_b.size() ? -1 : 1;
  return name_a.compare(name_b);
}

class BatchWalk::Walker {
 public:
  Walker(const std::vector<std::string>& arguments, bool per_file, const std::optional<Shard>& shard,
         const fs::path& results)
      : sources_(batch_sources(arguments)), per_file_(per_file), shard_(shard), results_(results) {}

  std::optional<BatchUnit> next() {
    while (true) {
      if (stack_.empty()) {
        if (source_at_ == sources_.size()) return std::nullopt;
        open_source(sources_[source_at_++]);
        continue;
      }
      std::shared_ptr<BatchArchive> archive;
      std::string folder;
      std::optional<BatchUnit> unit = next_of_source(archive, folder);
      if (!unit) continue;
      ++all_;
      if (!in_shard(*unit)) continue;
      unit->index = index_++;
      if (archive) add_contents(*archive, folder, *unit);
      return unit;
    }
  }

  [[nodiscard]] std::uint64_t all() const { return all_; }
  [[nodiscard]] std::uint64_t links() const { return links_; }

 private:
  [[nodiscard]] bool in_shard(const BatchUnit& unit) const {
    return !shard_ || hash64(below(unit.folder, unit.name)) % shard_->count == shard_->index - 1;
  }

  /// The next unit of the source that is open; nullopt at its end. `archive` and the folder in it: where it comes from.
  std::optional<BatchUnit> next_of_source(std::shared_ptr<BatchArchive>& archive, std::string& archive_folder) {
    while (!stack_.empty()) {
      if (std::optional<BatchUnit> unit = next_unit(stack_.back())) {
        archive = stack_.back().archive;
        archive_folder = stack_.back().archive_folder;
        return unit;
      }
      descend();
    }
    return std::nullopt;
  }

  static void add_contents(BatchArchive& archive, const std::string& folder, BatchUnit& unit) {
    const ReadOptions limits;
    for (const std::string& file : unit.files) {
      unit.contents.push_back(
          archive.content(archive.folder(folder).files.at(file), below(unit.folder_path, file), limits.most_bytes));
    }
  }

  /// Twice through the names: first for the order in which contents will be asked for.
  void open_archive(const BatchSource& source) {
    const auto archive = std::make_shared<BatchArchive>(source.path);
    links_ += archive->links_passed_over();
    open_archive_folder(archive, "", source.path, source.key);
    std::shared_ptr<BatchArchive> same;
    std::string folder;
    while (const std::optional<BatchUnit> unit = next_of_source(same, folder)) {
      if (!in_shard(*unit)) continue;
      for (const std::string& file : unit->files) archive->plan(archive->folder(folder).files.at(file));
    }
    open_archive_folder(archive, "", source.path, source.key);
  }

  void open_archive_folder(const std::shared_ptr<BatchArchive>& archive, const std::string& archive_folder,
                           const std::string& path, const std::string& key) {
    const BatchArchive::Folder& content = archive->folder(archive_folder);
    OpenFolder folder;
    folder.path = path;
    folder.key = key;
    folder.archive = archive;
    folder.archive_folder = archive_folder;
    if (archive_folder.empty()) folder.failure = archive->failure();
    std::vector<std::string> files;
    std::vector<std::string> stems;
    for (const auto& [name, member] : content.files) {
      if (name.starts_with('.')) continue;
      if (name.ends_with(kSidecarEnding)) folder.sidecars.push_back(name);
      if (is_companion(below(path, name)) || is_played(content, name)) continue;
      files.push_back(name);
      stems.push_back(stem_without_extensions(name));
    }
    folder.facts = std::make_shared<const FolderFacts>(archive->facts(archive_folder, path, std::move(stems)));
    for (const std::string& file : files) add_entry(folder, file);
    for (const std::string& name : content.folders) {
      if (!name.starts_with('.')) folder.folders.push_back(name);
    }
    push(std::move(folder));
  }

  /// A test signal: its sidecar stands beside it.
  static bool is_played(const BatchArchive::Folder& folder, const std::string& name) {
    if (!has_sound_name(name)) return false;
    return folder.files.contains(name + ".json") ||
           folder.files.contains(fs::path(name).replace_extension(".json").string());
  }

  void push(OpenFolder folder) {
    std::sort(folder.folders.begin(), folder.folders.end(),
              [](const std::string& a, const std::string& b) { return utf8_text(a) > utf8_text(b); });
    stack_.push_back(std::move(folder));
    sort_entries(stack_.back());
  }

  void open_source(const BatchSource& source) {
    if (source.is_archive) {
      open_archive(source);
      return;
    }
    if (source.is_folder) {
      open_folder(source.path, source.key);
      return;
    }
    OpenFolder folder;
    folder.path = source.path;
    folder.key = source.key;
    folder.facts = facts_of(source.path.empty() ? "." : source.path, source.files);
    for (const std::string& file : source.files) {
      if (has_own_sidecar(below(folder.path, file))) folder.sidecars.push_back(file + std::string(kSidecarEnding));
    }
    std::sort(folder.sidecars.begin(), folder.sidecars.end());
    for (const std::string& file : source.files) add_entry(folder, file);
    stack_.push_back(std::move(folder));
    sort_entries(stack_.back());
  }

  void open_folder(const std::string& path, const std::string& key) {
    OpenFolder folder;
    folder.path = path;
    folder.key = key;
    std::vector<std::string> files;
    std::error_code error;
    const fs::path home = results_.has_parent_path() ? results_.parent_path() : fs::path(".");
    const bool holds_results = !results_.empty() && fs::equivalent(path, home, error);
    fs::directory_iterator entries(path, error);
    if (error) folder.failure = failure_of(path, error);
    for (const fs::directory_iterator end; !error && entries != end; entries.increment(error))
      sort_in(*entries, folder, files);
    if (error && !folder.failure) folder.failure = failure_of(path, error);
    if (holds_results) {
      std::erase_if(files, [&](const std::string& file) { return file.starts_with(results_.filename().string()); });
    }
    folder.facts = facts_of(path, files);
    std::sort(folder.sidecars.begin(), folder.sidecars.end());
    for (std::string& file : files) {
      add_entry(folder, file);
      std::string().swap(file);  // of a million names, one copy is enough
    }
    push(std::move(folder));
  }

  static Failure failure_of(const std::string& path, const std::error_code& error) {
    const Error failure("unreadable", {path}, "a folder that cannot be read (" + error.message() + ")",
                        "a folder that can be read");
    return {failure.code(), failure.what()};
  }

  void sort_in(const fs::directory_entry& entry, OpenFolder& folder, std::vector<std::string>& files) {
    std::string name = entry.path().filename().string();
    if (name.starts_with('.')) return;
    if (name.ends_with(kSidecarEnding)) folder.sidecars.push_back(name);
    std::error_code error;
    // The kind comes with the folder's listing: no call a file.
    const bool link = entry.is_symlink(error);
    if (entry.is_directory(error)) {
      if (link) {
        ++links_;
      } else {
        folder.folders.push_back(std::move(name));
      }
    } else if (!is_companion(entry.path())) {
      files.push_back(std::move(name));
    }
  }

  static std::shared_ptr<const FolderFacts> facts_of(const std::string& path, const std::vector<std::string>& files) {
    std::vector<std::string> stems;
    stems.reserve(files.size());
    for (const std::string& file : files) stems.push_back(stem_without_extensions(file));
    return std::make_shared<const FolderFacts>(read_folder_facts(path, std::move(stems)));
  }

  /// Product, variant and file, to become unit and file once all of the folder are known.
  void add_entry(OpenFolder& folder, const std::string& file) const {
    if (per_file_) {
      folder.entries.push_back(utf8_text(file) + '\0' + file);
      return;
    }
    const Placed where = placed_or_named(folder, file);
    folder.entries.push_back(utf8_text(where.identity.product) + '\0' + utf8_text(where.variant) + '\0' + file);
  }

  static Placed placed_or_named(const OpenFolder& folder, const std::string& file) {
    const fs::path path = below(folder.path, file);
    try {
      return placed(*folder.facts, path, folder.has_sidecar(file));
    } catch (const Error&) {  // told when the unit is read
      Placed named;
      named.identity = identity_from_name(path);
      return named;
    }
  }

  void sort_entries(OpenFolder& folder) const {
    std::sort(folder.entries.begin(), folder.entries.end());
    if (per_file_) return;
    const auto variant_of = [](const std::string& entry) {
      const std::size_t start = entry.find('\0') + 1;
      return std::string_view(entry).substr(start, entry.find('\0', start) - start);
    };
    bool renamed = false;
    for (auto first = folder.entries.begin(); first != folder.entries.end();) {
      const std::string product(unit_of(*first));
      const auto last = std::find_if(first, folder.entries.end(),
                                     [&](const std::string& entry) { return unit_of(entry) != product; });
      const bool several = variant_of(*first) != variant_of(*std::prev(last));  // they are sorted
      for (; first != last; ++first) {
        const std::string variant(variant_of(*first));
        const bool told_apart = several && !variant.empty();
        *first =
            product + (told_apart ? " (" + variant + ")" : "") + first->substr(product.size() + 1 + variant.size());
        renamed = renamed || told_apart;
      }
    }
    if (renamed) std::sort(folder.entries.begin(), folder.entries.end());
  }

  static std::string_view unit_of(const std::string& entry) {
    return std::string_view(entry).substr(0, entry.find('\0'));
  }

  std::optional<BatchUnit> next_unit(OpenFolder& folder) const {
    if (!folder.failure && folder.at == folder.entries.size()) return std::nullopt;
    BatchUnit unit;
    unit.folder = folder.key;
    unit.folder_path = folder.path;
    unit.facts = folder.facts;
    if (folder.failure) {
      unit.failure = std::exchange(folder.failure, std::nullopt);
      return unit;
    }
    unit.name = unit_of(folder.entries[folder.at]);
    while (folder.at < folder.entries.size() && unit_of(folder.entries[folder.at]) == unit.name) {
      std::string& entry = folder.entries[folder.at++];
      unit.files.push_back(entry.substr(unit.name.size() + 1));
      unit.own_sidecar.push_back(folder.has_sidecar(unit.files.back()));
      std::string().swap(entry);
    }
    return unit;
  }

  /// The folder at the top of the stack has no unit left: on to the folders below it.
  void descend() {
    OpenFolder& top = stack_.back();
    std::vector<std::string>().swap(top.entries);
    top.at = 0;
    if (top.folders.empty()) {
      stack_.pop_back();
      return;
    }
    const std::string name = std::move(top.folders.back());
    top.folders.pop_back();
    if (top.archive) {
      const std::shared_ptr<BatchArchive> archive = top.archive;  // the stack may move
      open_archive_folder(archive, below(top.archive_folder, name), below(top.path, name),
                          below(top.key, utf8_text(name)));
      return;
    }
    open_folder(below(top.path, name), below(top.key, utf8_text(name)));
  }

  std::vector<BatchSource> sources_;
  bool per_file_;
  std::optional<Shard> shard_;
  fs::path results_;
  std::size_t source_at_ = 0;
  std::vector<OpenFolder> stack_;
  std::uint64_t index_ = 0;
  std::uint64_t all_ = 0;
  std::uint64_t links_ = 0;
};

BatchWalk::BatchWalk(const std::vector<std::string>& arguments, bool per_file, const std::optional<Shard>& shard,
                     const fs::path& results)
    : walker_(std::make_unique<Walker>(arguments, per_file, shard, results)) {}
BatchWalk::~BatchWalk() = default;

std::optional<BatchUnit> BatchWalk::next() { return walker_->next(); }
std::uint64_t BatchWalk::units_of_all_shards() const { return walker_->all(); }
std::uint64_t BatchWalk::links_passed_over() const { return walker_->links(); }

}  // namespace headscore
