// The straight path: files -> products -> outcomes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "headscore/alignment.hpp"
#include "headscore/catalog.hpp"
#include "headscore/outcome.hpp"
#include "headscore/policy.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/product.hpp"
#include "headscore/reader.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/smoothing.hpp"
#include "headscore/sound.hpp"
#include "headscore/target.hpp"

namespace headscore {

/// A file that was understood, or why it was not.
struct FileOutcome {
  std::string path;
  std::optional<Measurement> measurement;
  std::optional<Error> error;
};

/// The files behind the arguments, sorted within a folder: files are taken as they are, folders are searched with all
/// below them (links to folders are not followed) for files that are not hidden and not what goes with measurements by
/// custom: *.json, *.md, *.svg, catalog.csv, and a test signal with its sidecar. Throws Error("missing-file") for a path that
/// is not there and Error("no-files") for a folder without any file.
[[nodiscard]] std::vector<std::filesystem::path> found_files(const std::vector<std::filesystem::path>& arguments);

/// Reads each file, in order, on `jobs` threads; the result does not depend on `jobs`. With `sound`, recordings of
/// sweeps are analysed, and each of their channels is an outcome of its own; without, they are refused:
/// Error("sound-file").
[[nodiscard]] std::vector<FileOutcome> read_files(const std::vector<std::filesystem::path>& paths,
                                                  const ReadOptions& options, int jobs = 1,
                                                  const SoundReader* sound = nullptr);

/// Products from files: channels and seats are put together by phone_book.json in the file's folder where there is one,
/// by sidecars
/// (`headscore.json` in the folder, `FILE.headscore.json` beside a file), else by names. In order of first appearance.
[[nodiscard]] std::vector<Product> grouped(std::vector<FileOutcome> files);

struct ScoreOptions {
  std::optional<FormFactor> form;
  std::optional<std::string> rig;  ///< rig id
  std::optional<Target> target;    ///< absent: the model's own
  TargetAdjustment adjustment;
  std::vector<std::string> models;  ///< ids; empty: the form's default
  Policy policy = default_policy();
  Alignment alignment;                  ///< of the curves shown and analysed
  double points_per_octave = 48.0;      ///< of the curves shown; figures are taken on 48 points
  Smoothing smoothing;                  ///< of the curves shown
  std::optional<bool> compensated;      ///< overrides what the reader found
  std::optional<Price> price;           ///< absent: that of the catalog's row with the product's name
  std::vector<Comparator> comparators;  ///< the cheapest counts
  std::vector<Candidate> catalog;
  std::set<std::string> product_functions;
  std::set<std::string> ignored_functions;
  std::map<std::string, double> given;  ///< technology, reliability, rationality (0..1); thd_percent, isolation_db,
                                        ///< signal_to_noise_db
  bool manufacturer_data = false;
  int bootstrap_replicates = 200;  ///< 0: no intervals; else 20 to 100000
  std::uint64_t seed = 20260101;
};

/// Throws Error for options that no product can be scored with: "unknown-model", "unknown-rig", "unknown-function",
/// "bad-policy" (a metric that is not measured), "bad-given", "bad-draws", "bad-grid", "bad-alignment",
/// "bad-smoothing", "bad-shelf", "bad-tilt". Whatever takes ScoreOptions does so before it begins.
void check(const ScoreOptions& options);

/// Scores one product. Never throws for what is wrong with the product: that is in the outcome. Throws as check().
[[nodiscard]] Outcome scored(const Product& product, const ScoreOptions& options);

/// Scores each product, in order, on `jobs` threads; the result does not depend on `jobs`. Throws as check().
[[nodiscard]] std::vector<Outcome> scored(const std::vector<Product>& products, const ScoreOptions& options,
                                          int jobs = 1);

/// The figures of a product that policy and cost-performance use. Throws Error for a product that has none, and as
/// check().
[[nodiscard]] std::vector<MetricValue> metrics_of(const Product& product, const ScoreOptions& options);

}  // namespace headscore
