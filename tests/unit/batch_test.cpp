// Batches: any order of threads, any moment of death, the same bytes.
#include "headscore/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>

#include "batch_lines.hpp"
#include "headscore/policy_library.hpp"
#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::content;
using tests::expect_products;
using tests::lines_of;
using tests::Ran;
using tests::run;
using tests::run_command;
using tests::RunningProgram;

class Batch : public tests::FolderTest {
 protected:
  /// Products in three folders, one with seats, one damaged file, one page.
  void write_set(int products) const {
    for (int i = 0; i < products; ++i) {
      const std::string name =
          "set/" + std::string(1, static_cast<char>('a' + i % 3)) + "/Thing " + std::to_string(i) + "x";
      write(name + " L.txt", response(0.3 * i));
      write(name + " R.txt", response(0.3 * i + 0.2));
    }
    write("set/a/Reseated L1.txt", response(1.0));
    write("set/a/Reseated L2.txt", response(1.4));
    write("set/b/Page.txt", "<html>404</html>");
    write("set/b/Half L.txt", response(2.0));
    write("set/b/Half R.txt", "");
  }

  [[nodiscard]] Ran batch(const std::string& arguments) const {
    return run("batch " + quoted("set") + " --form over-ear --intervals 0 --quiet " + arguments);
  }

  [[nodiscard]] json line_with(const std::string& file, const std::string& unit) const {
    for (const json& line : lines_of(path(file))) {
      if (line["unit"] == unit) return line;
    }
    return nullptr;
  }
};

TEST_F(Batch, GroupsProductsAndCountsFailures) {
  write_set(3);
  const Ran ran = run("batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("r.jsonl"));
  EXPECT_EQ(ran.status, 1) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("11 files, 6 products"));
  EXPECT_THAT(ran.text, HasSubstr("4 scored, 2 with failures: empty-file 1, html 1"));
  const std::vector<json> lines = lines_of(path("r.jsonl"));
  std::vector<std::string> keys;
  for (const json& line : lines)
    keys.push_back(line["folder"].get<std::string>() + "/" + line["unit"].get<std::string>());
  EXPECT_THAT(keys, ElementsAre("a/Reseated", "a/Thing 0x", "b/Half", "b/Page", "b/Thing 1x", "c/Thing 2x"));
  EXPECT_EQ(lines[0]["outcome"], "scored");
  EXPECT_EQ(lines[0]["files"].size(), 2U);
  EXPECT_EQ(lines[2]["outcome"], "partly");
  EXPECT_EQ(lines[3]["outcome"], "failed");
  EXPECT_EQ(lines[3]["error"]["code"], "html");
  for (const auto& entry : fs::directory_iterator(folder_)) EXPECT_THAT(entry.path().string(), Not(HasSubstr(".part")));
}

TEST_F(Batch, LineIsTheProductObjectOfTheJsonReport) {
  write_set(2);
  ASSERT_EQ(batch("--curves --sha256 --out " + quoted("r.jsonl")).status, 1);
  const Ran report = run("score " + quoted("set") + " --form over-ear --intervals 0 --format json");
  expect_products(lines_of(path("r.jsonl")), json::parse(report.text));
}

TEST_F(Batch, WritesTheSameBytesOnAnyNumberOfThreads) {
  write_set(40);
  for (const char* ending : {"jsonl", "csv", "db"}) {
    for (const char* jobs : {"1", "2", "8"}) {
      ASSERT_EQ(batch(std::string("--jobs ") + jobs + " --out " + quoted(std::string(jobs) + "." + ending)).status, 1);
    }
    EXPECT_FALSE(content(path(std::string("1.") + ending)).empty());
    EXPECT_EQ(content(path(std::string("1.") + ending)), content(path(std::string("2.") + ending))) << ending;
    EXPECT_EQ(content(path(std::string("1.") + ending)), content(path(std::string("8.") + ending))) << ending;
  }
  EXPECT_EQ(content(path("1.jsonl.run.json")), content(path("8.jsonl.run.json")));
}

