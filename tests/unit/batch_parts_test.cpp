// The parts of a batch, each alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "batch/batch_journal.hpp"
#include "batch/batch_line.hpp"
#include "batch/batch_walk.hpp"
#include "batch/response_shape.hpp"
#include "headscore/batch.hpp"
#include "io/content_hash.hpp"
#include "io/json_text.hpp"
#include "io/stable_bytes.hpp"
#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::FolderTest;

std::string code_of(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

class StableBytes : public FolderTest {};

TEST_F(StableBytes, AreTheFilesBytesAndTheMemoryIsUsedAgain) {
  write("long.txt", std::string(200000, 'x'));
  write("short.txt", "abc");
  std::string buffer = read_stable(path("long.txt"), 1U << 20U);
  EXPECT_EQ(buffer, std::string(200000, 'x'));
  const char* before = buffer.data();
  buffer = read_stable(path("short.txt"), 1U << 20U, std::move(buffer));
  EXPECT_EQ(buffer, "abc");
  EXPECT_EQ(buffer.data(), before);
  write("empty.txt", "");
  EXPECT_EQ(read_stable(path("empty.txt"), 1U << 20U), "");
  EXPECT_EQ(code_of([&] { return read_stable(path("long.txt"), 1000); }), "too-large");
  EXPECT_EQ(code_of([&] { return read_stable(path("none.txt"), 1000); }), "missing-file");
  EXPECT_EQ(code_of([&] { return read_stable(folder_.string(), 1U << 20U); }), "not-a-file");
}

TEST_F(StableBytes, TellOfAFileThatKeepsChanging) {
  write("growing.txt", "x");
  fs::resize_file(path("growing.txt"), std::uintmax_t{64} << 20U);
  std::atomic<bool> stop{false};
  std::atomic<bool> begun{false};
  std::jthread writer([&] {
    std::ofstream file(path("growing.txt"), std::ios::binary | std::ios::app);
    while (!stop) {
      file << "y" << std::flush;
      begun = true;
    }
  });
  while (!begun) std::this_thread::yield();
  bool told = false;
  // A reader is refused or gets a whole state; on a busy machine the writer may rest during one reading.
  for (int i = 0; i < 200 && !told; ++i)
    told = code_of([&] { return read_stable(path("growing.txt"), 1U << 30U); }) == "changing-file";
  stop = true;
  EXPECT_TRUE(told);
}

TEST(ContentHash, IsXxh3AsPublished) {
  // Test vectors of xxHash 0.8 for empty input.
  EXPECT_EQ(hash128_hex(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2U);
  ContentHash pieces;
  pieces.add("head");
  pieces.add("score");
  EXPECT_EQ(pieces.hex(), hash128_hex("headscore"));
  ContentHash one;
  ContentHash other;
  one.add_field("ab");
  one.add_field("c");
  other.add_field("a");
  other.add_field("bc");
  EXPECT_NE(one.hex(), other.hex());
}

TEST(JsonText, ReadsBackAsItWas) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8E\xA7";
  JsonText text;
  text.begin_object()
      .text_field("text", all)
      .key("list")
      .begin_array()
      .number(0.1)
      .number(-2.5e-300)
      .number(5.0)
      .integer(-7);
  text.number(std::nan(""))
      .boolean(true)
      .null()
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .end_array()
      .end_object();
  const auto json = nlohmann::json::parse(text.str());
  EXPECT_EQ(json["text"], all);
  EXPECT_EQ(json["list"][0], 0.1);
  EXPECT_EQ(json["list"][1], -2.5e-300);
  EXPECT_EQ(json["list"][2], 5.0);
  EXPECT_EQ(json["list"][3], -7);
  EXPECT_TRUE(json["list"][4].is_null());
  EXPECT_EQ(json["list"].size(), 9U);
}

TEST(JsonText, RoundsToDecimals) {
  const auto text = [](double value, int decimals) { return JsonText().rounded(value, decimals).take(); };
  EXPECT_EQ(text(0.0, 2), "0");
  EXPECT_EQ(text(-0.004, 2), "0");
  EXPECT_EQ(text(-0.005, 2), "-0.01");
  EXPECT_EQ(text(0.05, 2), "0.05");
  EXPECT_EQ(text(-8.906, 2), "-8.91");
  EXPECT_EQ(text(120.0, 2), "120");
  EXPECT_EQ(text(120.5, 0), "121");
  EXPECT_EQ(text(19999.99996, 4), "20000");
  EXPECT_EQ(text(2.5e11, 4), "2.5e+11");
  EXPECT_EQ(text(std::nan(""), 4), "null");
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-6.0, 11.0);
  for (int i = 0; i < 20000; ++i) {
    const double value = (i % 2 == 0 ? 1.0 : -1.0) * std::pow(10.0, exponent(random));
    for (int decimals = 0; decimals <= 9; ++decimals) {
      const double step = std::pow(10.0, decimals);
      const double expected = std::abs(value) < 1e6 ? std::round(value * step) / step : value;
      ASSERT_EQ(std::stod(text(value, decimals)), expected) << value;
    }
  }
}

TEST(JsonText, RepeatsAValue) {
  JsonText text;
  text.begin_object().key("first");
  const std::size_t first = text.str().size();
  text.begin_object().integer_field("a", 1).end_object();
  const std::size_t stop = text.str().size();
  text.key("all").begin_array().as_before(first, stop).as_before(first, stop).end_array().end_object();
  EXPECT_EQ(text.str(), R"({"first":{"a":1},"all":[{"a":1},{"a":1}]})");
}

