// The only file that speaks to SQLite.
#include "headscore/catalog_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <unordered_map>

#include "catalog/catalog_prices.hpp"
#include "catalog/catalog_schema.hpp"
#include "catalog/product_identity.hpp"
#include "error/nearest_name.hpp"
#include "io/file_bytes.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using Statement = SQLite::Statement;

constexpr int kBusyMilliseconds = 5000;  ///< how long to wait for another process that writes
constexpr std::size_t kMostErrors = 1000;

/// SQLite's errors as ours.
template <typename Work>
auto guarded(const fs::path& path, const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw Error("catalog-database", {path.string()}, std::string("a failure of the database: ") + error.getErrorStr(),
                "a catalog that can be read and written");
  }
}

int pragma_number(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

std::optional<double> number_in(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(column.getDouble());
}

void bind_optional(Statement& statement, int index, const std::optional<double>& value) {
  if (value) {
    statement.bind(index, *value);
  } else {
    statement.bind(index);
  }
}

MetricValue figure_in(Statement& row, int first) {
  MetricValue figure{row.getColumn(first).getString(), row.getColumn(first + 1).getDouble(),
                     row.getColumn(first + 2).getInt() != 0, row.getColumn(first + 3).getString()};
  const std::optional<double> low = number_in(row.getColumn(first + 4));
  const std::optional<double> high = number_in(row.getColumn(first + 5));
  if (low && high) figure.interval = Interval{*low, *high, number_in(row.getColumn(first + 6)).value_or(0.9), ""};
  return figure;
}

}  // namespace

std::string CatalogProduct::name() const { return brand.empty() ? model : brand + " " + model; }

struct CatalogStore::Impl {
  fs::path path;
  mutable SQLite::Database database;

  Impl(const fs::path& file, int flags) : path(file), database(file.string(), flags, kBusyMilliseconds) {
    database.exec("PRAGMA foreign_keys = ON");
    database.exec("PRAGMA synchronous = FULL");
  }

  /// The steps that are missing, each in the same transaction: an old catalog is migrated whole or left as it is.
  void migrate() {
    const int have = pragma_number(database, "user_version");
    if (have == kSchemaVersion) return;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    for (int step = pragma_number(database, "user_version"); step < kSchemaVersion; ++step)
      database.exec(kCatalogSchemaSteps[static_cast<std::size_t>(step)]);
    Statement function(database, "INSERT OR IGNORE INTO functions (name) VALUES (?)");
    for (const std::string_view name : known_functions()) {
      function.bind(1, std::string(name));
      function.exec();
      function.reset();
    }
    database.exec(fmt::format("PRAGMA application_id = {}", kCatalogApplicationId));
    database.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
    transaction.commit();
  }

  [[nodiscard]] std::vector<ExchangeRate> rates() const {
    std::vector<ExchangeRate> all;
    Statement row(database, "SELECT base, quote, rate, date, source FROM rates ORDER BY base, quote, date");
    while (row.executeStep()) {
      all.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getDouble(),
                     row.getColumn(3).getString(), row.getColumn(4).getString()});
    }
    return all;
  }

  [[nodiscard]] std::string currency() const {
    return database.execAndGet("SELECT value FROM settings WHERE name = 'currency'").getString();
  }

  /// Each product without its rows of other tables, by identity; `where` is a condition on products.
  [[nodiscard]] std::vector<CatalogProduct> products(std::optional<std::int64_t> only = std::nullopt) const;
};

namespace {

/// Calls `take(index of the product, row)` for the rows of a table that belongs to products.
template <typename Take>
void for_each_row(SQLite::Database& database, const std::string& columns, const std::string& table,
                  const std::string& order, const std::unordered_map<std::int64_t, std::size_t>& place,
                  std::optional<std::int64_t> only, const Take& take) {
  Statement row(database, "SELECT product_id, " + columns + " FROM " + table + (only ? " WHERE product_id = ?" : "") +
                              " ORDER BY product_id, " + order);
  if (only) row.bind(1, *only);
  while (row.executeStep()) take(place.at(row.getColumn(0).getInt64()), row);
}

/// One transaction's additions.
class Writer {
 public:
  Writer(SQLite::Database& database, const CatalogImport& import, OnExisting existing, std::string currency)
      : database_(database), import_(import), existing_(existing), currency_(std::move(currency)) {}

