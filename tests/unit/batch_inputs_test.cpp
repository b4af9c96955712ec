// Batches of other things than text files: recordings of sweeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::content;
using tests::Ran;
using tests::run;

const fs::path kSample = fs::path(HEADSCORE_SOURCE_DIR) / "data/sample";

std::vector<json> lines_of(const std::string& file) {
  std::vector<json> lines;
  std::istringstream text(content(file));
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

/// Lines of a batch are the products of the JSON report, beside what only a batch has.
void expect_products(const std::vector<json>& lines, const json& report) {
  std::map<std::string, json> by_name;
  for (const json& line : lines) by_name[line["product"]] = line;
  ASSERT_EQ(report["products"].size(), by_name.size());
  for (const json& product : report["products"]) {
    json line = by_name.at(product["product"]);
    for (const char* key : {"folder", "unit", "identity", "outcome", "headscore", "shape_db"})
      EXPECT_EQ(line.erase(key), 1U) << key;
    for (json& file : line["files"]) {
      file.erase("xxh3_128");
      file.erase("bytes");
    }
    EXPECT_EQ(line, product) << json::diff(product, line);
  }
}

class BatchOfRecordings : public tests::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    fs::create_directories(path("set/bare"));
    fs::copy_file(kSample / "recordings/Sample Recorded.flac", path("set/bare/Sample Recorded.flac"));
    fs::create_directories(path("set/told"));
    for (const char* name : {"Sample Recorded.flac", "sweep.json", "headscore.json"})
      fs::copy_file(kSample / "recordings" / name, path(std::string("set/told/") + name));
    for (const char* name : {"Sample Neutral L.txt", "Sample Neutral R.txt"})
      fs::copy_file(kSample / "measurements" / name, path(std::string("set/told/") + name));
  }

  static std::string sweep() {
    return std::string(" --sweep ") + "'" + (kSample / "recordings/sweep.json").string() + "'";
  }
};

TEST_F(BatchOfRecordings, GivesWhatScoreGives) {
  const std::string options = " --form over-ear --intervals 0";
  const Ran ran = run("batch " + quoted("set/told") + options + " --curves --sha256 --out " + quoted("r.jsonl"));
  EXPECT_EQ(ran.status, 0) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("3 files, 2 products"));
  expect_products(lines_of(path("r.jsonl")),
                  json::parse(run("score " + quoted("set/told") + options + " --format json").text));
}

TEST_F(BatchOfRecordings, SaysThatASweepIsWantedAndTakesIt) {
  const std::string command = "batch " + quoted("set/bare") + " --form over-ear --intervals 0 --out " + quoted("r.db");
  const Ran without = run(command);
  EXPECT_EQ(without.status, 3);
  EXPECT_THAT(without.text, HasSubstr("no-sweep"));
  EXPECT_THAT(without.text, HasSubstr("wanted --sweep"));
  EXPECT_EQ(run(command + sweep()).status, 0);
  EXPECT_THAT(run(command + sweep()).text, HasSubstr("1 taken over"));
  EXPECT_THAT(run(command + sweep() + " --window cycles:8").text, Not(HasSubstr("taken over")));
}

TEST_F(BatchOfRecordings, ScoresAnewWhenTheSidecarOfTheSweepChanges) {
  const std::string command =
      "batch " + quoted("set/told") + " --form over-ear --intervals 0 --out " + quoted("r.jsonl");
  ASSERT_EQ(run(command).status, 0);
  EXPECT_THAT(run(command).text, HasSubstr("2 taken over"));
  write("set/told/sweep.json", content(path("set/told/sweep.json")) + "\n");
  EXPECT_THAT(run(command).text, HasSubstr("1 taken over"));
}

TEST_F(BatchOfRecordings, WritesTheSameBytesOnAnyNumberOfThreads) {
  for (const char* jobs : {"1", "8"}) {
    ASSERT_EQ(run("batch " + quoted("set") + sweep() + " --form over-ear --intervals 0 --quiet --jobs " + jobs +
                  " --out " + quoted(std::string(jobs) + ".jsonl"))
                  .status,
              0);
  }
  EXPECT_EQ(content(path("1.jsonl")), content(path("8.jsonl")));
}

}  // namespace
}  // namespace headscore
