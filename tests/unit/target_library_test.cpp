#include "headscore/target_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "headscore/error.hpp"

namespace headscore {
namespace {

const std::string kHead = "# name: mine\n# form: in-ear\n# rig: B&K 5128\n# source: a person\n";
const std::string kRows = "frequency_hz,level_db\n20,1.5\n1000,0\n";

std::string message_of(const std::string& text) {
  try {
    const Target target = parsed_target(text, "t.csv");
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "bad-target");
    return error.what();
  }
}

TEST(TargetFile, SaysWhatTheTargetIs) {
  const Target target =
      parsed_target("\xEF\xBB\xBF" + kHead + "# year: 2021\r\n# raw: no\n# note: any: text\n\n" + kRows, "t.csv");
  EXPECT_EQ(target.name(), "mine");
  EXPECT_EQ(target.fields().form, FormFactor::kInEar);
  EXPECT_EQ(target.fields().rig, "B&K 5128");
  EXPECT_EQ(target.fields().year, 2021);
  EXPECT_EQ(target.fields().source, "a person");
  EXPECT_FALSE(target.fields().raw);
  EXPECT_EQ(target.curve().size(), 2);
  EXPECT_EQ(target.curve().magnitude_db()[0], 1.5);
}

TEST(TargetFile, IsRawAndOfNoYearWhenItDoesNotSay) {
  const Target target = parsed_target(kHead + kRows, "t.csv");
  EXPECT_TRUE(target.fields().raw);
  EXPECT_EQ(target.fields().year, std::nullopt);
}

TEST(TargetFile, ThatIsForAnyRigAndFormSaysSo) {
  const Target target = parsed_target("# name: f\n# form: any\n# rig: any\n# source: s\n" + kRows, "t.csv");
  EXPECT_EQ(target.fields().form, std::nullopt);
  EXPECT_EQ(target.fields().rig, "");
}

TEST(TargetFile, IsRefusedWithLineAndColumn) {
  EXPECT_EQ(message_of(""), "t.csv: found no column head, wanted a line frequency_hz,level_db");
  EXPECT_EQ(message_of(kHead), "t.csv: found no column head, wanted a line frequency_hz,level_db");
  EXPECT_EQ(message_of(kRows), "t.csv: found no # rig: line, wanted # rig: and its value");
  EXPECT_THAT(message_of("# soruce: x\n" + kRows),
              testing::StartsWith("t.csv:1:1: found the key \"soruce\", wanted source"));
  EXPECT_EQ(message_of("# name\n"), "t.csv:1:1: found a # line without a colon, wanted # key: value");
  EXPECT_EQ(message_of(kHead + "# name: b\n" + kRows), "t.csv:5:1: found a second \"name\", wanted each key once");
  EXPECT_EQ(message_of("# name:\n# form: any\n# rig: any\n# source: s\n" + kRows),
            "t.csv:1:8: found an empty name, wanted a value");
  EXPECT_EQ(message_of("# name: f\n# form: round\n# rig: any\n# source: s\n" + kRows),
            "t.csv:2:9: found the form \"round\", wanted over-ear, in-ear or any");
  EXPECT_EQ(message_of(kHead + "# year: 20l8\n" + kRows),
            "t.csv:5:9: found the year \"20l8\", wanted four digits, or no # year: line where it is not known");
  EXPECT_EQ(message_of(kHead + "# raw: maybe\n" + kRows), "t.csv:5:8: found \"maybe\", wanted yes or no");
  EXPECT_EQ(message_of(kHead + "20,1\n"),
            "t.csv:5:1: found \"20,1\", wanted the column head frequency_hz,level_db before the rows");
  EXPECT_EQ(message_of(kHead + "frequency_hz,level_db\n20,1\n"), "t.csv: found 1 rows, wanted at least two");
  EXPECT_EQ(message_of(kHead + kRows + "2000,x\n"), "t.csv:8:6: found \"x\", wanted a level in dB");
  EXPECT_EQ(message_of(kHead + kRows + "2000,1,2\n"), "t.csv:8:6: found \"1,2\", wanted a level in dB");
  EXPECT_EQ(message_of(kHead + kRows + "2000,nan\n"), "t.csv:8:6: found \"nan\", wanted a level in dB");
  EXPECT_EQ(message_of(kHead + kRows + "2000,\n"), "t.csv:8:6: found an empty cell, wanted a level in dB");
  EXPECT_EQ(message_of(kHead + kRows + "2000\n"),
            "t.csv:8:1: found \"2000\", wanted a frequency in Hz, a comma and a level in dB");
  EXPECT_EQ(message_of(kHead + kRows + "1000,1\n"),
            "t.csv:8:1: found a frequency that is not above the one before, wanted strictly increasing frequencies");
  EXPECT_EQ(message_of(kHead + "frequency_hz,level_db\n0,1\n"),
            "t.csv:6:1: found a frequency that is not positive, wanted a frequency above zero");
  EXPECT_EQ(message_of(kHead + kRows + "# note: late\n"),
            "t.csv:8:1: found a # line among the rows, wanted all # lines above the column head");
}

TEST(TargetLibrary, FindsATargetByName) { EXPECT_EQ(bundled_target("harman-oe-2018").name(), "harman-oe-2018"); }

TEST(TargetLibrary, SuggestsTheNearestNamesForAnUnknownOne) {
  try {
    const Target target = bundled_target("harman-oe-2081");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "unknown-target");
    EXPECT_EQ(error.found(), "the target \"harman-oe-2081\"");
    EXPECT_THAT(error.wanted(), testing::StartsWith("harman-oe-201"));
  }
}

}  // namespace
}  // namespace headscore