TEST(JsonText, KeepsDifferentBytesDifferent) {
  std::mt19937 random(1);
  std::set<std::string> bytes;
  std::set<std::string> texts;
  for (int i = 0; i < 20000; ++i) {
    std::string name(1 + random() % 4, '\0');
    for (char& c : name) c = static_cast<char>(random() % 256);
    bytes.insert(name);
    const std::string text = utf8_text(name);
    texts.insert(text);
    ASSERT_NO_THROW(static_cast<void>(nlohmann::json(text).dump()));
  }
  EXPECT_EQ(texts.size(), bytes.size());
}

TEST(BatchKeys, ComeInTheOrderOfAWalk) {
  EXPECT_LT(compare_keys("a", "z", "a/b", "a"), 0);
  EXPECT_LT(compare_keys("a/b", "z", "a b", "a"), 0);
  EXPECT_LT(compare_keys("", "z", "a", "a"), 0);
  EXPECT_EQ(compare_keys("a", "b", "a", "b"), 0);
  EXPECT_GT(compare_keys("a", "c", "a", "b"), 0);
}

class BatchWalked : public FolderTest {};

TEST_F(BatchWalked, YieldsKeysInOrderAndEachFileOnce) {
  std::mt19937 random(7);
  const std::vector<std::string> parts = {"a", "a b", "a-b", "b", "\xC3\xA4", "Z"};
  std::set<std::string> files;
  for (int i = 0; i < 300; ++i) {
    std::string name;
    for (unsigned depth = random() % 4; depth > 0; --depth) name += "d" + parts[random() % parts.size()] + "/";
    name += parts[random() % parts.size()] + std::to_string(random() % 5) + (random() % 2 == 0 ? " L.txt" : " R.txt");
    write("set/" + name, "x");
    files.insert(path("set/" + name));
  }
  write("set/.hidden", "x");
  write("set/catalog.csv", "x");
  BatchWalk walk({path("set")}, false, std::nullopt);
  std::set<std::string> seen;
  std::optional<BatchUnit> last;
  std::uint64_t index = 0;
  while (std::optional<BatchUnit> unit = walk.next()) {
    EXPECT_EQ(unit->index, index++);
    if (last) {
      EXPECT_LT(compare_keys(last->folder, last->name, unit->folder, unit->name), 0)
          << unit->folder << "/" << unit->name;
    }
    for (const std::string& file : unit->files) EXPECT_TRUE(seen.insert(unit->folder_path + "/" + file).second);
    last = unit;
  }
  EXPECT_EQ(seen, files);
  EXPECT_EQ(walk.units_of_all_shards(), index);
}

class EarlierResultsOf : public FolderTest {};

TEST_F(EarlierResultsOf, AreFoundInOrderAndOnlyWhole) {
  const auto line = [](const std::string& folder, const std::string& unit) {
    return R"({"folder":")" + folder + R"(","unit":")" + unit + R"(","identity":"i","outcome":"scored","x":1})" + "\n";
  };
  write("one", line("", "A") + line("", "C \\\"q\\\"") + line("a", "B") + "{\"folder\":\"b");
  write("two", line("", "C \\\"q\\\"") + line("c", "D") + "garbage\n" + line("d", "E"));
  EarlierResults earlier;
  earlier.add(json_lines(path("one")));
  earlier.add(json_lines(path("two")));
  EXPECT_EQ(earlier.of("", "A").size(), 1U);
  EXPECT_EQ(earlier.of("", "B").size(), 0U);
  EXPECT_EQ(earlier.of("", "C \"q\"").size(), 2U);
  EXPECT_EQ(earlier.of("a", "B").size(), 1U);
  EXPECT_EQ(earlier.of("b", "X").size(), 0U);
  EXPECT_EQ(earlier.of("c", "D").size(), 1U);
  EXPECT_EQ(earlier.of("d", "E").size(), 0U);
}

TEST(ResponseShape, IsTheMeanLevelAroundEachSixthOfAnOctave) {
  const Eigen::ArrayXd frequency_hz = LogGrid::per_octave(48).frequency_hz();
  const Curve tilted(frequency_hz, 3.0 * (frequency_hz / 1000.0).log() / std::log(2.0));
  const auto shape = response_shape_db(tilted);
  for (std::size_t k = 1; k + 1 < shape.size(); ++k) {
    ASSERT_TRUE(shape[k]);
    EXPECT_NEAR(*shape[k], 3.0 * std::log2(shape_frequency_hz()[k] / 1000.0), 0.04) << k;
  }
  const auto cut = response_shape_db(*restricted(tilted, {100.0, 1000.0}));
  EXPECT_FALSE(cut.front() || cut.back());
}

TEST(Shards, AreParsedStrictly) {
  EXPECT_EQ(shard_from("3/16"), (Shard{3, 16}));
  for (const char* bad : {"", "/", "1", "0/1", "2/1", "-1/2", "1/2/3", " 1/2", "a/b", "99999999999/99999999999"}) {
    EXPECT_EQ(code_of([&] { return shard_from(bad); }), "bad-shard") << bad;
  }
}

}  // namespace
}  // namespace headscore
