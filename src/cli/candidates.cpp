#include "cli/candidates.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "headscore/catalog_import.hpp"
#include "headscore/target_shaping.hpp"

namespace headscore::cli {

std::string day_of_clock() {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

namespace {

namespace fs = std::filesystem;

/// Candidates of a catalog in SQLite: the figures that it holds, where they were measured against the same policy and
/// target; others count as missing. Prices are compared in the product's currency.
std::vector<Candidate> stored_candidates(const std::string& catalog, const ScoreOptions& options) {
  const CatalogStore store = CatalogStore::open(catalog);
  MeasuringOptions measuring;
  measuring.policy = options.policy;
  if (options.target) measuring.target = adjusted(*options.target, options.adjustment);
  PriceChoice choice;
  choice.currency = options.price ? options.price->currency() : store.currency();
  choice.today = day_of_clock();
  return store.candidates(choice, metric_basis(measuring));
}

}  // namespace

std::vector<Candidate> candidates_of(const std::string& catalog, const ScoreOptions& options, int jobs,
                                     const SoundReader* sound) {
  if (CatalogStore::is_catalog(catalog)) return stored_candidates(catalog, options);
  std::vector<Candidate> candidates;
  for (const CatalogRow& row : read_catalog(catalog)) {
    Candidate candidate = row.product;
    std::vector<fs::path> files;
    for (const fs::path& file : row.measurements) files.push_back(fs::path(catalog).parent_path() / file);
    const std::vector<Product> products = grouped(read_files(files, {}, jobs, sound));
    ScoreOptions own = options;
    if (candidate.form) own.form = candidate.form;
    for (const Product& product : products) {
      if (!product.refused.empty() && product.refused.front().error) {
        throw Error("bad-catalog", {catalog, row.line},
                    "a measurement that cannot be read: " + product.refused.front().error->message,
                    "measurement files");
      }
    }
    if (products.size() > 1) {
      throw Error("bad-catalog", {catalog, row.line},
                  "measurements of several products (" + products[0].name + ", " + products[1].name + ")",
                  "files of one product");
    }
    if (!products.empty()) candidate.metrics = metrics_of(products.front(), own);
    if (!candidate.form && !products.empty())
      candidate.form = products.front().form ? products.front().form : options.form;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace headscore::cli
