// Questions to results: merge, rank, compare, like, stats.
#include "headscore/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

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

class Results : public tests::FolderTest {
 protected:
  void write_set(int products) const {
    for (int i = 0; i < products; ++i) {
      const std::string name =
          "set/" + std::string(1, static_cast<char>('a' + i % 3)) + "/Thing " + std::to_string(i) + "x";
      write(name + " L.txt", response(0.7 * i));
      write(name + " R.txt", response(0.7 * i + 0.2));
    }
  }

  [[nodiscard]] Ran batch(const std::string& out, const std::string& options = "--intervals 0",
                          const std::string& folder = "set") const {
    return run("batch " + quoted(folder) + " --form over-ear --quiet " + options + " --out " + quoted(out));
  }

  /// Shards 1..count as partK.jsonl, and their names quoted.
  [[nodiscard]] std::string shards(int count, const std::string& ending = "jsonl") const {
    std::string names;
    for (int k = 1; k <= count; ++k) {
      const std::string name = "part" + std::to_string(k) + "." + ending;
      EXPECT_LE(batch(name, "--intervals 0 --shard " + std::to_string(k) + "/" + std::to_string(count)).status, 1);
      names += quoted(name) + " ";
    }
    return names;
  }
};

TEST_F(Results, OfShardsMergeToTheBytesOfOneRun) {
  write_set(20);
  write("set/a/Page.txt", "<html></html>");
  for (const char* ending : {"jsonl", "db", "csv"}) ASSERT_EQ(batch(std::string("whole.") + ending).status, 1);
  const std::string parts = shards(4);
  for (const char* ending : {"jsonl", "db", "csv"}) {
    const std::string name = std::string("merged.") + ending;
    const Ran merged = run("merge " + parts + " --out " + quoted(name));
    EXPECT_EQ(merged.status, 0) << merged.text;
    EXPECT_THAT(merged.text, HasSubstr("21 products, 1 with failures"));
    EXPECT_EQ(content(path(name)), content(path(std::string("whole.") + ending))) << ending;
  }
  EXPECT_EQ(content(path("merged.jsonl.run.json")), content(path("whole.jsonl.run.json")));
  const std::string databases = shards(2, "db");
  EXPECT_EQ(run("merge " + databases + " --quiet --out " + quoted("again.jsonl")).status, 0);
  EXPECT_EQ(content(path("again.jsonl")), content(path("whole.jsonl")));
}

TEST_F(Results, AreNotMergedWhenAShardIsMissingDoubledDamagedOrOther) {
  write_set(9);
  ASSERT_EQ(batch("whole.jsonl").status, 0);
  static_cast<void>(shards(3));
  const std::string one = quoted("part1.jsonl");
  const std::string two = quoted("part2.jsonl");
  const std::string three = quoted("part3.jsonl");
  const auto refused = [&](const std::string& parts) {
    const Ran ran = run("merge " + parts + " --out " + quoted("merged.jsonl"));
    EXPECT_EQ(ran.status, 3);
    EXPECT_FALSE(fs::exists(path("merged.jsonl")) || fs::exists(path("merged.jsonl.part")));
    return ran.text;
  };
  EXPECT_THAT(refused(one + " " + three), HasSubstr("no results of shard 2"));
  EXPECT_THAT(refused(one + " " + two + " " + two), HasSubstr("shard 2 twice"));
  EXPECT_THAT(refused(one + " " + two + " " + quoted("whole.jsonl")), HasSubstr("a whole run"));
  EXPECT_THAT(refused(one + " " + two + " " + quoted("none.jsonl")), HasSubstr("no such file"));
  EXPECT_LE(batch("other.jsonl", "--intervals 0 --shard 3/3 --target harman-oe-2013").status, 1);
  EXPECT_THAT(refused(one + " " + two + " " + quoted("other.jsonl")), HasSubstr("target harman-oe-2013"));
  write("set/a/New L.txt", response());
  EXPECT_LE(batch("later.jsonl", "--intervals 0 --shard 3/3").status, 1);
  EXPECT_THAT(refused(one + " " + two + " " + quoted("later.jsonl")), HasSubstr("10 products in all"));
  write("part3.csv", "folder,unit\r\n");
  write("part3.csv.run.json", content(path("part3.jsonl.run.json")));
  EXPECT_THAT(refused(one + " " + two + " " + quoted("part3.csv")), HasSubstr("results as CSV"));
  std::string damaged = content(path("part3.jsonl"));
  ASSERT_FALSE(damaged.empty());
  damaged[damaged.size() / 2] ^= 1;
  write("part3.jsonl", damaged);
  EXPECT_THAT(refused(one + " " + two + " " + three), HasSubstr("not what the run wrote"));
}