  ImportReport run(const std::vector<ExchangeRate>& known_rates) {
    report_.errors = import_.errors;
    std::vector<ExchangeRate> rates = known_rates;
    rates.insert(rates.end(), import_.rates.begin(), import_.rates.end());
    rates_.emplace(rates, "");
    for (const ExchangeRate& rate : import_.rates) add_rate(rate);
    Statement name(database_, "SELECT brand, model FROM products");
    while (name.executeStep()) near_.add(joined(name.getColumn(0).getString(), name.getColumn(1).getString()));
    for (const CatalogEntry& entry : import_.entries) {
      if (report_.errors.size() >= kMostErrors) break;
      add(entry);
    }
    return std::move(report_);
  }

 private:
  static std::string joined(const std::string& brand, const std::string& model) {
    return brand.empty() ? model : brand + " " + model;
  }

  void refuse(std::string code, const Location& where, std::string found, std::string wanted) {
    report_.errors.emplace_back(std::move(code), where, std::move(found), std::move(wanted));
  }

  void add_rate(const ExchangeRate& rate) {
    rate_.reset();
    rate_.bind(1, rate.base);
    rate_.bind(2, rate.quote);
    rate_.bind(3, rate.rate);
    rate_.bind(4, rate.date);
    rate_.bind(5, rate.source);
    rate_.exec();
    ++report_.rates;
  }

  /// The product of an identity or alias; 0 when there is none.
  std::int64_t find(const std::string& identity) {
    for (Statement* const statement : {&by_identity_, &by_alias_}) {
      statement->reset();
      statement->bind(1, identity);
      if (statement->executeStep()) return statement->getColumn(0).getInt64();
    }
    return 0;
  }

  std::string name_of(std::int64_t id) {
    name_.reset();
    name_.bind(1, id);
    return name_.executeStep() ? joined(name_.getColumn(0).getString(), name_.getColumn(1).getString()) : "";
  }

  void add(const CatalogEntry& entry) {
    const std::string name = entry.product.name();
    const std::string identity = normalised_identity(name);
    if (identity.empty())
      return refuse("bad-catalog", entry.where, "a name without a letter or digit", "brand and model");
    std::int64_t id = find(identity);
    if (entry.declares && id != 0 && existing_ == OnExisting::kRefuse) {
      return refuse("duplicate-product", entry.where,
                    "the product \"" + name + "\", which is in the catalog as \"" + name_of(id) + "\"",
                    "each product once (--update changes it)");
    }
    if (!entry.declares && id == 0)
      return refuse("unknown-product", entry.where, "\"" + name + "\", which is not in the catalog",
                    "a row that declares the product first");
    const bool fresh = id == 0;
    if (fresh) id = insert_product(entry.product, identity);
    fresh ? ++report_.added : ++report_.updated;
    if (!fresh && entry.declares && entry.product.form) set_form(id, *entry.product.form);
    add_rows(id, entry, fresh);
  }

  std::int64_t insert_product(const CatalogProduct& product, const std::string& identity) {
    const std::string name = product.name();
    const std::vector<std::string> near = near_.near(name);
    std::string list;
    for (const std::string& other : near) list += (list.empty() ? "" : ", ") + other;
    if (!near.empty()) report_.near_matches.push_back(name + ": near " + list);
    near_.add(name);
    product_.reset();
    product_.bind(1, product.brand);
    product_.bind(2, product.model);
    product_.bind(3, identity);
    if (product.form) {
      product_.bind(4, std::string(to_string(*product.form)));
    } else {
      product_.bind(4);
    }
    product_.exec();
    return database_.getLastInsertRowid();
  }

  void set_form(std::int64_t id, FormFactor form) {
    form_.reset();
    form_.bind(1, std::string(to_string(form)));
    form_.bind(2, id);
    form_.exec();
  }

  void add_rows(std::int64_t id, const CatalogEntry& entry, bool fresh) {
    for (const std::string& alias : entry.product.aliases) add_alias(id, alias, entry.where);
    if (!fresh && entry.declares && !entry.product.functions.empty()) {
      clear_functions_.reset();
      clear_functions_.bind(1, id);
      clear_functions_.exec();
    }
    for (const std::string& function : entry.product.functions) {
      function_.reset();
      function_.bind(1, id);
      function_.bind(2, function);
      if (function_.exec() == 0)
        refuse("unknown-function", entry.where, "the function \"" + function + "\"",
               suggestion(function, {known_functions().begin(), known_functions().end()}));
    }
    for (const DatedPrice& price : entry.product.prices) add_price(id, price);
    for (const CatalogMeasurement& measurement : entry.product.measurements) {
      measurement_.reset();
      measurement_.bind(1, id);
      measurement_.bind(2, measurement.path);
      measurement_.bind(3, measurement.sha256);
      measurement_.bind(4, measurement.rig);
      measurement_.exec();
    }
    for (const CatalogMetric& metric : entry.product.metrics) add_metric(id, metric, entry, fresh);
  }

