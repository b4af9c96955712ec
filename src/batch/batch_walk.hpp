// Finding the units of a batch, folder by folder, in an order that depends on the names alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batch/batch_archive.hpp"
#include "headscore/batch.hpp"
#include "headscore/outcome.hpp"
#include "pipeline/placing.hpp"

namespace headscore {

/// What is scored together: the files of one product in one folder, or one file.
struct BatchUnit {
  std::uint64_t index = 0;
  std::string
      folder;        ///< part of the key: the folder below the batch's root, "" for the root itself; well-formed UTF-8
  std::string name;  ///< the other part: the product, the file with --per-file, "" for the folder itself
  std::string folder_path;
  std::shared_ptr<const FolderFacts> facts;
  std::vector<std::string> files;       ///< names in the folder, ascending
  std::vector<bool> own_sidecar;        ///< one a file
  std::optional<Failure> failure;       ///< nothing can be read: why
  std::vector<MemberContent> contents;  ///< of files in an archive, one a file; empty for those on a disk
};

/// Order of units: a folder's own before those of the folders below it, both by bytes. Negative, zero or positive.
[[nodiscard]] int compare_keys(std::string_view folder_a, std::string_view name_a, std::string_view folder_b,
                               std::string_view name_b);

/// One folder is open at a time: memory grows with the largest folder, not with the set. Of an archive all names are
/// held, and what BatchArchive holds of contents.
class BatchWalk {
 public:
  /// `arguments`: folders, files, patterns, lists (see run_batch). Throws Error("missing-file") for a list that cannot
  /// be read.
  /// Files of a searched folder whose path begins with `results` are the run's own and left out.
  BatchWalk(const std::vector<std::string>& arguments, bool per_file, const std::optional<Shard>& shard,
            const std::filesystem::path& results = {});
  ~BatchWalk();

  /// The next unit of this shard in order; nullopt at the end.
  [[nodiscard]] std::optional<BatchUnit> next();

  [[nodiscard]] std::uint64_t units_of_all_shards() const;  ///< so far
  [[nodiscard]] std::uint64_t links_passed_over() const;    ///< links to folders, which are not followed

 private:
  class Walker;
  std::unique_ptr<Walker> walker_;
};

}  // namespace headscore
