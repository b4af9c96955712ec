// headscore catalog as a user meets it, and as a machine that loses its power does.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "headscore/catalog_store.hpp"
#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

using tests::Ran;

class CatalogProgram : public testing::Test {
 protected:
  CatalogProgram()
      : folder_(fs::temp_directory_path() / ("headscore-catalog-" + std::to_string(::getpid()) + "-" +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~CatalogProgram() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path write(const std::string& name, const std::string& text) const {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  /// `headscore catalog ...` in the test's folder, on 2026-01-31.
  Ran run(const std::string& arguments) const {
    const std::string action = arguments.substr(0, arguments.find(' '));
    const bool dated = action != "--help" && action != "price";
    const std::string command = "cd '" + folder_.string() + "' && '" HEADSCORE_PROGRAM "' catalog " + arguments +
                                (dated || action == "price" ? " --today 2026-01-31" : "") + " </dev/null";
    return tests::run_command(command);
  }

  void expect_done(const std::string& arguments) const {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.status, 0) << arguments << "\n" << ran.text;
  }

  static std::string sample() { return std::string(HEADSCORE_SOURCE_DIR) + "/data/sample"; }

  fs::path folder_;
};

TEST_F(CatalogProgram, SolvesTheModelCase) {
  expect_done("init");
  expect_done(
      "add 'Sony MDR-1AM2' --form over-ear --functions balanced-connection --price 246 --date 2025-07-31 --condition "
      "discontinued --metric 'response_deviation=2.5 dB'");
  expect_done("add 'AKG K371' --form over-ear --price 133 --date 2025-07-31 --metric 'response_deviation=1.2 dB'");
  const Ran strict = run("cheapest 'sony mdr 1am2'");
  EXPECT_EQ(strict.status, 0);
  EXPECT_THAT(strict.text, HasSubstr("Cost-performance 1.0: no cheaper equivalent"));
  EXPECT_THAT(strict.text, HasSubstr("AKG K371 at 133 USD of 2025-07-31: without balanced-connection"));
  const Ran ignoring = run("cheapest 'Sony MDR-1AM2' --ignore-functions balanced-connection");
  EXPECT_THAT(ignoring.text, HasSubstr("Sony MDR-1AM2 at 246 USD of 2025-07-31"));
  EXPECT_THAT(ignoring.text, HasSubstr("Cost-performance 0.5: 133 USD / 246 USD = 0.54"));
  EXPECT_THAT(ignoring.text, HasSubstr("Cheapest equivalent or better: AKG K371 at 133 USD of 2025-07-31"));
  EXPECT_THAT(ignoring.text, HasSubstr("response_deviation 1.2 against 2.5"));
  const auto json =
      nlohmann::json::parse(run("cheapest 'Sony MDR-1AM2' --ignore-functions balanced-connection --format json").text);
  EXPECT_EQ(json["answer"], "found");
  EXPECT_EQ(json["cost_performance"]["published"], 0.5);
  EXPECT_EQ(json["comparator"]["price"]["date"], "2025-07-31");
  const Ran pairs = run("all-pairs --ignore-functions balanced-connection");
  EXPECT_THAT(pairs.text, HasSubstr("Sony MDR-1AM2,246,USD,found,0.540650406504065,0.5,AKG K371,133,\n"));
  EXPECT_THAT(pairs.text, HasSubstr("AKG K371,133,USD,no-cheaper-equivalent,1,1,,,\n"));
  const auto all = nlohmann::json::parse(run("all-pairs --format json").text);
  EXPECT_EQ(all["products"].size(), 2U);
}

TEST_F(CatalogProgram, SaysWhatIsMissingWhenItCannotDecide) {
  expect_done("init");
  expect_done("add 'A 1' --form over-ear --price 200 --metric 'thd=0.1 %' --metric 'isolation=20 dB'");
  expect_done("add 'B 2' --form over-ear --price 100 --metric 'thd=0.1 %'");
  const Ran ran = run("cheapest 'A 1'");
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.text, HasSubstr("undecidable"));
  EXPECT_THAT(ran.text, HasSubstr("B 2 at 100 USD of 2026-01-31: no isolation is known of B 2"));
  EXPECT_THAT(run("cheapest 'A 1' --missing ignored").text, HasSubstr("Cost-performance 0.5"));
  EXPECT_THAT(run("cheapest 'A 1' --missing worse").text, HasSubstr("Cost-performance 1.0"));
  EXPECT_THAT(run("cheapest 'A 2'").text, HasSubstr("found the product \"A 2\", wanted one of the 2 in the catalog"));
}

TEST_F(CatalogProgram, ImportsTheSampleAndScoresWithItsFile) {
  expect_done("init");
  expect_done("import '" + sample() + "/catalog.csv'");
  const Ran shown = run("show 'Sample V-One'");
  EXPECT_THAT(shown.text, HasSubstr("response_deviation"));
  EXPECT_THAT(shown.text, HasSubstr("94 dB SPL"));
  EXPECT_THAT(shown.text, HasSubstr("measurement  "));
  const Ran cheapest = run("cheapest 'Sample V-One'");
  EXPECT_THAT(cheapest.text, HasSubstr("133 USD / 246 USD = 0.54"));
  const std::string command =
      std::string("'" HEADSCORE_PROGRAM "' score '") + sample() + "/measurements' --format json --catalog ";
  const auto cost_performance = [&](const std::string& catalog) {
    FILE* pipe = popen((command + "'" + catalog + "' 2>/dev/null").c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      text.append(buffer.data(), got);
    pclose(pipe);
    std::vector<std::string> lines;
    for (std::size_t at = text.find("\"133 USD / 246 USD = 0.54\""); at != std::string::npos;
         at = text.find("\"133 USD / 246 USD = 0.54\"", at + 1))
      lines.push_back("found");
    return lines.size();
  };
  EXPECT_EQ(cost_performance((folder_ / "catalog.sqlite").string()), 1U);
  EXPECT_EQ(cost_performance(sample() + "/catalog.csv"), 1U);
}

TEST_F(CatalogProgram, MeasuresAFolderAndLeavesOutWhatIsWrong) {
  fs::copy(sample() + "/measurements", folder_ / "m", fs::copy_options::recursive);
  write("m/Broken L.txt", "nothing that is a curve\n");
  expect_done("init");
  const Ran ran = run("import m");
  EXPECT_EQ(ran.status, 1) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("left out: m/Broken L.txt"));
  EXPECT_THAT(ran.text, HasSubstr("2 added"));
  EXPECT_THAT(run("show 'Sample Neutral'").text, HasSubstr("measurement  m/Sample Neutral L.txt"));
  expect_done("init --catalog strict.sqlite");
  const Ran strict = run("import m --strict --catalog strict.sqlite");
  EXPECT_EQ(strict.status, 3);
  EXPECT_THAT(strict.text, HasSubstr("nothing was changed"));
  EXPECT_EQ(CatalogStore::open(folder_ / "strict.sqlite").size(), 0U);
}

TEST_F(CatalogProgram, KeepsPricesAndRates) {
  expect_done("init");
  expect_done("add 'A 1' --price 100");
  EXPECT_THAT(run("price add 'A 1' 80 --currency GBP").text,
              HasSubstr("found a price in GBP and no exchange rate to USD"));
  expect_done("price rate GBP USD 1.25 --date 2026-01-30");
  expect_done("price add 'A 1' 72 --currency GBP --date 2026-01-31");
  EXPECT_THAT(run("price list 'A 1'").text, HasSubstr("72 GBP, 2026-01-31"));
  EXPECT_THAT(run("price list").text, HasSubstr("1 GBP = 1.25 USD, 2026-01-30"));
  EXPECT_THAT(run("list").text, HasSubstr("100.00 USD"));  // of the same day, in the catalog's own currency
  EXPECT_THAT(run("price add 'A 1' 80 --date 2026-02-01").text,
              HasSubstr("found the date 2026-02-01, wanted a day up to today, 2026-01-31"));
  EXPECT_EQ(run("price add 'A 1' 0").status, 3);
  EXPECT_EQ(run("price rate GBP USD 0").status, 2);
}

TEST_F(CatalogProgram, TellsWrongUse) {
  EXPECT_EQ(run("frobnicate").status, 2);
  EXPECT_THAT(run("importt x").text, HasSubstr("import"));
  EXPECT_THAT(run("list").text, HasSubstr("found no file, wanted a catalog (headscore catalog init makes one)"));
  expect_done("init");
  EXPECT_THAT(run("init").text, HasSubstr("found a file, wanted a new name for the catalog"));
  EXPECT_EQ(run("add 'A 1' --metric 'thd=0.1'").status, 2);
  EXPECT_THAT(run("add 'A 1' --metric 'thd=0.1'").text, HasSubstr("found thd without a unit, wanted its unit, %"));
  EXPECT_EQ(run("cheapest").status, 2);
  EXPECT_EQ(run("cheapest 'A 1' --missing perhaps").status, 2);
  EXPECT_THAT(run("import nowhere").text, HasSubstr("nowhere: found no such file or folder"));
  EXPECT_THAT(run("--help").text, HasSubstr("usage: headscore catalog ACTION"));
}

/// Starts an import and kills it after `delay`; true when it was killed before it ended.
bool killed_import(const fs::path& folder, std::chrono::microseconds delay) {
  const std::string catalog = (folder / "catalog.sqlite").string();
  const std::string csv = (folder / "big.csv").string();
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execl(HEADSCORE_PROGRAM, HEADSCORE_PROGRAM, "catalog", "import", csv.c_str(), "--catalog", catalog.c_str(),
            "--today", "2026-01-31", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST_F(CatalogProgram, KilledInAnImportLeavesTheOldStateOrTheNew) {
  constexpr std::size_t kRows = 6000;
  std::string csv = "name,form,price,currency,functions,thd [%]\n";
  for (std::size_t i = 0; i < kRows; ++i)
    csv += "Brand" + std::to_string(i % 97) + " Model" + std::to_string(i) + ",over-ear,100,USD,anc;foldable,0.1\n";
  write("big.csv", csv);
  expect_done("init");
  expect_done("add 'Old One' --price 5");
  const auto start = std::chrono::steady_clock::now();
  fs::copy(folder_ / "catalog.sqlite", folder_ / "timed.sqlite");
  expect_done("import big.csv --catalog timed.sqlite");
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  std::mt19937 random(std::random_device{}());
  int killed = 0;
  for (int round = 0; round < 25; ++round) {
    const std::chrono::microseconds delay(static_cast<std::int64_t>(static_cast<double>(whole.count()) * 1.1 *
                                                                    static_cast<double>(random() % 1000) / 1000.0));
    if (killed_import(folder_, delay)) ++killed;
    const CatalogStore store = CatalogStore::open(folder_ / "catalog.sqlite");
    const std::size_t size = store.size();
    ASSERT_TRUE(size == 1 || size == 1 + kRows) << size << " products after a kill at " << delay.count() << " us";
    EXPECT_EQ(store.product("old one").prices.size(), 1U);
    if (size == 1) continue;
    EXPECT_EQ(store.product("Brand0 Model0").metrics.size(), 1U);
    for (const char* name : {"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"}) fs::remove(folder_ / name);
    expect_done("init");
    expect_done("add 'Old One' --price 5");
  }
  EXPECT_GT(killed, 0);
}

}  // namespace
}  // namespace headscore
