#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "headscore/catalog.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kHead = "name,form,price,currency,date,functions,measurements\n";

/// A catalog in a folder of its own, with two measurement files beside it.
class CatalogFile : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("headscore_catalog_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "sub");
    write("A L.txt", "");
    write("sub/A, R.txt", "");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  [[nodiscard]] std::vector<CatalogRow> rows(const std::string& text) const {
    write("c.csv", text);
    return read_catalog(folder_ / "c.csv");
  }

  /// "line:column: found ..., wanted ..." without the folder.
  [[nodiscard]] std::string message_of(const std::string& text) const {
    try {
      static_cast<void>(rows(text));
      return "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "bad-catalog");
      return std::string(error.what()).substr((folder_ / "c.csv").string().size() + 1);
    }
  }

  std::filesystem::path folder_;
};

TEST_F(CatalogFile, SaysWhatEachProductIs) {
  const std::vector<CatalogRow> all =
      rows(kHead +
           "AKG K371,over-ear,133,USD,2025-07-31,foldable; detachable-cable,\"A L.txt; sub/A, R.txt\"\n"
           "\"Two \"\"T\"\"\",,,,,,\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].line, 2U);
  EXPECT_EQ(all[0].product.name, "AKG K371");
  EXPECT_EQ(all[0].product.form, FormFactor::kOverEar);
  ASSERT_TRUE(all[0].product.price.has_value());
  EXPECT_EQ(all[0].product.price->amount(), 133.0);
  EXPECT_EQ(all[0].product.price->currency(), "USD");
  EXPECT_EQ(all[0].product.price->date(), "2025-07-31");
  EXPECT_THAT(all[0].product.functions, ElementsAre("detachable-cable", "foldable"));
  EXPECT_THAT(all[0].measurements,
              ElementsAre(std::filesystem::path("A L.txt"), std::filesystem::path("sub/A, R.txt")));
  EXPECT_EQ(all[1].product.name, "Two \"T\"");
  EXPECT_EQ(all[1].product.form, std::nullopt);
  EXPECT_FALSE(all[1].product.price.has_value());
  EXPECT_TRUE(all[1].product.functions.empty());
  EXPECT_TRUE(all[1].measurements.empty());
}

TEST_F(CatalogFile, MayHaveBomCrlfBlankLinesAndItsColumnsInAnyOrder) {
  const std::vector<CatalogRow> all = rows(
      "\xEF\xBB\xBFprice, name ,form,date,currency,measurements,functions\r\n\r\n129.99 , "
      "A\xC3\xA9,iem,,EUR,,\r\n\r\n5,\"B\r\nC\",,,USD,,");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].line, 3U);
  EXPECT_EQ(all[0].product.name, "A\xC3\xA9");
  EXPECT_EQ(all[0].product.form, FormFactor::kInEar);
  EXPECT_EQ(all[0].product.price->amount(), 129.99);
  EXPECT_EQ(all[0].product.price->date(), std::nullopt);
  EXPECT_EQ(all[1].line, 5U);
  EXPECT_EQ(all[1].product.name, "B\r\nC");
}

TEST_F(CatalogFile, WithoutAProductIsRefused) {
  EXPECT_EQ(message_of(""),
            " found an empty file, wanted the head name,form,price,currency,date,functions,measurements");
  EXPECT_EQ(message_of("\n \n"),
            " found an empty file, wanted the head name,form,price,currency,date,functions,measurements");
  EXPECT_EQ(message_of(kHead), " found a head without a product, wanted at least one product");
}

TEST_F(CatalogFile, WithAWrongHeadIsRefused) {
  EXPECT_THAT(message_of("name,form,prise,currency,date,functions,measurements\n"),
              StartsWith("1:11: found the column \"prise\", wanted price"));
  EXPECT_EQ(message_of("name,form,price,name,currency,date,functions,measurements\n"),
            "1:17: found a second column \"name\", wanted each column once");
  EXPECT_EQ(message_of("name,form,price,currency,date,functions\n"),
            "1:1: found no column \"measurements\", wanted the columns "
            "name,form,price,currency,date,functions,measurements in any order");
  EXPECT_THAT(message_of("name;form;price;currency;date;functions;measurements\n"),
              StartsWith("1:1: found the column \"name;form;"));
  EXPECT_THAT(message_of("name,,form\n"), StartsWith("1:6: found the column \"\", wanted one of name"));
}

TEST_F(CatalogFile, WithAWrongNumberOfCellsIsRefused) {
  EXPECT_EQ(message_of(kHead + "A,,,,,\n"), "2:7: found 6 cells, wanted 7 cells as in the head");
  EXPECT_EQ(message_of(kHead + "A,,,,,,,x\n"), "2:9: found 8 cells, wanted 7 cells as in the head");
  EXPECT_EQ(message_of(kHead + "A\n"), "2:1: found 1 cells, wanted 7 cells as in the head");
}

