// The catalog's file: what goes in comes out, wrong data change nothing, and older files are migrated.
#include "headscore/catalog_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace headscore {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kToday = "2026-01-31";

class Catalog : public testing::Test {
 protected:
  Catalog()
      : folder_(fs::temp_directory_path() / ("headscore-store-" + std::to_string(::getpid()) + "-" +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Catalog() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path write(const std::string& name, const std::string& text) const {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  CatalogStore made(const std::string& name = "catalog.sqlite") const {
    return CatalogStore::create(folder_ / name, "USD");
  }

  ImportReport imported(CatalogStore& store, const std::string& csv, OnExisting existing = OnExisting::kRefuse) const {
    return store.apply(read_catalog_csv(write("import.csv", csv), kToday), existing);
  }

  /// The messages of an import that is refused, without the path; nothing may have changed.
  std::string refusal(const std::string& csv) const {
    fs::remove(folder_ / "refusal.sqlite");
    CatalogStore store = CatalogStore::create(folder_ / "refusal.sqlite", "USD");
    const ImportReport report = imported(store, csv);
    EXPECT_EQ(store.size(), 0U) << csv;
    EXPECT_THAT(store.rates(), IsEmpty()) << csv;
    std::string text;
    for (const Error& error : report.errors) {
      std::string message = error.what();
      message.erase(0, message.find("import.csv"));
      text += (text.empty() ? "" : "\n") + error.code() + " " + message;
    }
    return text;
  }

  static std::string code_of(const std::function<void()>& work) {
    try {
      work();
      return "";
    } catch (const Error& error) {
      return error.code();
    }
  }

  fs::path folder_;
};

std::string csv_of(const CatalogStore& store) {
  std::ostringstream out;
  write_catalog_csv(out, store.products(), store.rates());
  return out.str();
}

std::string json_of(const CatalogStore& store) {
  std::ostringstream out;
  write_catalog_json(out, store.currency(), store.products(), store.rates());
  return out.str();
}

constexpr const char* kFull =
    "record,brand,model,form,functions,aliases,amount,currency,date,condition,source,measurements,rig,metric,value,low,"
    "high,bound,level_spl_db,unit,note,basis\n"
    "rate,,,,,,1.27,GBP,2025-07-30,,ecb,,,,,,,,,USD,,\n"
    "product,Sony,MDR-1AM2,over-ear,balanced-connection;foldable,1AM2;MDR 1AM2 Black,,,,,,,,,,,,,,,,\n"
    "price,Sony,MDR-1AM2,,,,246,USD,2025-07-31,discontinued,\"a shop, far away\",,,,,,,,,,,\n"
    "price,Sony,MDR-1AM2,,,,199.99,GBP,2024-01-02,used,,,,,,,,,,,,\n"
    "measurement,Sony,MDR-1AM2,,,,,,,,,a.txt,gras-45ca,,,,,,,,,\n"
    "metric,Sony,MDR-1AM2,,,,,,,,,,,response_deviation,2.5,2.25,2.8,,,dB,\"by \"\"hand\"\"\",\n"
    "metric,Sony,MDR-1AM2,,,,,,,,,,,thd,0.1,,,yes,94,%,,site 1\n"
    "product,AKG,K371,over-ear,foldable,,133,USD,2025-07-31,,,,,,,,,,,,,\n";

TEST_F(Catalog, TellsAllDefectsOfARow) {
  const std::string told = refusal(
      "name,form,functions,price,currency,date,condition,thd [%]\n"
      "Acme One,on-head,anc;teleport,0,USD,2025-13-01,stolen,much\n");
  for (const char* part : {"the form \"on-head\"", "the function \"teleport\"", "2025-13-01",
                           "the condition \"stolen\"", "the thd \"much\"", "bad-price"})
    EXPECT_THAT(told, HasSubstr(part));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 5) << told;
}

TEST_F(Catalog, GivesBackAliasesWithSemicolonsAndBackslashes) {
  CatalogStore store = made();
  ASSERT_THAT(imported(store, "name,aliases\nAcme One,A\\;1;B\\\\2; C\\3\n").errors, IsEmpty());
  const std::vector<std::string> aliases = store.product("Acme One").aliases;
  EXPECT_THAT(aliases, ElementsAre("A;1", "B\\2", "C\\3"));
  std::ostringstream out;
  write_catalog_csv(out, store.products(), {});
  fs::remove(folder_ / "again.sqlite");
  CatalogStore again = CatalogStore::create(folder_ / "again.sqlite", "USD");
  ASSERT_THAT(imported(again, out.str()).errors, IsEmpty());
  EXPECT_EQ(again.product("Acme One").aliases, aliases);
}

TEST_F(Catalog, GivesBackWhatWasPutIn) {
  write("a.txt", "20 1\n");
  CatalogStore store = made();
  const ImportReport report = imported(store, kFull);
  ASSERT_THAT(report.errors, IsEmpty()) << report.errors.front().what();
  EXPECT_EQ(report.added, 2U);
  EXPECT_EQ(report.prices, 3U);
  const CatalogProduct sony = store.product("sony mdr1am2");
  EXPECT_EQ(sony.name(), "Sony MDR-1AM2");
  EXPECT_THAT(sony.aliases, ElementsAre("1AM2", "MDR 1AM2 Black"));
  EXPECT_THAT(sony.functions, ElementsAre("balanced-connection", "foldable"));
  ASSERT_EQ(sony.prices.size(), 2U);
  EXPECT_EQ(sony.prices[1].price.amount(), 246.0);
  EXPECT_EQ(sony.prices[1].condition, PriceCondition::kDiscontinued);
  EXPECT_EQ(sony.prices[1].source, "a shop, far away");
  ASSERT_EQ(sony.metrics.size(), 2U);
  EXPECT_EQ(sony.metrics[0].figure.note, "by \"hand\"");
  ASSERT_TRUE(sony.metrics[0].figure.interval);
  EXPECT_EQ(sony.metrics[0].figure.interval->low, 2.25);
  EXPECT_TRUE(sony.metrics[1].figure.upper_bound);
  EXPECT_EQ(sony.metrics[1].level_spl_db, 94.0);
  EXPECT_EQ(sony.metrics[1].basis, "site 1");
  ASSERT_EQ(sony.measurements.size(), 1U);
  EXPECT_EQ(sony.measurements[0].sha256.size(), 64U);
  EXPECT_EQ(sony.measurements[0].rig, "gras-45ca");
  EXPECT_EQ(store.product("1am2").name(), "Sony MDR-1AM2");
}

TEST_F(Catalog, IsTheSameAfterExportAndImport) {
  write("a.txt", "20 1\n");
  CatalogStore store = made();
  ASSERT_THAT(imported(store, kFull).errors, IsEmpty());
  CatalogStore from_csv = made("csv.sqlite");
  ASSERT_THAT(from_csv.apply(read_catalog_csv(write("export.csv", csv_of(store)), kToday)).errors, IsEmpty());
  EXPECT_EQ(csv_of(from_csv), csv_of(store));
  EXPECT_EQ(json_of(from_csv), json_of(store));
  CatalogStore from_json = made("json.sqlite");
  const ImportReport report = from_json.apply(read_catalog_json(write("export.json", json_of(store)), kToday));
  ASSERT_THAT(report.errors, IsEmpty()) << report.errors.front().what();
  EXPECT_EQ(csv_of(from_json), csv_of(store));
}

TEST_F(Catalog, IsThereAfterItIsClosed) {
  {
    CatalogStore store = made();
    ASSERT_THAT(imported(store, "name,price,currency\nAKG K371,133,USD\n").errors, IsEmpty());
  }
  const CatalogStore again = CatalogStore::open(folder_ / "catalog.sqlite");
  EXPECT_THAT(again.names(), ElementsAre("AKG K371"));
  EXPECT_EQ(again.schema_version(), CatalogStore::kSchemaVersion);
  EXPECT_TRUE(CatalogStore::is_catalog(folder_ / "catalog.sqlite"));
}

TEST_F(Catalog, RefusesEachDefectWithRowAndColumn) {
  EXPECT_EQ(
      refusal("name,price\nA 1,5\n"),
      "bad-currency import.csv:2:5: found a price without a currency, wanted a currency code of ISO 4217 such as USD");
  EXPECT_EQ(refusal("name,price,currency\nA 1,0,USD\n"),
            "bad-price import.csv:2:5: found the price 0, wanted a finite amount above zero");
  EXPECT_THAT(refusal("name,price,currency\nA 1,5,DOL\n"),
              HasSubstr("bad-currency import.csv:2:7: found the currency \"DOL\", wanted"));
  EXPECT_EQ(
      refusal("name,price,currency\nA 1,5,EUR\n"),
      "missing-rate import.csv:2:5: found a price in EUR and no exchange rate to USD, wanted a rate of EUR in USD");
  EXPECT_EQ(refusal("name,price,currency,date\nA 1,5,USD,2026-02-01\n"),
            "date-in-future import.csv:2:11: found the date 2026-02-01, wanted a day up to today, 2026-01-31");
  EXPECT_THAT(refusal("name,price,currency,date\nA 1,5,USD,2025-02-30\n"),
              HasSubstr("bad-date import.csv:2:11: found the date \"2025-02-30\", wanted"));
  EXPECT_EQ(refusal("name,price,currency\nA 1,5,USD\nB 2,6,USD\na-1,7,USD\n"),
            "duplicate-product import.csv:4:1: found the product \"a-1\" of line 2 again, wanted each product once");
  EXPECT_EQ(refusal("name,thd\nA 1,0.1\n"),
            "metric-without-unit import.csv:1:6: found the metric thd without a unit, wanted its unit, %");
  EXPECT_EQ(refusal("name,thd [dB]\nA 1,0.1\n"), "metric-unit import.csv:1:6: found the unit \"dB\" of thd, wanted %");
  EXPECT_EQ(refusal("record,name,metric,value,unit\nproduct,A 1,,,\nmetric,A 1,thd,0.1,\n"),
            "metric-without-unit import.csv:3:20: found the metric thd without a unit, wanted its unit, %");
  EXPECT_EQ(refusal("name,measurements\nA 1,gone.txt\n"),
            "broken-reference import.csv:2:5: found the measurement file \"gone.txt\" that is not there, wanted a file "
            "relative to the catalog's folder");
  EXPECT_THAT(refusal("name,functions\nA 1,anc;wireles\n"),
              HasSubstr("unknown-function import.csv:2:9: found the function \"wireles\", wanted"));
  EXPECT_THAT(refusal("name,form\nA 1,on-head\n"),
              HasSubstr("bad-catalog import.csv:2:5: found the form \"on-head\", wanted over-ear, in-ear or nothing"));
  EXPECT_THAT(refusal("name,colour\nA 1,red\n"),
              HasSubstr("bad-catalog import.csv:1:6: found the column \"colour\", wanted"));
  EXPECT_THAT(refusal("name,price,currency,condition\nA 1,5,USD,broken\n"),
              HasSubstr("import.csv:2:11: found the condition \"broken\", wanted new, used or discontinued"));
  EXPECT_THAT(refusal("price,currency\n5,USD\n"), HasSubstr("found neither a column name nor a column model"));
  EXPECT_THAT(refusal("name\n--\n"), HasSubstr("import.csv:2:1: found the name \"--\", wanted a letter or digit"));
  EXPECT_THAT(refusal("name,price,currency\nA 1,5\n"), HasSubstr("found 2 cells, wanted 3 cells as in the head"));
  EXPECT_THAT(refusal("record,name,price,currency\nprice,A 1,5,USD\n"),
              HasSubstr("unknown-product import.csv:2:7: found \"A 1\", which is not in the catalog"));
  EXPECT_THAT(refusal("record,name\nprize,A 1\n"), HasSubstr("import.csv:2:1: found the record \"prize\", wanted"));
  EXPECT_THAT(refusal("record,name,metric,value,low,high,unit\nproduct,A 1,,,,,\nmetric,A 1,thd,1,2,3,%\n"),
              HasSubstr("import.csv:3:18: found an interval 2 to 3 around 1, wanted low <= value <= high"));
  EXPECT_THAT(refusal("record,name,amount,currency,unit,date\nrate,,0,EUR,USD,2025-01-01\nproduct,A 1,,,,\n"),
              HasSubstr("bad-rate import.csv:2:7: found the rate \"0\", wanted a number above zero"));
  EXPECT_THAT(refusal("record,name,amount,currency,unit,date\nrate,,1.1,EUR,USD,2027-01-01\nproduct,A 1,,,,\n"),
              HasSubstr("date-in-future import.csv:2:19"));
  EXPECT_THAT(refusal("name,aliases\nA 1,B-2\nB 2,\n"), HasSubstr("duplicate-product import.csv:3:1"));
  EXPECT_THAT(
      refusal("name,aliases\nA 1,\nB 2,a1\n"),
      HasSubstr("duplicate-alias import.csv:3:1: found the alias \"a1\", which is A 1, wanted a name of its own"));
}

TEST_F(Catalog, TellsEveryDefectOfAFileAtOnce) {
  const std::string text =
      refusal("name,price,currency,date\nA 1,0,USD,\nB 2,5,USD,\nC 3,5,XXX,\nD 4,5,EUR,\nE 5,5,USD,2030-01-01\n");
  for (const char* place : {"import.csv:2:5", "import.csv:4:7", "import.csv:5:5", "import.csv:6:11"})
    EXPECT_THAT(text, HasSubstr(place));
}

TEST_F(Catalog, RefusesAProductThatIsThereUnlessItIsToBeUpdated) {
  CatalogStore store = made();
  ASSERT_THAT(
      imported(store, "name,form,price,currency,functions,thd [%]\nAKG K371,over-ear,133,USD,foldable,0.2\n").errors,
      IsEmpty());
  const std::string again = "name,form,price,currency,functions,thd [%]\nakg k-371,,129,USD,foldable;wireless,0.1\n";
  const ImportReport refused = imported(store, again);
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_EQ(refused.errors[0].code(), "duplicate-product");
  EXPECT_THAT(refused.errors[0].what(), HasSubstr("which is in the catalog as \"AKG K371\""));
  EXPECT_EQ(store.product("AKG K371").prices.size(), 1U);
  const ImportReport updated = imported(store, again, OnExisting::kUpdate);
  ASSERT_THAT(updated.errors, IsEmpty());
  EXPECT_EQ(updated.updated, 1U);
  const CatalogProduct product = store.product("AKG K371");
  EXPECT_EQ(product.prices.size(), 2U);
  EXPECT_EQ(product.form, FormFactor::kOverEar);
  EXPECT_EQ(product.metrics[0].figure.value, 0.1);
  EXPECT_THAT(product.functions, ElementsAre("foldable", "wireless"));
}

TEST_F(Catalog, ListsNearMatchesAndMergesNone) {
  CatalogStore store = made();
  const ImportReport report = imported(store,
                                       "name\nSennheiser HD 600\nSennheiser HD 650\nSennheisser HD600\nAKG K371\nAKG "
                                       "K371-BT\nGalaxy Buds\nGalaxy Buds+\n");
  ASSERT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.added, 7U);
  EXPECT_THAT(report.near_matches, ElementsAre("Sennheisser HD600: near Sennheiser HD 600",
                                               "AKG K371-BT: near AKG K371", "Galaxy Buds+: near Galaxy Buds"));
}

TEST_F(Catalog, TakesTheNewestPriceThatCountsInTheWantedCurrency) {
  CatalogStore store = made();
  const ImportReport report = imported(
      store,
      "record,name,amount,currency,date,condition,unit\n"
      "rate,,1.2,EUR,2025-01-01,,USD\nrate,,1.1,EUR,2025-06-01,,USD\nproduct,A 1,,,,,\n"
      "price,A 1,100,USD,2025-01-01,new,\nprice,A 1,90,EUR,2025-03-01,new,\nprice,A 1,40,USD,2025-09-01,used,\n");
  ASSERT_THAT(report.errors, IsEmpty()) << report.errors.front().what();
  const auto price = [&](const PriceChoice& choice) { return store.candidates(choice).front(); };
  EXPECT_NEAR(price({"USD", kToday}).price->amount(), 99.0, 1e-9);
  EXPECT_EQ(price({"USD", kToday}).price_note, "90 EUR at 1.1 of 2025-06-01");
  EXPECT_EQ(price({"USD", kToday}).price->date(), "2025-03-01");
  EXPECT_EQ(price({"USD", kToday, true}).price->amount(), 40.0);
  EXPECT_EQ(price({"USD", "2025-02-01"}).price->amount(), 100.0);
  EXPECT_NEAR(price({"EUR", "2025-02-01"}).price->amount(), 100.0 / 1.2, 1e-9);
  EXPECT_EQ(price({"JPY", kToday}).price->currency(), "EUR");  // no rate: it stays, and the search sets it aside
  EXPECT_NEAR(store.table({"USD", kToday}).amount[0], 99.0, 1e-9);
}

TEST_F(Catalog, LeavesOutMetricsOfAnotherBasis) {
  CatalogStore store = made();
  ASSERT_THAT(imported(store,
                       "record,name,metric,value,unit,basis\nproduct,A 1,,,,\nmetric,A 1,thd,0.1,%,one\nmetric,A "
                       "1,isolation,20,dB,\n")
                  .errors,
              IsEmpty());
  EXPECT_EQ(store.candidates({"USD", kToday}).front().metrics.size(), 2U);
  EXPECT_EQ(store.candidates({"USD", kToday}, "one").front().metrics.size(), 2U);
  ASSERT_EQ(store.candidates({"USD", kToday}, "two").front().metrics.size(), 1U);
  EXPECT_EQ(store.candidates({"USD", kToday}, "two").front().metrics[0].metric, "isolation");
  EXPECT_THAT(store.bases(), ElementsAre("one"));
  EXPECT_EQ(store.table({"USD", kToday}, "one").metrics.size(), 2U);
  EXPECT_EQ(store.table({"USD", kToday}, "two").metrics.size(), 1U);
}

TEST_F(Catalog, GivesTheTableThatItsCandidatesGive) {
  write("a.txt", "20 1\n");
  CatalogStore store = made();
  ASSERT_THAT(imported(store, kFull).errors, IsEmpty());
  const ProductTable direct = store.table({"USD", kToday});
  const ProductTable by_candidates = product_table(store.candidates({"USD", kToday}), "USD");
  EXPECT_EQ(direct.name, by_candidates.name);
  EXPECT_EQ(direct.amount, by_candidates.amount);
  EXPECT_EQ(direct.form, by_candidates.form);
  ASSERT_EQ(direct.metrics.size(), by_candidates.metrics.size());
  EXPECT_EQ(direct.metrics[0].low[1], by_candidates.metrics[0].low[1]);
  EXPECT_EQ(direct.metrics[1].upper_bound, by_candidates.metrics[1].upper_bound);
}

TEST_F(Catalog, RefusesFilesThatAreNone) {
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::open(folder_ / "gone")); }), "missing-file");
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::open(write("text", "name\nA\n"))); }), "not-a-catalog");
  static_cast<void>(made());
  EXPECT_EQ(code_of([&] { static_cast<void>(made()); }), "catalog-exists");
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::create(folder_ / "x", "usd")); }), "bad-currency");
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::open(folder_ / "catalog.sqlite").product("nobody")); }),
            "unknown-product");
  EXPECT_FALSE(CatalogStore::is_catalog(folder_ / "text"));
}