TEST_F(Batch, TakesOverWhatIsUnchanged) {
  write_set(6);
  const std::string command = "batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("r.jsonl");
  EXPECT_THAT(run(command).text, Not(HasSubstr("taken over")));
  const std::string first = content(path("r.jsonl"));
  EXPECT_THAT(run(command).text, HasSubstr("9 taken over"));
  EXPECT_EQ(content(path("r.jsonl")), first);
  write("set/c/Thing 2x L.txt", response(9.0));
  write("set/c/Added L.txt", response(3.0));
  fs::remove(path("set/a/Thing 0x R.txt"));
  // A file of a product that is scored anew is read twice, and counts once.
  const Ran changed = run(command);
  EXPECT_THAT(changed.text, HasSubstr("7 taken over"));
  const std::string files = changed.text.substr(0, changed.text.find(" files"));
  const std::string incremental = content(path("r.jsonl"));
  const Ran fresh = run(command + " --fresh");
  EXPECT_THAT(fresh.text, Not(HasSubstr("taken over")));
  EXPECT_EQ(fresh.text.substr(0, fresh.text.find(" files")), files);
  EXPECT_EQ(content(path("r.jsonl")), incremental);
  const Ran other = run(command + " --target harman-oe-2013");
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.text, Not(HasSubstr("taken over")));
  write("set/b/headscore.json", R"({"rig": "gras-45ca"})");
  ASSERT_EQ(batch("--out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(line_with("r.jsonl", "Thing 1x")["rig"], "gras-45ca");
}

TEST_F(Batch, ScoresAgainWhatIsInATableWithoutCallingItDamaged) {
  write_set(3);
  const std::string command = "batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("r.csv");
  const std::string first = run(command).text;
  const Ran again = run(command);
  EXPECT_THAT(again.text, Not(HasSubstr("taken over")));
  EXPECT_THAT(again.text, HasSubstr("6 products"));
}

TEST_F(Batch, TellsThatAnUnfinishedRunStaysWhenItsFilesAreGone) {
  write_set(3);
  ASSERT_EQ(batch("--out " + quoted("r.jsonl")).status, 1);
  write("z.jsonl.part", content(path("r.jsonl")));
  const Ran ran = run("batch " + quoted("nowhere") + " --form over-ear --resume --out " + quoted("z.jsonl"));
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.text, HasSubstr("z.jsonl.part stays; --resume"));
  EXPECT_TRUE(fs::exists(path("z.jsonl.part")));
}

TEST_F(Batch, TakesOverFromADatabaseToo) {
  write_set(3);
  const std::string command = "batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("r.db");
  ASSERT_EQ(run(command).status, 1);
  const std::string first = content(path("r.db"));
  EXPECT_THAT(run(command).text, HasSubstr("6 taken over"));
  EXPECT_EQ(content(path("r.db")), first);
}

TEST_F(Batch, KeepsEarlierResultsWhenNothingIsFound) {
  write_set(3);
  const std::string out = " --out " + quoted("r.jsonl");
  ASSERT_EQ(batch(out).status, 1);
  const std::string before = content(path("r.jsonl"));
  fs::create_directories(path("unmounted"));
  for (const char* place : {"unmounted", "a typo"}) {
    const Ran ran = run("batch " + quoted(place) + " --form over-ear --quiet" + out);
    EXPECT_EQ(ran.status, 3) << place;
    EXPECT_THAT(ran.text, HasSubstr("stays as it was")) << place;
    EXPECT_EQ(content(path("r.jsonl")), before) << place;
  }
  EXPECT_FALSE(fs::exists(path("r.jsonl.part")));
  EXPECT_EQ(run("rank " + quoted("r.jsonl")).status, 0) << "the run beside them is still theirs";
}

TEST_F(Batch, KeepsAnUnfinishedRunWhenNothingIsFound) {
  write_set(3);
  const std::string out = " --out " + quoted("r.jsonl");
  ASSERT_EQ(batch(out).status, 1);
  const std::string whole = content(path("r.jsonl"));
  const std::string begun = whole.substr(0, whole.find('\n') + 1);
  fs::remove(path("r.jsonl"));
  fs::remove(path("r.jsonl.run.json"));
  write("r.jsonl.part", begun);
  fs::create_directories(path("unmounted"));
  EXPECT_EQ(run("batch " + quoted("unmounted") + " --form over-ear --quiet --resume" + out).status, 3);
  EXPECT_FALSE(fs::exists(path("r.jsonl")));
  EXPECT_EQ(content(path("r.jsonl.part")), begun);
  EXPECT_EQ(batch("--resume" + out).status, 1);
  EXPECT_EQ(content(path("r.jsonl")), whole);
}

