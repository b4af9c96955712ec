// The catalog's schema: version n is what the first n steps make.
#pragma once

#include <array>

namespace headscore {

inline constexpr int kCatalogApplicationId = 0x68736361;  ///< "hsca": told apart from other SQLite files

inline constexpr std::array<const char*, 2> kCatalogSchemaSteps = {
    // 1: products with prices, measurements and single figures
    R"sql(
    CREATE TABLE products (
      id INTEGER PRIMARY KEY, brand TEXT NOT NULL, model TEXT NOT NULL, identity TEXT NOT NULL UNIQUE CHECK (identity <> ''),
      form TEXT CHECK (form IN ('over-ear', 'in-ear')));
    CREATE TABLE aliases (
      identity TEXT PRIMARY KEY CHECK (identity <> ''), alias TEXT NOT NULL,
      product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE) WITHOUT ROWID;
    CREATE INDEX aliases_of_product ON aliases(product_id);
    CREATE TABLE functions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE product_functions (
      product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
      function_id INTEGER NOT NULL REFERENCES functions(id),
      PRIMARY KEY (product_id, function_id)) WITHOUT ROWID;
    CREATE TABLE prices (
      id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
      amount REAL NOT NULL CHECK (amount > 0), currency TEXT NOT NULL CHECK (length(currency) = 3), date TEXT, source TEXT NOT NULL DEFAULT '');
    CREATE INDEX prices_of_product ON prices(product_id);
    CREATE TABLE measurements (
      id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
      path TEXT NOT NULL, sha256 TEXT NOT NULL, rig TEXT NOT NULL DEFAULT '', UNIQUE (product_id, path));
    CREATE TABLE metrics (
      id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
      metric TEXT NOT NULL, value REAL NOT NULL, upper_bound INTEGER NOT NULL DEFAULT 0, unit TEXT NOT NULL CHECK (unit <> ''),
      note TEXT NOT NULL DEFAULT '', UNIQUE (product_id, metric));
    )sql",
    // 2: the catalog's currency, exchange rates, conditions of prices, intervals, levels and bases of metrics
    R"sql(
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO settings VALUES ('currency', 'USD');
    CREATE TABLE rates (
      id INTEGER PRIMARY KEY, base TEXT NOT NULL, quote TEXT NOT NULL, rate REAL NOT NULL CHECK (rate > 0), date TEXT NOT NULL,
      source TEXT NOT NULL DEFAULT '', CHECK (base <> quote), UNIQUE (base, quote, date));
    ALTER TABLE prices ADD COLUMN condition TEXT NOT NULL DEFAULT 'new' CHECK (condition IN ('new', 'used', 'discontinued'));
    ALTER TABLE metrics ADD COLUMN low REAL;
    ALTER TABLE metrics ADD COLUMN high REAL;
    ALTER TABLE metrics ADD COLUMN coverage REAL;
    ALTER TABLE metrics ADD COLUMN level_spl_db REAL;
    ALTER TABLE metrics ADD COLUMN basis TEXT NOT NULL DEFAULT '';
    )sql",
};

}  // namespace headscore