void run_sql(const fs::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
      << (message == nullptr ? "" : message);
  sqlite3_free(message);
  sqlite3_close(database);
}

/// The schema as version 1 wrote it, with two products.
constexpr const char* kVersion1 = R"sql(
  CREATE TABLE products (id INTEGER PRIMARY KEY, brand TEXT NOT NULL, model TEXT NOT NULL, identity TEXT NOT NULL UNIQUE CHECK (identity <> ''),
    form TEXT CHECK (form IN ('over-ear', 'in-ear')));
  CREATE TABLE aliases (identity TEXT PRIMARY KEY CHECK (identity <> ''), alias TEXT NOT NULL, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE) WITHOUT ROWID;
  CREATE TABLE functions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE product_functions (product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, function_id INTEGER NOT NULL REFERENCES functions(id),
    PRIMARY KEY (product_id, function_id)) WITHOUT ROWID;
  CREATE TABLE prices (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, amount REAL NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3), date TEXT, source TEXT NOT NULL DEFAULT '');
  CREATE TABLE measurements (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    rig TEXT NOT NULL DEFAULT '', UNIQUE (product_id, path));
  CREATE TABLE metrics (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, metric TEXT NOT NULL, value REAL NOT NULL,
    upper_bound INTEGER NOT NULL DEFAULT 0, unit TEXT NOT NULL CHECK (unit <> ''), note TEXT NOT NULL DEFAULT '', UNIQUE (product_id, metric));
  INSERT INTO functions (name) VALUES ('anc'), ('wireless');
  INSERT INTO products VALUES (1, 'AKG', 'K371', 'akgk371', 'over-ear'), (2, 'Sony', 'MDR-1AM2', 'sonymdr1am2', NULL);
  INSERT INTO product_functions VALUES (2, 1);
  INSERT INTO prices (product_id, amount, currency, date) VALUES (1, 133, 'USD', '2025-07-31');
  INSERT INTO metrics (product_id, metric, value, unit) VALUES (1, 'thd', 0.1, '%');
  PRAGMA application_id = 0x68736361;
  PRAGMA user_version = 1;
)sql";

