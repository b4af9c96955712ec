// What the arguments of a batch stand for.
#pragma once

#include <string>
#include <vector>

namespace headscore {

/// A folder or an archive to be searched, or single files of one folder.
struct BatchSource {
  std::string path;  ///< of the folder; "" for files named without one
  std::string key;   ///< how units call the folder
  bool is_folder = true;
  std::vector<std::string> files;  ///< names, ascending, each once; empty for a folder
  bool is_archive = false;         ///< `path` is that of an archive
};

/// The sources behind folders, files, patterns and lists, in the order of their keys; what is named twice, or lies in a
/// folder that is searched, counts once. A single folder's key is "", so that keys do not depend on where it stands;
/// other keys are the paths. Throws Error for a list that cannot be read.
[[nodiscard]] std::vector<BatchSource> batch_sources(const std::vector<std::string>& arguments);

}  // namespace headscore