  void add_alias(std::int64_t id, const std::string& alias, const Location& where) {
    const std::string identity = normalised_identity(alias);
    const std::int64_t other = find(identity);
    if (other == id) return;
    if (other != 0)
      return refuse("duplicate-alias", where, "the alias \"" + alias + "\", which is " + name_of(other),
                    "a name of its own");
    if (identity.empty()) return refuse("bad-catalog", where, "an alias without a letter or digit", "a name");
    alias_.reset();
    alias_.bind(1, identity);
    alias_.bind(2, alias);
    alias_.bind(3, id);
    alias_.exec();
  }

  void add_price(std::int64_t id, const DatedPrice& price) {
    const std::string& currency = price.price.currency();
    if (rates_->find(currency, currency_) == nullptr) {
      return refuse("missing-rate", price.where, "a price in " + currency + " and no exchange rate to " + currency_,
                    "a rate of " + currency + " in " + currency_);
    }
    for (Statement* const statement : {&same_price_, &price_}) {
      statement->reset();
      statement->bind(1, id);
      statement->bind(2, price.price.amount());
      statement->bind(3, currency);
      if (price.price.date()) {
        statement->bind(4, *price.price.date());
      } else {
        statement->bind(4);
      }
      statement->bind(5, price.source);
      statement->bind(6, std::string(to_string(price.condition)));
      if (statement == &same_price_) {
        if (statement->executeStep()) return;  // the very same row is there
      } else {
        statement->exec();
        ++report_.prices;
      }
    }
  }

  void add_metric(std::int64_t id, const CatalogMetric& metric, const CatalogEntry& entry, bool fresh) {
    if (!fresh && existing_ == OnExisting::kRefuse) {
      same_metric_.reset();
      same_metric_.bind(1, id);
      same_metric_.bind(2, metric.figure.metric);
      if (same_metric_.executeStep()) {
        return refuse("duplicate-metric", entry.where,
                      "a second " + metric.figure.metric + " of \"" + name_of(id) + "\"",
                      "each metric once (--update replaces it)");
      }
    }
    metric_.reset();
    metric_.bind(1, id);
    metric_.bind(2, metric.figure.metric);
    metric_.bind(3, metric.figure.value);
    metric_.bind(4, metric.figure.upper_bound ? 1 : 0);
    metric_.bind(5, metric.unit);
    metric_.bind(6, metric.figure.note);
    const std::optional<Interval>& interval = metric.figure.interval;
    bind_optional(metric_, 7, interval ? std::optional(interval->low) : std::nullopt);
    bind_optional(metric_, 8, interval ? std::optional(interval->high) : std::nullopt);
    bind_optional(metric_, 9, interval ? std::optional(interval->coverage) : std::nullopt);
    bind_optional(metric_, 10, metric.level_spl_db);
    metric_.bind(11, metric.basis);
    metric_.exec();
  }

