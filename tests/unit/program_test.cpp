// The program as a user meets it: exit statuses, messages, and files that are whole or not there.
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace headscore {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

using tests::Ran;
using tests::run;

/// A folder of its own for each test.
class Program : public ::testing::Test {
 protected:
  Program()
      : folder_(fs::temp_directory_path() / ("headscore-" + std::to_string(::getpid()) + "-" +
                                             ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~Program() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return "'" + path.string() + "'";
  }

  /// A response like a headphone's: an SPL scale and ear gain, `shift` apart.
  static std::string response(double shift_db = 0.0, double start_hz = 20.0, double ratio = 1.02,
                              double stop_hz = 20500.0) {
    std::string text;
    for (double f = start_hz; f < stop_hz; f *= ratio) {
      char line[64];
      std::snprintf(
          line, sizeof line, "%.4f\t%.3f\n", f,
          90.0 + shift_db + 12.0 * std::exp(-3.0 * std::pow(std::log2(f / 3000.0), 2)) - (f > 10000 ? 8.0 : 0.0));
      text += line;
    }
    return text;
  }

  fs::path folder_;
};

TEST_F(Program, ScoresAPairWhateverItsOrderAndGrids) {
  const std::string left = write("Thing L.txt", response());
  const std::string right = write("Thing R.txt", response(1.0, 10.0, 1.013));
  const Ran forward = run("score " + left + " " + right + " --form over-ear --format json");
  const Ran backward = run("score " + right + " " + left + " --form over-ear --format json");
  EXPECT_EQ(forward.status, 0) << forward.text;
  EXPECT_EQ(forward.text, backward.text);
  const auto document = nlohmann::json::parse(forward.text);
  EXPECT_EQ(document["products"].size(), 1U);
  EXPECT_EQ(document["products"][0]["product"], "Thing");
  EXPECT_EQ(document["products"][0]["files"][0]["sha256"].get<std::string>().size(), 64U);
}

TEST_F(Program, AsksForTheFormInsteadOfGuessing) {
  const Ran result = run("score " + write("Thing L.txt", response()));
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.text, HasSubstr("--form over-ear or"));
  write("headscore.json", R"({"form": "over-ear", "rig": "GRAS 45CA"})");
  const Ran told = run("score '" + folder_.string() + "' --format json");
  EXPECT_EQ(told.status, 0) << told.text;
  EXPECT_EQ(nlohmann::json::parse(told.text)["products"][0]["settings"]["form_source"], "sidecar");
}

TEST_F(Program, GoesOnWithTheOthersWhenOneFileIsBad) {
  const std::string good = write("Good L.txt", response());
  const Ran result = run("score " + good + " " + write("Page L.txt", "<html>404</html>") + " '" +
                         (folder_ / "missing L.txt").string() + "' --form over-ear --format json");
  EXPECT_EQ(result.status, 1) << result.text;
  const auto document = nlohmann::json::parse(result.text);
  ASSERT_EQ(document["products"].size(), 3U);
  EXPECT_TRUE(document["products"][0]["error"].is_null());
  EXPECT_EQ(document["products"][1]["error"]["code"], "html");
  EXPECT_EQ(document["products"][2]["error"]["code"], "missing-file");
}

TEST_F(Program, RefusesWhatIsNoMeasurementWithOneMessage) {
  const std::string cases[][2] = {{"", "found an empty file"},
                                  {"<html><body>x</body></html>", "found an HTML or XML page"},
                                  {std::string("\x01\x02\0\x03", 4), "found binary data"},
                                  {"20 90\n", "found one row"},
                                  {"20 NaN\n40 NaN\n", "no row"},
                                  {"{\"a\": 1}", "found JSON"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c[1]);
    const Ran result = run("score " + write("Bad L.txt", c[0]) + " --form over-ear");
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.text, HasSubstr(c[1]));
  }
  fs::create_directories(folder_ / "empty");
  const Ran folder = run("score '" + (folder_ / "empty").string() + "' --form over-ear");
  EXPECT_EQ(folder.status, 3);
  EXPECT_THAT(folder.text, HasSubstr("found a folder without files to read"));
  const Ran missing = run("score /no/such/file.txt --form over-ear");
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.text, HasSubstr("no such file"));
}

TEST_F(Program, RefusesAWrongCommandLineWithStatusTwo) {
  const std::string file = write("Thing L.txt", response());
  const std::string cases[][2] = {{"--target harman-oe-2081", "harman-oe-2018"},
                                  {"--model harman-oe-2081", "harman-oe-2018"},
                                  {"--policy audioreview", "audioreview-2026"},
                                  {"--price 0", "price"},
                                  {"--price -5", "price"},
                                  {"--price 5 --currency usd", "USD"},
                                  {"--price 246 --comparator 'K371=133 EUR'", "one currency"},
                                  {"--comparator K371=133", "without --price"},
                                  {"--form over-ear --model harman-ie-listen", "wanted options that agree"},
                                  {"--data compensated --target harman-oe-2018", "--target flat"},
                                  {"--format jsn", "json"},
                                  {"--frmat json", "--format"},
                                  {"--given technology=1.5", "0 to 1"},
                                  {"--given tecnology=0.5", "technology"},
                                  {"--bass-shelf 100", "Hz,dB"},
                                  {"--jobs 0", "1 to 1024"},
                                  {"--rig gras45", "gras-45ca"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c[0]);
    const Ran result = run("score " + file + " " + c[0]);
    EXPECT_EQ(result.status, 2) << result.text;
    EXPECT_THAT(result.text, HasSubstr(c[1]));
    EXPECT_THAT(result.text, HasSubstr("wanted"));
  }
  EXPECT_EQ(run("scroe x").status, 2);
  EXPECT_EQ(run("").status, 2);
  EXPECT_EQ(run("score").status, 2);
}

