// Verification: review pages in, checked claims out.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "headscore/claim.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/product.hpp"

namespace headscore {

struct VerifyOptions {
  std::vector<Product> measured;  ///< products with measurements, found by name
  bool has_measurements = false;
  ScoreOptions scoring;  ///< how they are scored; its catalog is where cheaper equivalents are searched
  bool has_catalog = false;
  std::set<std::string> ids;  ///< checks to make; empty: all of claim_ids()
  bool strict = false;        ///< a price that a newer review of the comparator has changed is contradicted, not stale
};

/// The review pages behind the arguments, sorted within a folder: files as they are, folders with all below them for
/// *.md and *.markdown that are not hidden and not "*.fixed.md". Throws Error("missing-file") and Error("no-files").
[[nodiscard]] std::vector<std::filesystem::path> found_pages(const std::vector<std::filesystem::path>& arguments);

/// Facts and claims of pages (path, bytes), checked one by one and against each other: the comparator's own review,
/// pairs of languages. A page that cannot be read has an error instead: as many reviews as pages. Never throws for what
/// a page holds; throws as check() of ScoreOptions.
[[nodiscard]] std::vector<PageReview> verified(const std::vector<std::pair<std::string, std::string>>& pages,
                                               const VerifyOptions& options);

/// The page with its certain corrections; the bytes as they are when there is none.
[[nodiscard]] std::string corrected(const std::string& bytes, const PageReview& review);

/// What verified() found, counted.
[[nodiscard]] VerificationSummary summary_of(const std::vector<PageReview>& reviews);

}  // namespace headscore
