// Which product, channel and seat a file belongs to, and the product made of such files.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headscore/pipeline.hpp"
#include "io/sidecar.hpp"

namespace headscore {

/// What a folder says of its files: its phone book and its sidecar.
struct FolderFacts {
  std::map<std::string, PhoneBookEntry> book;
  std::map<std::string, std::string> lower_names;  ///< lower-case file name -> name in the book
  Sidecar sidecar;
  std::vector<std::string> stems;  ///< its files' names without endings, ascending: twins tell channels
  std::optional<Error> error;      ///< one of them cannot be read: no file of the folder can be placed
  std::map<std::string, std::string> own_sidecars;  ///< where the folder is none on a disk: their texts by name
};

/// Never throws for what is wrong in the folder: that is in `error`.
[[nodiscard]] FolderFacts read_folder_facts(const std::filesystem::path& path, std::vector<std::string> stems);

/// The same of a folder that is none on a disk; `companions`: texts of phone books and sidecars by name.
[[nodiscard]] FolderFacts folder_facts(const std::map<std::string, std::string>& companions,
                                       const std::filesystem::path& path, std::vector<std::string> stems);

/// A file with everything that was said about where it belongs.
struct Placed {
  Identity identity;
  std::string
      variant;  ///< tells products of one name apart: another rig of SBAF's, a file that the phone book does not know
  std::optional<FormFactor> form;
  std::string form_source = "none";
  std::optional<std::string> rig;
  std::optional<double> level_spl_db;
};

/// True when `FILE.headscore.json` stands beside the file.
[[nodiscard]] bool has_own_sidecar(const std::filesystem::path& path);

/// By phone book, sidecars and name. Throws Error where one of them is damaged.
[[nodiscard]] Placed placed(const FolderFacts& folder, const std::filesystem::path& path, bool own_sidecar);

/// The product `product` with one more file, or one more refused file. Its name must be set.
void add_file(Product& product, FileOutcome file, const Placed& placed);

/// Puts channels and seats in order and notes copies; to be called once all files were added.
void finish_product(Product& product);

/// The measurement with a warning about the whole file behind its own.
void add_warning(Measurement& measurement, const char* code, std::string message);

/// True when both have a response, and the same one.
[[nodiscard]] bool same_response(const Measurement& a, const Measurement& b);

}  // namespace headscore