TEST_F(Catalog, OfTheFirstVersionIsMigratedWithAllThatItHolds) {
  const fs::path path = folder_ / "old.sqlite";
  run_sql(path, kVersion1);
  CatalogStore store = CatalogStore::open(path);
  EXPECT_EQ(store.schema_version(), CatalogStore::kSchemaVersion);
  EXPECT_EQ(store.currency(), "USD");
  const CatalogProduct akg = store.product("akg k371");
  ASSERT_EQ(akg.prices.size(), 1U);
  EXPECT_EQ(akg.prices[0].condition, PriceCondition::kNew);
  ASSERT_EQ(akg.metrics.size(), 1U);
  EXPECT_FALSE(akg.metrics[0].figure.interval);
  EXPECT_THAT(store.product("Sony MDR-1AM2").functions, ElementsAre("anc"));
  EXPECT_THAT(imported(store, "name,functions\nNew One,foldable\n").errors,
              IsEmpty());  // functions that version 1 did not know
  write("a.txt", "20 1\n");
  CatalogStore fresh = made("fresh.sqlite");
  ASSERT_THAT(fresh.apply(read_catalog_csv(write("export.csv", csv_of(store)), kToday)).errors, IsEmpty());
  EXPECT_EQ(csv_of(fresh), csv_of(store));
}