TEST_F(CatalogFile, WithAWrongCellIsRefused) {
  EXPECT_EQ(message_of(kHead + ",,,,,,\n"), "2:1: found a product without a name, wanted a name");
  EXPECT_EQ(message_of(kHead + "A,,,,,,\nB,,,,,,\na,,,,,,\n"),
            "4:1: found the product \"a\" of line 2 again, wanted each product once");
  EXPECT_EQ(message_of(kHead + "A,round,,,,,\n"), "2:3: found the form \"round\", wanted over-ear, in-ear or nothing");
  EXPECT_EQ(message_of(kHead + "A,,cheap,USD,,,\n"), "2:4: found the price \"cheap\", wanted a number such as 129.99");
  EXPECT_EQ(message_of(kHead + "A,,\"129,99\",USD,,,\n"),
            "2:5: found the price \"129,99\", wanted a number such as 129.99");
  EXPECT_EQ(message_of(kHead + "A,,$5,USD,,,\n"), "2:4: found the price \"$5\", wanted a number such as 129.99");
  EXPECT_EQ(message_of(kHead + "A,,0,USD,,,\n"), "2:4: found the price 0, wanted a finite amount above zero");
  EXPECT_EQ(message_of(kHead + "A,,-5,USD,,,\n"), "2:4: found the price -5, wanted a finite amount above zero");
  EXPECT_EQ(message_of(kHead + "A,,inf,USD,,,\n"), "2:4: found the price inf, wanted a finite amount above zero");
  EXPECT_EQ(message_of(kHead + "A,,5,,,,\n"),
            "2:6: found no currency, wanted a currency code of ISO 4217 in capitals, such as USD or EUR");
  EXPECT_EQ(message_of(kHead + "A,,5,usd,,,\n"),
            "2:6: found the currency \"usd\", wanted a currency code of ISO 4217 in capitals: USD");
  EXPECT_EQ(message_of(kHead + "A,,5,USD,31.07.2025,,\n"),
            "2:10: found the date \"31.07.2025\", wanted a day of the calendar such as 2025-07-31");
  EXPECT_EQ(message_of(kHead + "A,,,USD,,,\n"), "2:5: found a currency without a price, wanted both or neither");
  EXPECT_EQ(message_of(kHead + "A,,,,2025-07-31,,\n"), "2:6: found a date without a price, wanted both or neither");
  EXPECT_THAT(message_of(kHead + "A,,,,,anc; wirless,\n"),
              StartsWith("2:12: found the function \"wirless\", wanted wireless"));
  EXPECT_EQ(
      message_of(kHead + "A,,,,,,A L.txt;B L.txt\n"),
      "2:16: found the measurement file \"B L.txt\" that is not there, wanted a file relative to the catalog's folder");
  EXPECT_EQ(
      message_of(kHead + "A,,,,,,sub\n"),
      "2:8: found the measurement file \"sub\" that is not there, wanted a file relative to the catalog's folder");
  EXPECT_EQ(message_of(kHead + "A,,,,,,A L.txt;A L.txt\n"),
            "2:16: found the measurement file \"A L.txt\" twice, wanted each file once");
}

TEST_F(CatalogFile, ThatIsNotCsvInUtf8IsRefused) {
  EXPECT_EQ(message_of(kHead + "A,\"x,,,,,\n"), "2:3: found a quote that is never closed, wanted a closing quote");
  EXPECT_EQ(message_of(kHead + "A,\"x\"y,,,,,\n"),
            "2:6: found text after a closing quote, wanted a comma or the end of the line");
  EXPECT_EQ(message_of(kHead + "A 7\" B,,,,,,\n"),
            "2:4: found a quote inside an unquoted cell, wanted the whole cell in quotes, its own quotes doubled");
  EXPECT_EQ(message_of(kHead + "A\xE9,,,,,,\n"), "2:2: found bytes that are not UTF-8, wanted text in UTF-8");
  EXPECT_EQ(message_of("\xFF\xFEn"), "1:1: found bytes that are not UTF-8, wanted text in UTF-8");
  EXPECT_EQ(message_of(kHead + "A\xC0\xAF,,,,,,\n"), "2:2: found bytes that are not UTF-8, wanted text in UTF-8");
  EXPECT_EQ(message_of(kHead + "A\xED\xA0\x80,,,,,,\n"), "2:2: found bytes that are not UTF-8, wanted text in UTF-8");
  EXPECT_EQ(message_of(kHead + std::string("A\0B,,,,,,\n", 10)), "2:2: found a zero byte, wanted text in UTF-8");
}

TEST_F(CatalogFile, ThatIsNotThereOrAFolderIsRefused) {
  const auto code_of = [](const std::filesystem::path& path) {
    try {
      static_cast<void>(read_catalog(path));
      return std::string();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
      return error.code();
    }
  };
  EXPECT_EQ(code_of(folder_ / "none.csv"), "missing-file");
  EXPECT_EQ(code_of(folder_), "not-a-file");
}

}  // namespace
}  // namespace headscore
