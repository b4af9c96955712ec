// Catalog entries from measurement files: what has to be measured before it can enter a catalog.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "headscore/catalog_store.hpp"
#include "headscore/pipeline.hpp"

namespace headscore {

struct MeasuringOptions {
  Policy policy = default_policy();
  std::optional<FormFactor> form;  ///< of products whose files do not say it
  std::optional<std::string> rig;
  std::optional<Target> target;          ///< absent: the form's own
  std::filesystem::path catalog_folder;  ///< measurement files are stored relative to it
  int intervals = 200;                   ///< draws of the bootstrap, 0: none
  int jobs = 1;
};

/// What metrics under these options are comparable with: "audioreview-2026 1, own target".
[[nodiscard]] std::string metric_basis(const MeasuringOptions& options);

/// One entry a product of the files, grouped as for scoring (phone books, sidecars, names), with metrics, intervals,
/// hashes and rigs. A product with a file that cannot be read or used is an error as a whole and no entry; the others
/// are entries. Throws as check() of ScoreOptions.
[[nodiscard]] CatalogImport measured_products(const std::vector<std::filesystem::path>& files,
                                              const MeasuringOptions& options);

/// Measures the files of each entry that has files and no metrics; paths become relative to the catalog's folder.
/// Throws as check() of ScoreOptions.
void measure_entries(CatalogImport& import, const std::filesystem::path& folder, const MeasuringOptions& options);

}  // namespace headscore