  SQLite::Database& database_;
  const CatalogImport& import_;
  OnExisting existing_;
  std::string currency_;
  std::optional<RateTable> rates_;
  NearNames near_;
  ImportReport report_;
  Statement by_identity_{database_, "SELECT id FROM products WHERE identity = ?"};
  Statement by_alias_{database_, "SELECT product_id FROM aliases WHERE identity = ?"};
  Statement name_{database_, "SELECT brand, model FROM products WHERE id = ?"};
  Statement product_{database_, "INSERT INTO products (brand, model, identity, form) VALUES (?, ?, ?, ?)"};
  Statement form_{database_, "UPDATE products SET form = ? WHERE id = ?"};
  Statement alias_{database_, "INSERT INTO aliases (identity, alias, product_id) VALUES (?, ?, ?)"};
  Statement clear_functions_{database_, "DELETE FROM product_functions WHERE product_id = ?"};
  Statement function_{
      database_, "INSERT INTO product_functions (product_id, function_id) SELECT ?, id FROM functions WHERE name = ?"};
  Statement same_price_{database_,
                        "SELECT 1 FROM prices WHERE product_id = ? AND amount = ? AND currency = ? AND date IS ? AND "
                        "source = ? AND condition = ?"};
  Statement price_{
      database_,
      "INSERT INTO prices (product_id, amount, currency, date, source, condition) VALUES (?, ?, ?, ?, ?, ?)"};
  Statement rate_{database_,
                  "INSERT INTO rates (base, quote, rate, date, source) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                  "SET rate = excluded.rate, source = excluded.source"};
  Statement measurement_{database_,
                         "INSERT INTO measurements (product_id, path, sha256, rig) VALUES (?, ?, ?, ?) ON CONFLICT DO "
                         "UPDATE SET sha256 = excluded.sha256, rig = excluded.rig"};
  Statement same_metric_{database_, "SELECT 1 FROM metrics WHERE product_id = ? AND metric = ?"};
  Statement metric_{database_,
                    "INSERT OR REPLACE INTO metrics (product_id, metric, value, upper_bound, unit, note, low, high, "
                    "coverage, level_spl_db, basis) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
};

}  // namespace

std::vector<CatalogProduct> CatalogStore::Impl::products(std::optional<std::int64_t> only) const {
  std::vector<CatalogProduct> all;
  std::unordered_map<std::int64_t, std::size_t> place;
  Statement product(database, std::string("SELECT id, brand, model, form FROM products") +
                                  (only ? " WHERE id = ?" : "") + " ORDER BY identity");
  if (only) product.bind(1, *only);
  while (product.executeStep()) {
    place.emplace(product.getColumn(0).getInt64(), all.size());
    CatalogProduct& one = all.emplace_back();
    one.brand = product.getColumn(1).getString();
    one.model = product.getColumn(2).getString();
    if (!product.getColumn(3).isNull()) one.form = form_factor_from(product.getColumn(3).getString());
  }
  for_each_row(database, "alias", "aliases", "identity", place, only,
               [&](std::size_t i, Statement& row) { all[i].aliases.push_back(row.getColumn(1).getString()); });
  for_each_row(database, "name", "product_functions JOIN functions ON functions.id = function_id", "name", place, only,
               [&](std::size_t i, Statement& row) { all[i].functions.insert(row.getColumn(1).getString()); });
  for_each_row(
      database, "amount, currency, date, source, condition", "prices", "date, currency, amount, prices.id", place, only,
      [&](std::size_t i, Statement& row) {
        const std::optional<std::string> date =
            row.getColumn(3).isNull() ? std::nullopt : std::optional(row.getColumn(3).getString());
        all[i].prices.push_back({Price(row.getColumn(1).getDouble(), row.getColumn(2).getString(), date),
                                 price_condition_from(row.getColumn(5).getString()).value_or(PriceCondition::kNew),
                                 row.getColumn(4).getString()});
      });
  for_each_row(database, "path, sha256, rig", "measurements", "path", place, only, [&](std::size_t i, Statement& row) {
    all[i].measurements.push_back(
        {row.getColumn(1).getString(), row.getColumn(2).getString(), row.getColumn(3).getString()});
  });
  for_each_row(database, "metric, value, upper_bound, note, low, high, coverage, unit, level_spl_db, basis", "metrics",
               "metric", place, only, [&](std::size_t i, Statement& row) {
                 all[i].metrics.push_back({figure_in(row, 1), row.getColumn(8).getString(), number_in(row.getColumn(9)),
                                           row.getColumn(10).getString()});
               });
  return all;
}

CatalogStore::CatalogStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CatalogStore::CatalogStore(CatalogStore&&) noexcept = default;
CatalogStore& CatalogStore::operator=(CatalogStore&&) noexcept = default;
CatalogStore::~CatalogStore() = default;

bool CatalogStore::is_catalog(const fs::path& path) { return is_sqlite_file(path); }

CatalogStore CatalogStore::create(const fs::path& path, const std::string& currency) {
  static_cast<void>(Price(1.0, currency));
  std::error_code ignored;
  if (fs::exists(path, ignored)) throw Error("catalog-exists", {path.string()}, "a file", "a new name for the catalog");
  return guarded(path, [&] {
    auto impl = std::make_unique<Impl>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    impl->database.exec("PRAGMA journal_mode = WAL");
    impl->migrate();
    Statement setting(impl->database, "UPDATE settings SET value = ? WHERE name = 'currency'");
    setting.bind(1, currency);
    setting.exec();
    return CatalogStore(std::move(impl));
  });
}

CatalogStore CatalogStore::open(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    throw Error("missing-file", {path.string()}, "no file", "a catalog (headscore catalog init makes one)");
  if (!is_sqlite_file(path))
    throw Error("not-a-catalog", {path.string()}, "a file of another kind", "a catalog made by headscore catalog init");
  return guarded(path, [&] {
    auto impl = std::make_unique<Impl>(path, SQLite::OPEN_READWRITE);
    if (pragma_number(impl->database, "application_id") != kCatalogApplicationId) {
      throw Error("not-a-catalog", {path.string()}, "a database of another program",
                  "a catalog made by headscore catalog init");
    }
    if (const int version = pragma_number(impl->database, "user_version"); version > kSchemaVersion || version < 1) {
      throw Error("newer-catalog", {path.string()}, fmt::format("schema version {}", version),
                  fmt::format("1 to {}: a newer headscore made this file", kSchemaVersion));
    }
    impl->migrate();
    return CatalogStore(std::move(impl));
  });
}

std::string CatalogStore::currency() const {
  return guarded(impl_->path, [&] { return impl_->currency(); });
}

int CatalogStore::schema_version() const {
  return guarded(impl_->path, [&] { return pragma_number(impl_->database, "user_version"); });
}

std::size_t CatalogStore::size() const {
  return guarded(impl_->path, [&] {
    return static_cast<std::size_t>(impl_->database.execAndGet("SELECT count(*) FROM products").getInt64());
  });
}

ImportReport CatalogStore::apply(const CatalogImport& import, OnExisting existing) {
  return guarded(impl_->path, [&] {
    SQLite::Transaction transaction(impl_->database, SQLite::TransactionBehavior::IMMEDIATE);
    ImportReport report;
    {
      Writer writer(impl_->database, import, existing, impl_->currency());
      report = writer.run(impl_->rates());
    }
    if (report.errors.empty()) transaction.commit();
    return report;
  });
}

CatalogProduct CatalogStore::product(const std::string& name) const {
  return guarded(impl_->path, [&] {
    Statement found(
        impl_->database,
        "SELECT id FROM products WHERE identity = ?1 UNION SELECT product_id FROM aliases WHERE identity = ?1");
    found.bind(1, normalised_identity(name));
    if (!found.executeStep()) {
      const std::vector<std::string> all = names();
      std::string nearest;
      for (const std::string& one : nearest_names(name, all)) nearest += (nearest.empty() ? "" : ", ") + one;
      throw Error("unknown-product", {impl_->path.string()}, "the product \"" + name + "\"",
                  fmt::format("one of the {} in the catalog{}", all.size(),
                              nearest.empty() ? "" : " (nearest: " + nearest + ")"));
    }
    return impl_->products(found.getColumn(0).getInt64()).front();
  });
}

std::vector<CatalogProduct> CatalogStore::products() const {
  return guarded(impl_->path, [&] { return impl_->products(); });
}

std::vector<ExchangeRate> CatalogStore::rates() const {
  return guarded(impl_->path, [&] { return impl_->rates(); });
}

std::vector<std::string> CatalogStore::names() const {
  return guarded(impl_->path, [&] {
    std::vector<std::string> all;
    Statement row(
        impl_->database,
        "SELECT CASE WHEN brand = '' THEN model ELSE brand || ' ' || model END FROM products ORDER BY identity");
    while (row.executeStep()) all.push_back(row.getColumn(0).getString());
    return all;
  });
}

std::vector<Candidate> CatalogStore::candidates(const PriceChoice& choice, const std::string& basis) const {
  const RateTable rate_table(rates(), choice.today);
  std::vector<Candidate> all;
  for (const CatalogProduct& product : products()) {
    Candidate& one = all.emplace_back();
    one.name = product.name();
    one.form = product.form;
    one.functions = product.functions;
    if (const std::optional<ChosenPrice> price = chosen_price(product.prices, choice, rate_table)) {
      one.price = price->price;
      one.price_note = price->note;
    }
    for (const CatalogMetric& metric : product.metrics) {
      if (basis.empty() || metric.basis.empty() || metric.basis == basis) one.metrics.push_back(metric.figure);
    }
  }
  return all;
}

std::vector<std::string> CatalogStore::bases() const {
  return guarded(impl_->path, [&] {
    std::vector<std::string> all;
    Statement row(impl_->database, "SELECT DISTINCT basis FROM metrics WHERE basis <> '' ORDER BY basis");
    while (row.executeStep()) all.push_back(row.getColumn(0).getString());
    return all;
  });
}

namespace {

using Places = std::unordered_map<std::int64_t, std::size_t>;  ///< id of a product -> its index in the table

Places add_products(SQLite::Database& database, ProductTable& table) {
  Places place;
  Statement product(database, "SELECT id, brand, model, form FROM products ORDER BY identity");
  while (product.executeStep()) {
    place.emplace(product.getColumn(0).getInt64(), table.name.size());
    const std::string brand = product.getColumn(1).getString();
    table.name.push_back(brand.empty() ? product.getColumn(2).getString()
                                       : brand + " " + product.getColumn(2).getString());
    const std::optional<FormFactor> form =
        product.getColumn(3).isNull() ? std::nullopt : form_factor_from(product.getColumn(3).getString());
    table.form.push_back(form ? static_cast<std::int8_t>(*form) : std::int8_t{-1});
  }
  return place;
}

void add_prices(SQLite::Database& database, const Places& place, const PriceChoice& choice, const RateTable& rate_table,
                ProductTable& table) {
  const std::size_t n = table.size();
  table.amount.assign(n, std::nan(""));
  std::vector<DatedPrice> prices;
  std::size_t of = n;
  const auto settle = [&] {
    const std::optional<ChosenPrice> chosen = of < n ? chosen_price(prices, choice, rate_table) : std::nullopt;
    if (chosen && chosen->price.currency() == choice.currency) table.amount[of] = chosen->price.amount();
    prices.clear();
  };
  for_each_row(
      database, "amount, currency, date, condition", "prices", "id", place, std::nullopt,
      [&](std::size_t i, Statement& row) {
        if (i != of) settle();
        of = i;
        const std::optional<std::string> date =
            row.getColumn(3).isNull() ? std::nullopt : std::optional(row.getColumn(3).getString());
        prices.push_back({Price(row.getColumn(1).getDouble(), row.getColumn(2).getString(), date),
                          price_condition_from(row.getColumn(4).getString()).value_or(PriceCondition::kNew), ""});
      });
  settle();
}

void add_functions(SQLite::Database& database, const Places& place, ProductTable& table) {
  const std::size_t n = table.size();
  std::unordered_map<std::int64_t, std::size_t> bit;
  Statement function(database, "SELECT id, name FROM functions ORDER BY name");
  while (function.executeStep()) {
    bit.emplace(function.getColumn(0).getInt64(), table.function_names.size());
    table.function_names.push_back(function.getColumn(1).getString());
  }
  table.functions.assign((table.function_names.size() + 63) / 64, std::vector<std::uint64_t>(n));
  for_each_row(database, "function_id", "product_functions", "function_id", place, std::nullopt,
               [&](std::size_t i, Statement& row) {
                 const std::size_t b = bit.at(row.getColumn(1).getInt64());
                 table.functions[b / 64][i] |= std::uint64_t{1} << (b % 64);
               });
}

void add_metrics(SQLite::Database& database, const Places& place, const std::string& basis, ProductTable& table) {
  const std::size_t n = table.size();
  for_each_row(database, "metric, value, upper_bound, '', low, high, coverage, basis", "metrics", "metric", place,
               std::nullopt, [&](std::size_t i, Statement& row) {
                 if (const std::string own = row.getColumn(8).getString();
                     !basis.empty() && !own.empty() && own != basis)
                   return;
                 const MetricValue figure = figure_in(row, 1);
                 auto column = std::find_if(table.metrics.begin(), table.metrics.end(),
                                            [&](const auto& one) { return one.metric == figure.metric; });
                 if (column == table.metrics.end()) {
                   table.metrics.push_back({figure.metric, std::vector<double>(n, std::nan("")), std::vector<double>(n),
                                            std::vector<double>(n), std::vector<char>(n)});
                   column = table.metrics.end() - 1;
                 }
                 column->value[i] = figure.value;
                 column->low[i] = figure.interval ? figure.interval->low : figure.value;
                 column->high[i] = figure.interval ? figure.interval->high : figure.value;
                 column->upper_bound[i] = figure.upper_bound ? 1 : 0;
               });
}

}  // namespace

ProductTable CatalogStore::table(const PriceChoice& choice, const std::string& basis) const {
  const RateTable rate_table(rates(), choice.today);
  return guarded(impl_->path, [&] {
    ProductTable table;
    const Places place = add_products(impl_->database, table);
    add_prices(impl_->database, place, choice, rate_table, table);
    add_functions(impl_->database, place, table);
    add_metrics(impl_->database, place, basis, table);
    return table;
  });
}

}  // namespace headscore