TEST_F(Catalog, OfANewerVersionOrAnotherProgramIsLeftAlone) {
  static_cast<void>(made());
  run_sql(folder_ / "catalog.sqlite", "PRAGMA user_version = 99");
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::open(folder_ / "catalog.sqlite")); }), "newer-catalog");
  run_sql(folder_ / "other.sqlite", "CREATE TABLE t (a); PRAGMA user_version = 1");
  EXPECT_EQ(code_of([&] { static_cast<void>(CatalogStore::open(folder_ / "other.sqlite")); }), "not-a-catalog");
}

TEST_F(Catalog, TakesProductsFromReviewPages) {
  const std::vector<fs::path> pages = {
      write(
          "a.md",
          "---\nlayout: product\ntarget_name: \"Acme Sound One Pro\"\ncompany_id: acme-sound\ndate: 2025-07-31\ntags: "
          "[In-ear monitors, Wireless, Active noise cancelling]\nprice: 87.5\npermalink: /a/\n---\n\nText.\n"),
      write("b.md",
            "---\ntarget_name: Other Two\ncompany_id: other\ndate: 2025-07-31\ntags: [Headphones, Discontinued, "
            "Balanced Connection]\nprice: 0\n---\n"),
      write("c.md", "---\ntarget_name: Third\ndate: 2027-07-31\nprice: 5\n---\n"), write("d.md", "no front matter\n")};
  const CatalogImport import = read_review_pages(pages, kToday, "USD");
  ASSERT_EQ(import.entries.size(), 1U);
  const CatalogProduct& one = import.entries[0].product;
  EXPECT_EQ(one.brand, "Acme Sound");
  EXPECT_EQ(one.model, "One Pro");
  EXPECT_EQ(one.form, FormFactor::kInEar);
  EXPECT_THAT(one.functions, ElementsAre("anc", "wireless"));
  ASSERT_EQ(one.prices.size(), 1U);
  EXPECT_EQ(one.prices[0].price.amount(), 87.5);
  EXPECT_EQ(one.prices[0].price.date(), "2025-07-31");
  EXPECT_EQ(one.prices[0].source, "/a/");
  ASSERT_EQ(import.errors.size(), 3U);
  EXPECT_THAT(import.errors[0].what(), HasSubstr("b.md:6:8: found the price 0, wanted a finite amount above zero"));
  EXPECT_THAT(import.errors[1].what(), HasSubstr("c.md:3:7: found the date 2027-07-31"));
  EXPECT_EQ(import.errors[2].code(), "no-front-matter");
}

TEST(Identity, IsBrandAndModelWithoutCaseBlanksAndPunctuation) {
  EXPECT_EQ(normalised_identity("Sony MDR-1AM2"), "sonymdr1am2");
  EXPECT_EQ(normalised_identity("Bang & Olufsen H95"), normalised_identity("bang and olufsen h-95"));
  EXPECT_NE(normalised_identity("Galaxy Buds"), normalised_identity("Galaxy Buds+"));
  EXPECT_EQ(normalised_identity(" - "), "");
}

}  // namespace
}  // namespace headscore
