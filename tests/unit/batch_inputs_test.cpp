// Batches of other things than text files in folders: recordings of sweeps, archives.
#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "batch/batch_archive.hpp"
#include "batch_lines.hpp"
#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::content;
using tests::expect_products;
using tests::lines_of;
using tests::Ran;
using tests::run;

const fs::path kSample = fs::path(HEADSCORE_SOURCE_DIR) / "data/sample";

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

struct Member {
  std::string name;
  std::string text;
  std::string hard_link = {};
  std::string symbolic_link = {};
};

/// By the ending of `file`, as headscore reads it.
void write_archive(const std::string& file, const std::vector<Member>& members) {
  archive* out = archive_write_new();
  if (file.ends_with(".zip")) {
    archive_write_set_format_zip(out);
  } else {
    archive_write_set_format_gnutar(out);
  }
  if (file.ends_with(".gz")) archive_write_add_filter_gzip(out);
  if (file.ends_with(".zst")) archive_write_add_filter_zstd(out);
  ASSERT_EQ(archive_write_open_filename(out, file.c_str()), ARCHIVE_OK) << archive_error_string(out);
  for (const Member& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_copy_pathname(entry, member.name.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, member.symbolic_link.empty() ? AE_IFREG : AE_IFLNK);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.text.size()));
    if (!member.hard_link.empty()) archive_entry_copy_hardlink(entry, member.hard_link.c_str());
    if (!member.symbolic_link.empty()) archive_entry_copy_symlink(entry, member.symbolic_link.c_str());
    EXPECT_GE(archive_write_header(out, entry), ARCHIVE_WARN) << member.name << ": " << archive_error_string(out);
    archive_write_data(out, member.text.data(), member.text.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

class BatchOfAnArchive : public tests::FolderTest {
 protected:
  /// Products in folders, with what goes with them: a phone book, sidecars, an empty file, names beyond ASCII.
  static std::vector<Member> members() {
    std::vector<Member> members;
    for (int i = 0; i < 6; ++i) {
      const std::string name =
          "set/" + std::string(1, static_cast<char>('a' + i % 3)) + "/Thing " + std::to_string(i) + "x";
      members.push_back({name + " L.txt", response(0.3 * i)});
      members.push_back({name + " R.txt", response(0.3 * i + 0.2)});
    }
    members.push_back({"set/a/Empty.txt", ""});
    members.push_back({"set/a/page.md", "# not a measurement"});
    members.push_back({"set/b/headscore.json", R"({"rig": "gras-45ca"})"});
    members.push_back({"set/b/odd.txt", response(4.0)});
    members.push_back({"set/b/odd.txt.headscore.json", R"({"product": "Told", "channel": "L"})"});
    members.push_back({"set/c/L Twin.txt", response(2.0)});
    members.push_back({"set/c/R Twin.txt", response(2.1)});
    members.push_back({"set/d \xC3\xBC/\xC3\x89 L.txt", response(1.0)});
    members.push_back(
        {"set/book/phone_book.json", R"([{"name": "Maker", "phones": [{"name": "One", "file": "x1"}]}])"});
    members.push_back({"set/book/x1 L.txt", response(1.5)});
    return members;
  }

  void unpack(const std::vector<Member>& members) const {
    for (const Member& member : members) write("disk/" + member.name, member.text);
  }

  [[nodiscard]] Ran batch(const std::string& what, const std::string& options) const {
    return run("batch " + quoted(what) + " --form over-ear --intervals 0 " + options);
  }

  /// Lines without identities (they know the paths), and with `archive` called as the folder on the disk is.
  [[nodiscard]] std::vector<json> plain_lines(const std::string& results, const std::string& archive) const {
    std::string text = content(path(results));
    const std::string found = path(archive) + "/";
    for (std::size_t at = text.find(found); at != std::string::npos; at = text.find(found, at + 1))
      text.replace(at, found.size(), path("disk") + "/");
    std::vector<json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(json::parse(line));
      lines.back().erase("identity");
    }
    return lines;
  }
};

TEST_F(BatchOfAnArchive, GivesWhatItsFolderGivesInAnyFormatAndOrder) {
  std::vector<Member> all = members();
  unpack(all);
  ASSERT_EQ(batch("disk", "--curves --out " + quoted("disk.jsonl")).status, 1);
  const std::vector<json> wanted = plain_lines("disk.jsonl", "disk");
  ASSERT_EQ(wanted.size(), 11U);
  for (const char* name : {"a.tar", "a.tar.gz", "a.tar.zst", "a.zip"}) {
    std::reverse(all.begin(), all.end());  // the order of members does not count
    write_archive(path(name), all);
    const Ran ran = batch(name, "--curves --out " + quoted("a.jsonl") + " --fresh");
    EXPECT_EQ(ran.status, 1) << name << ran.text;
    EXPECT_EQ(plain_lines("a.jsonl", name), wanted) << name;
    EXPECT_THAT(content(path("a.jsonl")), HasSubstr(path(name) + "/set/b/odd.txt"));
  }
  const std::vector<fs::path> left(fs::directory_iterator(folder_), {});
  EXPECT_EQ(left.size(), 9U) << "nothing is unpacked: disk, 4 archives, 2 results, 2 runs";
}

