// Whom a product is compared with: the products of a catalog.
#pragma once

#include <string>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore::cli {

/// Today by the clock (UTC), "2026-01-31".
[[nodiscard]] std::string day_of_clock();

/// Candidates of a catalog, a database of `headscore catalog` or a CSV: the CSV's files are read and measured under the
/// same settings as the product's own, recordings by `sound`. Prices of days to come do not count in the database.
/// Throws Error.
[[nodiscard]] std::vector<Candidate> candidates_of(const std::string& catalog, const ScoreOptions& options, int jobs,
                                                   const SoundReader* sound = nullptr);

}  // namespace headscore::cli