TEST_F(Results, RankInGroupsThatIntervalsCannotTellApart) {
  write_set(12);
  ASSERT_EQ(batch("r.jsonl", "--intervals 40").status, 0);
  const std::vector<Ranking> rankings = ranked_results(path("r.jsonl"), "preference");
  ASSERT_EQ(rankings.size(), 1U);
  const std::vector<Ranked>& places = rankings[0].places;
  ASSERT_EQ(places.size(), 12U);
  const Ranked* best = &places[0];
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(places[i].rank, i + 1);
    EXPECT_LE(places[i].score.value, places[i == 0 ? 0 : i - 1].score.value);
    ASSERT_TRUE(places[i].score.low && places[i].score.high);
    if (places[i].group != best->group) {
      EXPECT_EQ(places[i].group, best->group + 1);
      EXPECT_LT(*places[i].score.high, *best->score.low);
      best = &places[i];
    } else {
      EXPECT_GE(*places[i].score.high, *best->score.low);
    }
  }
  EXPECT_GT(places.back().group, 1U);
  const Ran text = run("rank " + quoted("r.jsonl") + " --top 3");
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.text, HasSubstr(places[0].product));
  const json document = json::parse(run("rank " + quoted("r.jsonl") + " --format json").text);
  EXPECT_EQ(document["rankings"][0]["places"][0]["product"], places[0].product);
  EXPECT_EQ(run("rank " + quoted("r.jsonl") + " --by cp").status, 3);
  EXPECT_EQ(run("rank " + quoted("r.jsonl") + " --by loudness").status, 2);
}

TEST_F(Results, TellWhatChangedAndWhy) {
  write_set(5);
  ASSERT_EQ(batch("a.jsonl").status, 0);
  write("set/a/Thing 0x L.txt", response(8.0));
  write("set/b/Added L.txt", response(3.0));
  fs::remove(path("set/c/Thing 2x L.txt"));
  fs::remove(path("set/c/Thing 2x R.txt"));
  ASSERT_EQ(batch("b.db").status, 0);
  const Comparison comparison = compared_results(path("a.jsonl"), path("b.db"), 1e-9);
  EXPECT_EQ(comparison.same, 3U);
  ASSERT_EQ(comparison.changes.size(), 3U);
  const Ran text = run("compare " + quoted("a.jsonl") + " " + quoted("b.db"));
  EXPECT_EQ(text.status, 0) << text.text;
  EXPECT_THAT(text.text, HasSubstr("why: file Thing 0x L.txt changed"));
  EXPECT_THAT(text.text, HasSubstr("3 the same, 1 changed, 1 added, 1 removed"));
  ASSERT_EQ(batch("c.jsonl", "--intervals 0 --target harman-oe-2013").status, 0);
  const Ran target = run("compare " + quoted("b.db") + " " + quoted("c.jsonl"));
  EXPECT_THAT(target.text, HasSubstr("setting target: none -> harman-oe-2013"));
  EXPECT_THAT(target.text, HasSubstr("target harman-oe-2018 -> harman-oe-2013"));
  EXPECT_THAT(run("compare " + quoted("b.db") + " " + quoted("b.db")).text, HasSubstr("5 the same, 0 changed"));
  EXPECT_THAT(run("compare " + quoted("b.db") + " " + quoted("c.jsonl")).text,
              Not(HasSubstr("No product stands in both")));
  ASSERT_EQ(batch("d.jsonl", "--intervals 0", "set/a").status, 0);
  EXPECT_THAT(run("compare " + quoted("b.db") + " " + quoted("d.jsonl")).text, HasSubstr("No product stands in both"));
}

TEST_F(Results, FindWhatSoundsAlikeAndCostsLess) {
  write_set(8);
  ASSERT_EQ(batch("r.jsonl").status, 0);
  const AlikeAnswer answer = alike_results(path("r.jsonl"), "thing 3X", 3);
  EXPECT_EQ(answer.product, "Thing 3x");
  ASSERT_EQ(answer.nearest.size(), 3U);
  EXPECT_THAT((std::set<std::string>{answer.nearest[0].product, answer.nearest[1].product}),
              (std::set<std::string>{"Thing 2x", "Thing 4x"}));
  EXPECT_LT(answer.nearest[0].rms_db, answer.nearest[2].rms_db);
  EXPECT_GT(answer.nearest[0].rms_db, 0.05);
  write("prices.csv",
        "name,form,price,currency,date,functions,measurements\nThing 3x,over-ear,200,USD,,,\nThing "
        "4x,over-ear,300,USD,,,\nThing 5x,over-ear,50,USD,,,\n");
  const Ran cheaper = run("like 'Thing 3x' " + quoted("r.jsonl") + " --cheaper --catalog " + quoted("prices.csv"));
  EXPECT_EQ(cheaper.status, 0) << cheaper.text;
  EXPECT_THAT(cheaper.text, HasSubstr("Thing 5x"));
  EXPECT_THAT(cheaper.text, HasSubstr("costs less"));
  EXPECT_THAT(cheaper.text, Not(HasSubstr("Thing 4x")));
  // The same prices from a catalog in SQLite.
  ASSERT_EQ(run("catalog init --currency USD --catalog " + quoted("c.db")).status, 0);
  write("import.csv",
        "name,form,price,currency,date\nThing 3x,over-ear,200,USD,2026-01-01\nThing "
        "4x,over-ear,300,USD,2026-01-01\nThing 5x,over-ear,50,USD,2026-01-01\n");
  ASSERT_EQ(run("catalog import " + quoted("import.csv") + " --catalog " + quoted("c.db")).status, 0);
  const Ran stored = run("like 'Thing 3x' " + quoted("r.jsonl") + " --cheaper --catalog " + quoted("c.db"));
  EXPECT_EQ(stored.text, cheaper.text);
  const Ran unknown = run("like 'Thinq 3x' " + quoted("r.jsonl"));
  EXPECT_EQ(unknown.status, 3);
  EXPECT_THAT(unknown.text, HasSubstr("Thing 3x"));
}

