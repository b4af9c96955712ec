// Left and right in columns of one file: two measurements of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "batch_lines.hpp"
#include "headscore/reader.hpp"
#include "program.hpp"

namespace headscore {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using tests::run;

std::vector<std::string> codes(const Measurement& measurement) {
  std::vector<std::string> result;
  for (const Warning& warning : measurement.warnings()) result.push_back(warning.code);
  return result;
}

/// Heads and rows of frequency, then one column for each of `levels`.
std::string table(const std::string& head, const std::vector<double>& levels) {
  std::string text = head + "\n";
  for (int row = 0; row <= 60; ++row) {
    text += std::to_string(20.0 * std::pow(1000.0, row / 60.0));
    for (const double level : levels) text += "," + std::to_string(level + (row > 40 && row < 50 ? 8.0 : 0.1 * row));
    text += "\n";
  }
  return text;
}

std::vector<Measurement> channels(const std::string& text) {
  return MeasurementReader().parsed_channels(text, "x.csv");
}

TEST(TwoChannels, AreReadFromColumnsThatNameThem) {
  for (const char* head :
       {"Frequency,Left,Right", "freq,L,R", "Hz,SPL L (dB),SPL R (dB)", "Freq (Hz),Left dB,Right dB"}) {
    const std::vector<Measurement> both = channels(table(head, {80.0, 70.0}));
    ASSERT_THAT(both, SizeIs(2)) << head;
    EXPECT_EQ(both[0].identity().channel, Channel::kLeft);
    EXPECT_EQ(both[1].identity().channel, Channel::kRight);
    EXPECT_DOUBLE_EQ(both[0].response()->magnitude_db()[0], 80.0) << head;
    EXPECT_DOUBLE_EQ(both[1].response()->magnitude_db()[0], 70.0) << head;
    for (const Measurement& channel : both) EXPECT_THAT(codes(channel), Not(Contains("extra-levels-ignored"))) << head;
  }
}

TEST(TwoChannels, OfAnyOrderComeLeftFirstAndOtherColumnsAreTold) {
  const std::vector<Measurement> both = channels(table("Frequency,Right dB,Average dB,Left dB", {70.0, 75.0, 80.0}));
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_DOUBLE_EQ(both[0].response()->magnitude_db()[0], 80.0);
  EXPECT_DOUBLE_EQ(both[1].response()->magnitude_db()[0], 70.0);
  for (const Measurement& channel : both) EXPECT_THAT(codes(channel), Contains("extra-levels-ignored"));
}

TEST(TwoChannels, AreNotGuessed) {
  for (const char* head :
       {"Frequency,Left 1,Left 2", "Frequency,SPL,Target", "Frequency,Left,SPL", "Frequency,level,real"})
    EXPECT_THAT(channels(table(head, {80.0, 70.0})), SizeIs(1)) << head;
  EXPECT_THAT(channels(table("Frequency,Left,Left seat 2,Right", {80.0, 79.0, 70.0})), SizeIs(1));
}

TEST(TwoChannels, OfAFileNamedForOneGiveThatOne) {
  const std::string text = table("Frequency,Left,Right", {80.0, 70.0});
  for (const auto& [name, level_db] : {std::pair("Case L.csv", 80.0), std::pair("Case R.csv", 70.0)}) {
    const std::vector<Measurement> one = MeasurementReader().parsed_channels(text, name);
    ASSERT_THAT(one, SizeIs(1)) << name;
    EXPECT_DOUBLE_EQ(one[0].response()->magnitude_db()[0], level_db) << name;
    EXPECT_THAT(codes(one[0]), Contains("extra-levels-ignored"));
    EXPECT_DOUBLE_EQ(parsed_measurement(text, name).response()->magnitude_db()[0], level_db) << name;
  }
}

TEST(TwoChannels, OfWhichOneIsAskedForGiveTheLeftAndTellTheOther) {
  const Measurement one = parsed_measurement(table("Frequency,Left,Right", {80.0, 70.0}), "x.csv");
  EXPECT_DOUBLE_EQ(one.response()->magnitude_db()[0], 80.0);
  EXPECT_THAT(codes(one), Contains("extra-levels-ignored"));
}

using TwoChannelsOfAFile = tests::FolderTest;

TEST_F(TwoChannelsOfAFile, AreScoredAsThoseOfTwoFiles) {
  write("one/Phone.csv", table("Frequency,Left,Right", {80.0, 79.0}));
  write("two/Phone L.csv", table("Frequency,SPL (dB)", {80.0}));
  write("two/Phone R.csv", table("Frequency,SPL (dB)", {79.0}));
  const auto products = [&](const char* folder) {
    const tests::Ran ran = run("score " + quoted(folder) + " --form in-ear --format json");
    EXPECT_EQ(ran.status, 0) << ran.text;
    return json::parse(ran.text)["products"];
  };
  const json one = products("one");
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0]["scores"], products("two")[0]["scores"]);
  EXPECT_EQ(one[0]["files"][0]["channel"], "L");
  EXPECT_EQ(one[0]["files"][1]["channel"], "R");
  EXPECT_EQ(run("batch " + quoted("one") + " --form in-ear --curves --sha256 --out " + quoted("r.jsonl")).status, 0);
  const tests::Ran report = run("score " + quoted("one") + " --form in-ear --format json");
  tests::expect_products(tests::lines_of(path("r.jsonl")), json::parse(report.text));
}

TEST_F(TwoChannelsOfAFile, AreTwoLinesOfOneFileInInspect) {
  write("one/Phone.csv", table("Frequency,Left,Right", {80.0, 79.0}));
  const tests::Ran ran = run("inspect " + quoted("one"));
  EXPECT_THAT(ran.text, HasSubstr("Phone L"));
  EXPECT_THAT(ran.text, HasSubstr("Phone R"));
  EXPECT_THAT(ran.text, HasSubstr("1 file: 1 read, 0 refused"));
}

}  // namespace
}  // namespace headscore
