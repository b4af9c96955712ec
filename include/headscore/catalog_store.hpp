// The catalog: one SQLite file that holds products, prices, exchange rates, measurements and metrics.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/all_pairs.hpp"
#include "headscore/catalog.hpp"
#include "headscore/error.hpp"

namespace headscore {

enum class PriceCondition { kNew, kUsed, kDiscontinued };  ///< discontinued: a market price of what is no longer made
[[nodiscard]] std::string_view to_string(PriceCondition condition);  ///< "new", "used", "discontinued"
[[nodiscard]] std::optional<PriceCondition> price_condition_from(std::string_view text);

struct DatedPrice {
  Price price;
  PriceCondition condition = PriceCondition::kNew;
  std::string source;
  Location where = {};  ///< of the amount, in what was imported
};

/// 1 `base` = `rate` `quote`, on a day.
struct ExchangeRate {
  std::string base;
  std::string quote;
  double rate = 1.0;
  std::string date;
  std::string source;
};

struct CatalogMeasurement {
  std::string path;    ///< relative to the catalog's folder where it lies below it
  std::string sha256;  ///< of the bytes that the metrics came from
  std::string rig;     ///< id; empty: not known
};

struct CatalogMetric {
  MetricValue figure;                  ///< with interval; `note` holds level, band, source
  std::string unit;                    ///< as known_metrics() has it
  std::optional<double> level_spl_db;  ///< drive level of a distortion figure, re 20 uPa
  std::string basis;  ///< policy, target: figures of another basis are not comparable; empty: given by hand
};

struct CatalogProduct {
  std::string brand;
  std::string model;
  std::vector<std::string> aliases;
  std::optional<FormFactor> form;
  std::set<std::string> functions;
  std::vector<DatedPrice> prices;
  std::vector<CatalogMeasurement> measurements;
  std::vector<CatalogMetric> metrics;

  [[nodiscard]] std::string name() const;  ///< "Sony MDR-1AM2"
};

/// A product to add, or what is to be added to one that is there.
struct CatalogEntry {
  CatalogProduct product;
  Location where;        ///< of its name
  bool declares = true;  ///< false: the product must be in the catalog already
};

/// Everything that one import brings, and what is wrong with it. With errors nothing of it may enter a catalog.
struct CatalogImport {
  std::vector<CatalogEntry> entries;
  std::vector<ExchangeRate> rates;
  std::vector<Error> errors;
  std::vector<std::string> notes;
};

enum class OnExisting {
  kRefuse,  ///< a declared product that is there is an error
  kUpdate   ///< form, functions and metrics are replaced where given, prices, aliases and measurements added
};

struct ImportReport {
  std::size_t added = 0;
  std::size_t updated = 0;
  std::size_t prices = 0;
  std::size_t rates = 0;
  std::vector<std::string> near_matches;  ///< "X: near Y", nothing was merged
  std::vector<Error> errors;              ///< not empty: nothing was changed
};

/// Which price of a product counts.
struct PriceChoice {
  std::string currency;  ///< that everything is converted into, by the newest rate
  std::string today;     ///< nothing later counts
  bool used = false;     ///< prices of used ones count too
};

/// Brand and model, or a whole name, without regard to case, blanks and punctuation ("+" counts, "&" is "and"):
/// "sonymdr1am2".
[[nodiscard]] std::string normalised_identity(std::string_view name);

/// "bad-date" unless `date` is a day of the calendar, "date-in-future" when it is later than `today`.
void check_date(const std::string& date, const std::string& today, const Location& where);

/// One file. Every change is one transaction: it is there as a whole or not at all, whatever happens to the process.
/// All functions throw Error("catalog-database") for what SQLite reports. One object is for one thread.
class CatalogStore {
 public:
  static constexpr int kSchemaVersion = 2;

  /// Throws Error("catalog-exists") when there is a file, and Price's for the currency.
  [[nodiscard]] static CatalogStore create(const std::filesystem::path& path, const std::string& currency);
  /// Opens and, where its schema is older, migrates. Throws Error: "missing-file", "not-a-catalog", "newer-catalog".
  [[nodiscard]] static CatalogStore open(const std::filesystem::path& path);
  [[nodiscard]] static bool is_catalog(const std::filesystem::path& path);  ///< by its first bytes

  CatalogStore(CatalogStore&&) noexcept;
  CatalogStore& operator=(CatalogStore&&) noexcept;
  ~CatalogStore();

  [[nodiscard]] std::string currency() const;
  [[nodiscard]] int schema_version() const;
  [[nodiscard]] std::size_t size() const;

  /// Adds everything in one transaction, or nothing when anything is wrong: duplicate product or alias, unknown
  /// product, price in a currency without a rate to the catalog's own, the errors of `import` itself.
  ImportReport apply(const CatalogImport& import, OnExisting existing = OnExisting::kRefuse);

  /// Throws Error("unknown-product") that names the nearest.
  [[nodiscard]] CatalogProduct product(const std::string& name) const;
  [[nodiscard]] std::vector<CatalogProduct> products() const;  ///< by identity
  [[nodiscard]] std::vector<ExchangeRate> rates() const;
  [[nodiscard]] std::vector<std::string> names() const;

  /// For the search: each product with the price that counts; a price that cannot be converted stays in its own
  /// currency. `basis`: metrics of another basis are left out, those given by hand stay; empty: all count.
  [[nodiscard]] std::vector<Candidate> candidates(const PriceChoice& choice, const std::string& basis = "") const;
  [[nodiscard]] ProductTable table(const PriceChoice& choice, const std::string& basis = "") const;
  [[nodiscard]] std::vector<std::string> bases() const;  ///< of the metrics, without the empty one

 private:
  struct Impl;
  explicit CatalogStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Reads the catalog's CSV (docs/catalog.md). Never throws for what is wrong with rows: that is in errors, each with
/// line and column. Throws Error when the file cannot be read at all.
[[nodiscard]] CatalogImport read_catalog_csv(const std::filesystem::path& path, const std::string& today);

/// Reads what write_catalog_json() writes.
[[nodiscard]] CatalogImport read_catalog_json(const std::filesystem::path& path, const std::string& today);

/// Review pages: brand, model, form and functions (tags) and price from their front matter. A page of a language that
/// repeats another's product is passed over with a note.
[[nodiscard]] CatalogImport read_review_pages(const std::vector<std::filesystem::path>& pages, const std::string& today,
                                              const std::string& currency);

void write_catalog_csv(std::ostream& out, const std::vector<CatalogProduct>& products,
                       const std::vector<ExchangeRate>& rates);
void write_catalog_json(std::ostream& out, const std::string& currency, const std::vector<CatalogProduct>& products,
                        const std::vector<ExchangeRate>& rates);

}  // namespace headscore