TEST_F(BatchOfAnArchive, IsTakenOverResumedAndDivided) {
  write_archive(path("a.tar.gz"), members());
  ASSERT_EQ(batch("a.tar.gz", "--quiet --out " + quoted("whole.jsonl")).status, 1);
  EXPECT_THAT(batch("a.tar.gz", "--out " + quoted("whole.jsonl")).text, HasSubstr("11 taken over"));
  const std::string whole = content(path("whole.jsonl"));
  write("r.jsonl.part", whole.substr(0, whole.size() / 2));
  const Ran resumed = batch("a.tar.gz", "--resume --out " + quoted("r.jsonl"));
  EXPECT_THAT(resumed.text, HasSubstr("taken over"));
  EXPECT_THAT(resumed.text, Not(HasSubstr("11 taken over")));
  EXPECT_EQ(content(path("r.jsonl")), whole);
  std::string shards;
  for (const char* shard : {"1", "2", "3"}) {
    const std::string out = quoted(std::string("s") + shard + ".jsonl");
    EXPECT_LE(batch("a.tar.gz", "--quiet --jobs 2 --shard " + std::string(shard) + "/3 --out " + out).status, 1);
    shards += " " + out;
  }
  ASSERT_EQ(run("merge" + shards + " --out " + quoted("merged.jsonl")).status, 0);
  EXPECT_EQ(content(path("merged.jsonl")), whole);
}

TEST_F(BatchOfAnArchive, KeepsTheMembersBeforeTheDamageAndTellsItOnce) {
  std::vector<Member> all = members();
  std::sort(all.begin(), all.end(), [](const Member& a, const Member& b) { return a.name < b.name; });
  for (const char* name : {"a.tar", "a.zip"}) {
    write_archive(path(name), all);
    const std::string bytes = content(path(name));
    write(name, bytes.substr(0, bytes.size() / 2));
    const Ran ran = batch(name, "--out " + quoted("r.jsonl") + " --fresh");
    EXPECT_EQ(ran.status, 1) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("damaged-archive 1")) << name;
    const std::vector<json> lines = lines_of(path("r.jsonl"));
    ASSERT_GT(lines.size(), 3U);
    EXPECT_EQ(lines[0]["error"]["code"], "damaged-archive");
    for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_NE(lines[i]["outcome"], "partly") << lines[i]["unit"];
  }
  write("no.tar", "no archive");
  const Ran none = batch("no.tar", "--out " + quoted("n.jsonl"));
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.text, HasSubstr("no.tar: found an archive that cannot be read on"));
}

TEST_F(BatchOfAnArchive, IsNoListThoughItBeginsWithAName) {
  write_archive(path("a.tar"), {{path("x L.txt").substr(0, 90), response()}});
  write("x L.txt", response());
  EXPECT_EQ(batch("a.tar", "--quiet --out " + quoted("r.jsonl")).status, 0);
  EXPECT_THAT(content(path("r.jsonl")), HasSubstr(path("a.tar") + "/"));
}

TEST_F(BatchOfAnArchive, FollowsLinksToFilesWithinItAlone) {
  write_archive(path("a.tar"), {{"one/A L.txt", response(1.0)},
                                {"one/B L.txt", "", "one/A L.txt"},
                                {"two/C L.txt", "", "", "../one/A L.txt"},
                                {"two/outside.txt", "", "", "/etc/passwd"},
                                {"two/one", "", "", "../one"},
                                {"../up L.txt", response(2.0)}});
  const Ran ran = batch("a.tar", "--out " + quoted("r.jsonl"));
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.text, HasSubstr("4 scored, 1 with failures: not-a-file 1; 1 link to folders not followed"));
}

TEST(BatchArchive, HoldsNoMoreThanItMayAndReadsAgainInstead) {
  const std::string file =
      (fs::temp_directory_path() / ("headscore-held-" + std::to_string(::getpid()) + ".tar.gz")).string();
  std::vector<Member> members;
  for (int i = 0; i < 40; ++i)
    members.push_back({"m" + std::to_string(10 + i), std::string(1000, static_cast<char>('A' + i))});
  const auto times_read = [&](std::size_t most_held_bytes) {
    write_archive(file, members);
    BatchArchive archive(file, most_held_bytes);
    EXPECT_FALSE(archive.failure());
    for (const auto& [name, member] : archive.folder("").files) archive.plan(member);
    for (const auto& [name, member] : archive.folder("").files) {
      const MemberContent got = archive.content(member, name, 1 << 20);
      EXPECT_FALSE(got.error);
      EXPECT_EQ(got.bytes, std::string(1000, static_cast<char>('A' + std::stoi(name.substr(1)) - 10)));
    }
    return archive.times_read();
  };
  EXPECT_EQ(times_read(2000), 1U) << "in order: nothing has to be held";
  std::reverse(members.begin(), members.end());
  EXPECT_EQ(times_read(1 << 20), 1U);
  EXPECT_GE(times_read(10000), 4U);
  EXPECT_LE(times_read(10000), 5U) << "ten are held of each reading";
  write_archive(file, members);
  BatchArchive archive(file);
  EXPECT_EQ(archive.content(3, "m", 999).error->code(), "too-large");
  EXPECT_EQ(archive.content(4, "m", 1000).bytes.size(), 1000U);
  std::error_code ignored;
  fs::remove(file, ignored);
}

}  // namespace
}  // namespace headscore