TEST_F(Program, RefusesATargetThatDoesNotCoverTheBand) {
  const std::string target = write("narrow.csv", response(0.0, 300.0, 1.05, 3000.0));
  const Ran result = run("score " + write("Thing L.txt", response()) + " --form over-ear --target " + target);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.text, HasSubstr("band-not-covered"));
}

TEST_F(Program, RefusesCompensatedDataAgainstARawTarget) {
  std::string flat;
  for (double f = 20.0; f < 20500.0; f *= 1.02)
    flat += std::to_string(f) + "\t" + std::to_string(std::sin(std::log(f))) + "\n";
  const std::string file = write("Thing L.txt", flat);
  const Ran refused = run("score " + file + " --form over-ear");
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.text, HasSubstr("compensated"));
  EXPECT_EQ(run("score " + file + " --form over-ear --target flat").status, 0);
}

TEST_F(Program, WritesWholeFilesOrNone) {
  const std::string file = write("Thing L.txt", response());
  const fs::path output = folder_ / "out.json";
  EXPECT_EQ(run("score " + file + " --form over-ear --format json --output '" + output.string() + "'").status, 0);
  std::ifstream stream(output);
  EXPECT_TRUE(nlohmann::json::accept(stream));
  const Ran unwritable = run("score " + file + " --form over-ear --output /no/such/folder/out.txt");
  EXPECT_EQ(unwritable.status, 3);
  EXPECT_THAT(unwritable.text, HasSubstr("cannot be written"));
  for (const auto& entry : fs::directory_iterator(folder_)) EXPECT_THAT(entry.path().string(), Not(HasSubstr(".part")));
}

TEST_F(Program, SaysTheSameOnOneAndManyThreads) {
  for (int i = 0; i < 12; ++i) {
    write("set/Thing " + std::to_string(i) + "x L.txt", response(0.0, 20.0 + i));
    write("set/Thing " + std::to_string(i) + "x R.txt", response(0.3 * i));
  }
  const std::string base = "score '" + (folder_ / "set").string() + "' --form over-ear --format json --jobs ";
  const std::string one = run(base + "1").text;
  EXPECT_EQ(one, run(base + "2").text);
  EXPECT_EQ(one, run(base + "8").text);
  const std::string inspect = "inspect '" + (folder_ / "set").string() + "' --jobs ";
  const std::string inspected = run(inspect + "1").text;
  EXPECT_THAT(inspected, HasSubstr("24 files: 24 read, 0 refused"));
  EXPECT_EQ(inspected, run(inspect + "2").text);
  EXPECT_EQ(inspected, run(inspect + "8").text);
}

TEST_F(Program, TellsWhenItsOutputCannotBeWritten) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const std::string file = write("Thing L.txt", response());
  for (const std::string& command :
       {std::string("--help"), std::string("targets list"), "inspect " + file, "score --form over-ear " + file}) {
    const Ran result = run(command + " 2>/dev/null >/dev/full");
    EXPECT_EQ(result.status, 3) << command;
  }
}

TEST_F(Program, ColoursOnlyWhenAsked) {
  const std::string file = write("Thing L.txt", response());
  EXPECT_THAT(run("score " + file + " --form over-ear").text, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(run("score " + file + " --form over-ear --colour always").text, HasSubstr("\x1b["));
  EXPECT_THAT(run("score " + file + " --form over-ear", "NO_COLOR=1").text, Not(HasSubstr("\x1b[")));
}

TEST_F(Program, InspectsAsJson) {
  write("Thing L2.txt", response() + "30000\t0.000\n");
  write("page.txt", "<html></html>");
  const Ran result = run("inspect '" + folder_.string() + "' --format json");
  EXPECT_EQ(result.status, 1);
  const auto document = nlohmann::json::parse(result.text);
  const auto& file = document["files"][0];
  EXPECT_EQ(file["product"], "Thing");
  EXPECT_EQ(file["channel"], "L");
  EXPECT_EQ(file["seat"], 2);
  EXPECT_EQ(file["start_hz"], 20.0);
  EXPECT_EQ(file["warnings"][0]["code"], "sentinel-row-dropped");
  EXPECT_TRUE(file["error"].is_null());
  EXPECT_EQ(document["files"][1]["points"], 0);
  EXPECT_EQ(document["files"][1]["error"]["code"], "html");
}

TEST_F(Program, IdentifiesItsOwnTargets) {
  const Ran shown = run("targets show harman-ie-2019");
  ASSERT_EQ(shown.status, 0);
  const Ran result =
      run("targets identify " + write("unnamed.txt", shown.text.substr(shown.text.find("frequency_hz"))));
  EXPECT_EQ(result.status, 0) << result.text;
  EXPECT_THAT(result.text, HasSubstr("it is harman-ie-2019"));
}

TEST_F(Program, ListsInEightyColumns) {
  for (const std::string command : {"models", "targets list"}) {
    const Ran result = run(command);
    EXPECT_EQ(result.status, 0);
    std::istringstream lines(result.text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(Program, HelpsWithEveryCommandInEightyColumns) {
  for (const std::string command :
       {"--help", "score --help", "batch --help", "merge --help", "rank --help", "compare --help", "like --help",
        "stats --help", "inspect --help", "targets --help", "models --help", "sweep --help", "tones --help",
        "tones generate --help", "tones analyse --help"}) {
    const Ran result = run(command);
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.text, HasSubstr("usage"));
    std::istringstream lines(result.text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

}  // namespace
}  // namespace headscore