TEST_F(Results, TellWhichOfTwoProductsOfANameIsMeantAndWhatHasAnotherCurrency) {
  write_set(4);
  write("set/z/Thing 1x L.txt", response(3.0));
  ASSERT_LE(batch("r.jsonl").status, 1);
  EXPECT_EQ(alike_results(path("r.jsonl"), "thing 1x", 3).namesakes, 1U);
  EXPECT_EQ(alike_results(path("r.jsonl"), "thing 2x", 3).namesakes, 0U);
  EXPECT_THAT(run("like 'Thing 1x' " + quoted("r.jsonl")).text,
              HasSubstr("2 products are called \"Thing 1x\"; that of b"));
  EXPECT_THAT(run("like 'Thing 2x' " + quoted("r.jsonl")).text, Not(HasSubstr("are called")));
  write("prices.csv",
        "name,form,price,currency,date,functions,measurements\nThing 2x,over-ear,200,USD,,,\nThing "
        "3x,over-ear,20,EUR,,,\nThing 0x,over-ear,50,USD,,,\n");
  const Ran cheaper = run("like 'Thing 2x' " + quoted("r.jsonl") + " --cheaper --catalog " + quoted("prices.csv"));
  EXPECT_THAT(cheaper.text, HasSubstr("1 price in another currency than USD"));
  EXPECT_THAT(run("like 'Thing 0x' " + quoted("r.jsonl") + " --cheaper --top 1 --catalog " + quoted("prices.csv")).text,
              HasSubstr("nothing that is known to cost less"));
  EXPECT_THAT(run("like 'Thing 2x' " + quoted("r.jsonl")).text, HasSubstr("in z"));
  EXPECT_THAT(run("rank " + quoted("r.jsonl")).text, HasSubstr("Thing 1x (z)"));
  EXPECT_THAT(cheaper.text, HasSubstr("Thing 0x"));
}

TEST_F(Results, CountWhatIsInThem) {
  write_set(4);
  write("set/a/Page.txt", "<html></html>");
  write("set/b/Copy L.txt", response(0.0));
  ASSERT_EQ(batch("r.jsonl").status, 1);
  const ResultsStatistics statistics = results_statistics(path("r.jsonl"));
  EXPECT_EQ(statistics.units, 6U);
  EXPECT_EQ(statistics.files, 10U);
  EXPECT_EQ(statistics.outcomes.at("failed"), 1U);
  EXPECT_EQ(statistics.failures.at("html").size(), 1U);
  ASSERT_EQ(statistics.same_files.size(), 1U);
  EXPECT_EQ(statistics.same_files[0].size(), 2U);
  const ScoreStatistics& scores = statistics.scores.at("preference, harman-oe-2018");
  EXPECT_EQ(scores.count, 5U);
  EXPECT_LE(scores.quantiles[0], scores.mean);
  EXPECT_GE(scores.quantiles[6], scores.mean);
  const Ran text = run("stats " + quoted("r.jsonl"));
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.text, HasSubstr("6 products of 10 files"));
  EXPECT_EQ(json::parse(run("stats " + quoted("r.jsonl") + " --format json").text)["products"], 6);
}

TEST_F(Results, AreRefusedWhenTheyAreNone) {
  write("x.csv", "a,b\r\n1,2\r\n");
  write("x.jsonl", "{\"a\": 1}\n");
  for (const std::string& file : std::vector<std::string>{"x.csv", "x.jsonl", "none.jsonl"}) {
    EXPECT_EQ(run("stats " + quoted(file)).status, 3) << file;
    EXPECT_EQ(run("rank " + quoted(file)).status, 3) << file;
  }
}

}  // namespace
}  // namespace headscore
