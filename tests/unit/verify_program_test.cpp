// headscore verify and verify-score as a user meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "program.hpp"
#include "review_pages.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using tests::Ran;
using tests::ReviewPage;
using tests::run;

class VerifyProgram : public ::testing::Test {
 protected:
  VerifyProgram()
      : folder_(fs::temp_directory_path() / ("headscore-verify-" + std::to_string(::getpid()) + "-" +
                                             ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~VerifyProgram() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::string path(const std::string& name = "") const { return "'" + (folder_ / name).string() + "'"; }

  fs::path folder_;
};

TEST_F(VerifyProgram, TellsByItsExitStatusWhetherClaimsStand) {
  write("acme-one.md", ReviewPage().text());
  EXPECT_EQ(run("verify " + path("acme-one.md")).status, 0);
  ReviewPage wrong;
  wrong.ratings[0] = 3.9;
  write("wrong/acme-one.md", wrong.text());
  const Ran found = run("verify " + path("wrong"));
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.text, HasSubstr("overall-sum"));
  EXPECT_THAT(found.text, HasSubstr("3.9, wanted 2.9; sum of the five sections"));
  EXPECT_EQ(run("verify --check step,range " + path("wrong")).status, 0);
  EXPECT_EQ(run("verify").status, 2);
  EXPECT_EQ(run("verify --check nonsense " + path()).status, 2);
  EXPECT_EQ(run("verify --format nonsense " + path()).status, 2);
  EXPECT_EQ(run("verify --in-place " + path()).status, 2);
  EXPECT_EQ(run("verify --rig nonsense " + path()).status, 2);
  EXPECT_EQ(run("verify " + path("absent.md")).status, 3);
}

TEST_F(VerifyProgram, GoesOnBehindAPageThatCannotBeRead) {
  write("acme-one.md", ReviewPage().text());
  write("none.md", "# no front matter\n");
  write("bytes.md", std::string("\0\1\2\xFF\xFE", 5));
  const Ran ran = run("verify --format json " + path());
  EXPECT_EQ(ran.status, 1);
  const nlohmann::json document = nlohmann::json::parse(ran.text);
  EXPECT_EQ(document["summary"]["pages"], 3);
  EXPECT_EQ(document["summary"]["refused"], 2);
  const nlohmann::json& page = document["pages"][0];
  EXPECT_EQ(page["ref"], "acme-one");
  EXPECT_EQ(page["facts"]["price"], 246);
  EXPECT_EQ(page["facts"]["ratings"], nlohmann::json({2.9, 0.5, 0.7, 0.5, 0.6, 0.6}));
  const nlohmann::json& cp = page["facts"]["cost_performance"];
  EXPECT_EQ(cp["numerator"], 133);
  EXPECT_EQ(cp["denominator"], 246);
  EXPECT_EQ(cp["stated_ratio"], 0.54);
  EXPECT_EQ(cp["score"], 0.5);
  EXPECT_EQ(cp["comparator"], "Borealis K37");
  EXPECT_EQ(cp["no_cheaper"], false);
}

TEST_F(VerifyProgram, CorrectsACopyAndThePageOnlyWhenTold) {
  ReviewPage page;
  page.ratings[0] = 3.9;
  const std::string text = page.text();
  write("acme-one.md", text);
  EXPECT_EQ(run("verify --fix " + path()).status, 1);
  EXPECT_EQ(read("acme-one.md"), text);
  EXPECT_EQ(read("acme-one.fixed.md"), ReviewPage().text());
  EXPECT_THAT(run("verify " + path()).text, HasSubstr("1 page read"));  // copies are no pages
  fs::remove(folder_ / "acme-one.fixed.md");
  fs::create_directories(folder_ / "copies");
  static_cast<void>(run("verify --fix --fix-to " + path("copies") + " " + path("acme-one.md")));
  EXPECT_EQ(read("copies/acme-one.md"), ReviewPage().text());
  EXPECT_EQ(read("acme-one.md"), text);
  ReviewPage japanese = tests::japanese_page();
  japanese.ratings[0] = 3.9;
  write("pages/en/acme-one.md", text);
  write("pages/ja/acme-one.md", japanese.text());
  static_cast<void>(run("verify --fix --fix-to " + path("both") + " " + path("pages")));
  EXPECT_EQ(read("both/en/acme-one.md"), ReviewPage().text());
  EXPECT_EQ(read("both/ja/acme-one.md"), tests::japanese_page().text());
  static_cast<void>(run("verify --fix --in-place " + path("acme-one.md")));
  EXPECT_EQ(read("acme-one.md"), ReviewPage().text());
  EXPECT_EQ(run("verify " + path("acme-one.md")).status, 0);
}

TEST_F(VerifyProgram, WritesHelpThatFitsATerminal) {
  for (const char* command : {"verify --help", "verify-score --help"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.status, 0);
    std::istringstream lines(ran.text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(VerifyProgram, TracesAClaimedScore) {
  std::string response;
  for (double f = 20.0; f < 20500.0; f *= 1.02) {
    response +=
        fmt::format("{:.4f}\t{:.3f}\n", f,
                    90.0 + 12.0 * std::exp(-3.0 * std::pow(std::log2(f / 3000.0), 2)) - (f > 10000 ? 8.0 : 0.0));
  }
  write("Acme One L.txt", response);
  const std::string arguments = " --form over-ear --format json " + path("Acme One L.txt");
  const nlohmann::json first = nlohmann::json::parse(run("verify-score --claimed 0" + arguments).text);
  double value = 0.0;
  for (const nlohmann::json& row : first["products"][0]["recomputations"]) {
    if (row["convention"] == "autoeq-oe" && row["target"] == "harman-oe-2018") value = row["value"];
  }
  const Ran traced = run(fmt::format("verify-score --claimed {:.2f}", value) + arguments);
  EXPECT_EQ(traced.status, 0);
  EXPECT_EQ(nlohmann::json::parse(traced.text)["products"][0]["recomputations"][0]["reproduces"], true);
  EXPECT_EQ(run("verify-score --claimed 5000" + arguments).status, 1);
  EXPECT_EQ(run("verify-score " + path("Acme One L.txt")).status, 2);
  EXPECT_EQ(run("verify-score --claimed many " + path("Acme One L.txt")).status, 2);
  EXPECT_EQ(run("verify-score --claimed 88 " + path("absent.txt")).status, 3);
}

}  // namespace
}  // namespace headscore