TEST_F(Batch, TakesNothingOverFromResultsThatWereChanged) {
  write_set(3);
  const std::string out = "--out " + quoted("r.jsonl");
  ASSERT_EQ(batch(out).status, 1);
  const std::string whole = content(path("r.jsonl"));
  std::string edited = whole;
  edited.replace(edited.find("\"value\":") + 8, 2, "99");
  for (const std::string& damaged : {edited, whole.substr(0, whole.find('\n') + 1)}) {
    write("r.jsonl", damaged);
    for (const char* question : {"rank", "stats"}) {
      const Ran ran = run(question + (" " + quoted("r.jsonl")));
      EXPECT_EQ(ran.status, 3) << question << ": " << ran.text;
      EXPECT_THAT(ran.text, HasSubstr("wrote"));
    }
    const Ran again = run("batch " + quoted("set") + " --form over-ear --intervals 0 " + out);
    EXPECT_THAT(again.text, HasSubstr("nothing was taken over"));
    EXPECT_EQ(content(path("r.jsonl")), whole);
  }
}

TEST_F(Batch, EndsWithTheSameBytesWheneverItIsKilled) {
  write_set(60);
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  const std::string whole = content(path("whole.jsonl"));
  const std::vector<std::string> command = {"batch", path("set"), "--form",   "over-ear", "--intervals",
                                            "0",     "--quiet",   "--resume", "--out",    path("r.jsonl")};
  std::mt19937 random(20261124);
  int died = 0;
  int ended = 0;
  std::uintmax_t most_kept = 0;
  double longest_ms = 60.0;
  for (int kills = 0; kills < 200; ++kills) {
    RunningProgram program(command);
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::milli>(std::uniform_real_distribution(0.0, longest_ms)(random)));
    program.send(SIGKILL);
    const int status = program.wait();
    if (status == 128 + SIGKILL) {
      ++died;
      std::error_code error;
      const std::uintmax_t kept = fs::file_size(path("r.jsonl.part.old"), error);
      if (!error) most_kept = std::max(most_kept, kept);
      if (died % 10 == 0)
        longest_ms = std::min(longest_ms * 1.1, 400.0);  // so that slow machines come to their end too
    } else {
      EXPECT_EQ(status, 1);
      ++ended;
      ASSERT_EQ(content(path("r.jsonl")), whole);
      for (const char* left : {"r.jsonl", "r.jsonl.run.json"}) fs::remove(path(left));
    }
    if (fs::exists(path("r.jsonl"))) {
      ASSERT_EQ(content(path("r.jsonl")), whole) << "results have their name only when they are whole";
    }
  }
  EXPECT_GT(died, 20);
  EXPECT_EQ(batch("--resume --out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(content(path("r.jsonl")), whole);
  EXPECT_EQ(content(path("r.jsonl.run.json")), content(path("whole.jsonl.run.json")));
  EXPECT_FALSE(fs::exists(path("r.jsonl.part")) || fs::exists(path("r.jsonl.part.old")));
  RecordProperty("ended", ended);
  RecordProperty("most_kept", static_cast<int>(most_kept));
}

TEST_F(Batch, GoesOnFromATornLine) {
  write_set(8);
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  const std::string whole = content(path("whole.jsonl"));
  for (const std::size_t kept : {std::size_t{0}, std::size_t{10}, whole.size() / 2, whole.size() - 1}) {
    write("r.jsonl.part", whole.substr(0, kept));
    EXPECT_EQ(batch("--resume --out " + quoted("r.jsonl")).status, 1);
    EXPECT_EQ(content(path("r.jsonl")), whole) << kept;
    fs::remove(path("r.jsonl"));
  }
  write("r.jsonl.part", whole.substr(0, whole.size() / 2) + std::string(4096, '\0'));  // what a power cut leaves
  EXPECT_EQ(batch("--resume --out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(content(path("r.jsonl")), whole);
}

TEST_F(Batch, DoesNotThrowAnUnfinishedRunAway) {
  write_set(2);
  write("r.jsonl.part", "");
  const Ran refused = batch("--out " + quoted("r.jsonl"));
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.text, HasSubstr("--resume"));
  EXPECT_EQ(batch("--fresh --out " + quoted("r.jsonl")).status, 1);
}

TEST_F(Batch, StopsOnCtrlCAndGoesOn) {
  write_set(300);
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  RunningProgram program(
      {"batch", path("set"), "--form", "over-ear", "--intervals", "0", "--out", path("r.jsonl"), "--jobs", "1"});
  for (int i = 0; i < 2000 && !fs::exists(path("r.jsonl.part")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  program.send(SIGINT);
  const int status = program.wait();
  if (status == 1) GTEST_SKIP() << "it was done before it heard the signal";
  EXPECT_EQ(status, 128 + SIGINT);
  EXPECT_FALSE(fs::exists(path("r.jsonl")));
  const std::string part = content(path("r.jsonl.part"));
  EXPECT_TRUE(part.empty() || part.ends_with("}\n"));
  EXPECT_EQ(batch("--resume --out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(content(path("r.jsonl")), content(path("whole.jsonl")));
}

TEST_F(Batch, SaysThatTheDiskIsFullAndGoesOnLater) {
  write_set(30);
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  const std::string command = "'" HEADSCORE_PROGRAM "' batch " + quoted("set") +
                              " --form over-ear --intervals 0 --quiet --out " + quoted("r.jsonl");
  const Ran full = run_command("ulimit -f 64; " + command);
  EXPECT_EQ(full.status, 3) << full.text;
  EXPECT_THAT(full.text, HasSubstr("cannot be written"));
  EXPECT_THAT(full.text, HasSubstr("--resume"));
  EXPECT_FALSE(fs::exists(path("r.jsonl")));
  EXPECT_EQ(batch("--resume --out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(content(path("r.jsonl")), content(path("whole.jsonl")));
}

TEST_F(Batch, SaysThatARealDiskIsFullAndGoesOnLater) {
  write_set(30);
  fs::create_directories(path("small"));
  if (::geteuid() != 0 || run_command("mount -t tmpfs -o size=64k none " + quoted("small")).status != 0)
    GTEST_SKIP() << "no small file system can be mounted here";
  const Ran full = run("batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("small/r.jsonl"));
  const bool nothing_there = !fs::exists(path("small/r.jsonl"));
  const Ran grown = run_command("mount -o remount,size=8m " + quoted("small"));
  const Ran resumed = batch("--resume --out " + quoted("small/r.jsonl"));
  const std::string results = content(path("small/r.jsonl"));
  EXPECT_EQ(run_command("umount " + quoted("small")).status, 0);
  EXPECT_EQ(full.status, 3) << full.text;
  EXPECT_THAT(full.text, HasSubstr("cannot be written"));
  EXPECT_TRUE(nothing_there);
  ASSERT_EQ(grown.status, 0) << grown.text;
  EXPECT_EQ(resumed.status, 1) << resumed.text;
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  EXPECT_EQ(results, content(path("whole.jsonl")));
}

TEST_F(Batch, LetsOneProcessWriteAtATime) {
  write_set(1);
  const int fd = ::open(path("r.jsonl.part").c_str(), O_RDWR | O_CREAT, 0666);
  ASSERT_GE(fd, 0);
  const Ran busy = run_command("flock -x " + quoted("r.jsonl.part") + " '" HEADSCORE_PROGRAM "' batch " +
                               quoted("set") + " --form over-ear --resume --quiet --out " + quoted("r.jsonl"));
  ::close(fd);
  EXPECT_EQ(busy.status, 3);
  EXPECT_THAT(busy.text, HasSubstr("is writing"));
}

TEST_F(Batch, GivesEveryOddThingOneOutcome) {
  write("set/Good L.txt", response());
  ASSERT_EQ(::mkfifo(path("set/Pipe L.txt").c_str(), 0666), 0);
  fs::create_symlink("Gone.txt", path("set/Dangling L.txt"));
  fs::create_symlink("Loop R.txt", path("set/Loop L.txt"));
  fs::create_symlink("Loop L.txt", path("set/Loop R.txt"));
  fs::create_directories(path("set/inner"));
  fs::create_symlink("..", path("set/inner/up"));
  write("set/Name \xff L.txt", response());
  const Ran ran = run("batch " + quoted("set") + " --form over-ear --intervals 0 --out " + quoted("r.jsonl"));
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.text, HasSubstr("1 link to folders not followed"));
  EXPECT_EQ(lines_of(path("r.jsonl")).size(), 5U);
  EXPECT_EQ(line_with("r.jsonl", "Good")["outcome"], "scored");
  EXPECT_EQ(line_with("r.jsonl", "Pipe")["error"]["code"], "not-a-file");
  EXPECT_EQ(line_with("r.jsonl", "Dangling")["error"]["code"], "missing-file");
  EXPECT_EQ(line_with("r.jsonl", "Loop")["error"]["code"], "unreadable");
  EXPECT_EQ(line_with("r.jsonl",
                      "Name \xEF\xBF\xBD"
                      "FF")["outcome"],
            "scored");
}

TEST_F(Batch, TellsOfAFolderThatMayNotBeRead) {
  write_set(3);
  fs::create_directories(path("set/closed"));
  fs::permissions(path("set/closed"), fs::perms::none);
  fs::permissions(folder_, fs::perms::all);
  // The superuser may read everything: the program then runs as nobody.
  const std::string as = ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  if (run_command(as + "'" HEADSCORE_PROGRAM "' --version").status != 0) {
    fs::permissions(path("set/closed"), fs::perms::all);
    GTEST_SKIP() << "the program cannot be run as nobody here";
  }
  const Ran ran = run_command(as + "'" HEADSCORE_PROGRAM "' batch " + quoted("set") +
                              " --form over-ear --intervals 0 --out " + quoted("r.jsonl"));
  fs::permissions(path("set/closed"), fs::perms::all);
  EXPECT_EQ(ran.status, 1) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("a folder that cannot be read"));
  const json line = line_with("r.jsonl", "");
  EXPECT_EQ(line["folder"], "closed");
  EXPECT_EQ(line["error"]["code"], "unreadable");
  EXPECT_EQ(lines_of(path("r.jsonl")).size(), 7U);
}

TEST_F(Batch, TakesListsPatternsAndFiles) {
  write_set(4);
  const std::string options = " --form over-ear --intervals 0 --quiet --out ";
  ASSERT_EQ(run("batch " + quoted("set/a") + " " + quoted("set/c") + options + quoted("folders.jsonl")).status, 0);
  const std::string folders = content(path("folders.jsonl"));
  EXPECT_EQ(run("batch " + quoted("set/[ac]") + options + quoted("pattern.jsonl")).status, 0);
  EXPECT_EQ(content(path("pattern.jsonl")), folders);
  run_command("find " + quoted("set/a") + " " + quoted("set/c") + " -name '*.txt' | sort -R > " + quoted("list.txt"));
  for (const std::string& list : {quoted("list.txt"), "'@" + path("list.txt") + "'",
                                  quoted("list.txt") + " " + quoted("set/a/Reseated L1.txt")}) {
    EXPECT_EQ(run("batch " + list + options + quoted("list.jsonl") + " --fresh").status, 0);
    EXPECT_EQ(content(path("list.jsonl")), folders) << list;
  }
  run_command("'" HEADSCORE_PROGRAM "' batch - " + options + quoted("input.jsonl") + " <" + quoted("list.txt"));
  EXPECT_EQ(content(path("input.jsonl")), folders);
  EXPECT_EQ(run("batch " + quoted("set/a") + " " + quoted("set/c") + " " + quoted("set/a/Thing 0x L.txt") + options +
                quoted("twice.jsonl"))
                .status,
            0);
  EXPECT_EQ(content(path("twice.jsonl")), folders);
  const Ran missing = run("batch " + quoted("set/a") + " " + quoted("nowhere.txt") + options + quoted("missing.jsonl"));
  EXPECT_EQ(missing.status, 1);
  fs::create_directories(path("empty"));
  EXPECT_EQ(run("batch " + quoted("empty") + options + quoted("empty.jsonl")).status, 3);
}

TEST_F(Batch, LeavesItsOwnResultsOutOfTheFolderThatItSearches) {
  write_set(2);
  ASSERT_EQ(batch("--out " + quoted("apart.jsonl")).status, 1);
  for (int run = 0; run < 2; ++run) {
    const Ran ran =
        run_command("cd " + quoted("set") +
                    " && '" HEADSCORE_PROGRAM "' batch . --form over-ear --intervals 0 --quiet --out r.csv");
    EXPECT_EQ(ran.status, 1) << ran.text;
    EXPECT_THAT(content(path("set/r.csv")), Not(HasSubstr("r.csv")));
  }
  ASSERT_EQ(batch("--out " + quoted("set/a/r.jsonl")).status, 1);
  ASSERT_EQ(batch("--out " + quoted("set/a/r.jsonl")).status, 1);
  EXPECT_THAT(content(path("set/a/r.jsonl")), Not(HasSubstr("r.jsonl")));
}

TEST_F(Batch, ScoresEachFileAlone) {
  write_set(1);
  ASSERT_EQ(batch("--per-file --out " + quoted("r.jsonl")).status, 1);
  EXPECT_EQ(lines_of(path("r.jsonl")).size(), 7U);
  const json left = line_with("r.jsonl", "Thing 0x L.txt");
  EXPECT_EQ(left["product"], "Thing 0x");
  EXPECT_EQ(left["files"].size(), 1U);
}

TEST_F(Batch, WritesATableWithTheColumnsOfTheCsvReport) {
  write_set(1);
  ASSERT_EQ(batch("--out " + quoted("r.csv")).status, 1);
  const Ran report = run("score " + quoted("set/a") + " --form over-ear --intervals 0 --format csv");
  const std::string table = content(path("r.csv"));
  const std::string head = report.text.substr(0, report.text.find("\r\n"));
  EXPECT_TRUE(table.starts_with("folder,unit,identity,outcome," + head + "\r\n")) << table.substr(0, 400);
  std::istringstream rows(report.text.substr(head.size() + 2));
  for (std::string row; std::getline(rows, row);) EXPECT_THAT(table, HasSubstr("," + row)) << row;
}

TEST_F(Batch, AnswersQuestionsInSql) {
  write_set(4);
  write("set/c/Odd L.txt", response() + "30000\t0.000\n");
  ASSERT_EQ(batch("--out " + quoted("r.db")).status, 1);
  const auto ask = [&](const std::string& query) {
    return run_command("sqlite3 " + quoted("r.db") + " \"" + query + "\"").text;
  };
  if (ask("SELECT 1") != "1\n") GTEST_SKIP() << "no sqlite3 program";
  EXPECT_EQ(ask("SELECT count(*) FROM products"), "8\n");
  EXPECT_EQ(ask("SELECT count(*) FROM scores WHERE kind = 'preference'"), "7\n");
  EXPECT_EQ(ask("SELECT code, count(*) FROM failures GROUP BY code ORDER BY code"), "empty-file|1\nhtml|2\n");
  EXPECT_EQ(ask("SELECT count(*) FROM warnings JOIN files ON files.id = file_id WHERE code = 'sentinel-row-dropped' "
                "AND path LIKE '%Odd%'"),
            "1\n");
  EXPECT_EQ(
      ask("SELECT max(abs(s.value - (SELECT sum(t.value) FROM terms t WHERE t.score_id = s.id))) < 1e-9 FROM scores s"),
      "1\n");
  EXPECT_EQ(ask("SELECT value FROM settings WHERE name = 'form'"), "over-ear\n");
  EXPECT_EQ(ask("PRAGMA integrity_check"), "ok\n");
  EXPECT_THAT(
      ask("EXPLAIN QUERY PLAN SELECT value FROM scores WHERE kind = 'preference' AND model = 'x' ORDER BY value"),
      HasSubstr("scores_by_value"));
}

TEST_F(Batch, DividesIntoShardsByTheProductsPath) {
  write_set(40);
  ASSERT_EQ(batch("--out " + quoted("whole.jsonl")).status, 1);
  std::multiset<std::string> whole;
  for (const json& line : lines_of(path("whole.jsonl"))) whole.insert(line.dump());
  std::multiset<std::string> parts;
  for (int k = 1; k <= 5; ++k) {
    const std::string name = "part" + std::to_string(k) + ".jsonl";
    EXPECT_LE(batch("--shard " + std::to_string(k) + "/5 --out " + quoted(name)).status, 1);
    const std::vector<json> lines = lines_of(path(name));
    EXPECT_GT(lines.size(), 1U);
    for (const json& line : lines) parts.insert(line.dump());
    EXPECT_EQ(json::parse(content(path(name + ".run.json")))["units_of_all_shards"], 43);
  }
  EXPECT_EQ(parts, whole);
}

TEST_F(Batch, RefusesAWrongCommandLine) {
  write_set(1);
  const std::string cases[][2] = {{"", "--out"},
                                  {"--out x.jsonl --shard 0/4", "K from 1 to N"},
                                  {"--out x.jsonl --shard 5/4", "K from 1 to N"},
                                  {"--out x.jsonl --shard auto", "SLURM_ARRAY_TASK_ID"},
                                  {"--out x.jsonl --resume --fresh", "wanted one"},
                                  {"--out x.csv --shard 1/4", "headscore merge cannot read CSV"},
                                  {"--out x.jsonl --format xml", "jsonl"},
                                  {"--out x.jsonl --jobs 0", "1 to 1024 threads"},
                                  {"--out x.jsonl --price 5", "--catalog"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c[0]);
    const Ran ran = batch(c[0]);
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.text, HasSubstr(c[1]));
  }
  EXPECT_EQ(batch("--out /no/such/folder/r.jsonl").status, 3);
}

}  // namespace
}  // namespace headscore
