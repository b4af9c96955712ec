// Outputs: whole or not at all, and nothing that is no output is replaced.
#include "io/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "headscore/error.hpp"
#include "program.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::content;
using tests::Ran;
using tests::run;

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

class OutputFile : public tests::FolderTest {
 protected:
  void SetUp() override {
    write("set/X L.txt", response());
    write("set/X R.txt", response(2.0));
  }
  static void write_word(std::ostream& out) { out << "word"; }
};

TEST_F(OutputFile, FollowsALinkAndLeavesIt) {
  write("real.txt", "before");
  fs::create_symlink("real.txt", path("link"));
  fs::create_symlink("link", path("link of a link"));
  fs::create_symlink("not there yet", path("dangling"));
  write_whole(path("link of a link"), write_word);
  write_whole(path("dangling"), write_word);
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_TRUE(fs::is_symlink(path("dangling")));
  EXPECT_EQ(content(path("real.txt")), "word");
  EXPECT_EQ(content(path("not there yet")), "word");
}

TEST_F(OutputFile, RefusesWhatItCannotBe) {
  fs::create_symlink("circle", path("circle"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  for (const char* name : {"set", "circle", "no/folder", "pipe"})
    EXPECT_EQ(code_of([&] { write_whole(path(name), write_word); }), "unwritable") << name;
  EXPECT_EQ(code_of([&] { static_cast<void>(output_file(path("pipe"))); }), "unwritable");
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

TEST_F(OutputFile, GoesThroughAPipeThatSomebodyReads) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  write_whole(path("pipe"), write_word);
  std::string got(8, '\0');
  EXPECT_EQ(::read(reader, got.data(), got.size()), 4);
  EXPECT_EQ(got.substr(0, 4), "word");
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

TEST_F(OutputFile, LeavesNothingWhenItsWriterFails) {
  write("out.txt", "before");
  EXPECT_THROW(write_whole(path("out.txt"),
                           [](std::ostream& out) {
                             out << "half";
                             throw std::runtime_error("no more");
                           }),
               std::runtime_error);
  EXPECT_EQ(content(path("out.txt")), "before");
  for (const fs::directory_entry& entry : fs::directory_iterator(path("")))
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
}

TEST_F(OutputFile, KeepsTheRightsOfTheOldOneAndFollowsNoPlantedName) {
  write("old.txt", "before");
  fs::permissions(path("old.txt"), fs::perms::owner_read | fs::perms::owner_write);
  write("other.txt", "other");
  fs::create_symlink("other.txt", path("old.txt.part" + std::to_string(::getpid())));
  write_whole(path("old.txt"), write_word);
  EXPECT_EQ(content(path("old.txt")), "word");
  EXPECT_EQ(fs::status(path("old.txt")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(content(path("other.txt")), "other");
}

TEST_F(OutputFile, OfMeasureReplacesNoMeasurementOfSomebodyElse) {
  ASSERT_EQ(run("sweep generate '" + path("sweep.wav") + "' --length 1").status, 0);
  fs::copy_file(path("sweep.wav"), path("set/X L.wav"));
  const auto measure = [&](const std::string& folder) {
    return run("measure '" + path("set/X L.wav") + "' --sweep '" + path("sweep.wav") + "' --write response -o '" +
               path(folder) + "'");
  };
  const std::string before = content(path("set/X L.txt"));
  const Ran refused = measure("set");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.text, HasSubstr("a file that this command did not write"));
  EXPECT_EQ(content(path("set/X L.txt")), before);
  EXPECT_EQ(measure("measured").status, 0);
  EXPECT_EQ(measure("measured").status, 0) << "its own files are written anew";
}

TEST_F(OutputFile, IsNoneOfTheInputs) {
  const std::string before = content(path("set/X L.txt"));
  write("page.md", "# A page\n");
  const std::string input = quoted("set/X L.txt");
  fs::create_hard_link(path("set/X L.txt"), path("other name.txt"));
  for (const std::string& command :
       {"score " + quoted("set") + " --form over-ear -o " + input,
        "score " + quoted("set/X R.txt") + " --form over-ear --target " + input + " -o " + input,
        "score " + input + " --form over-ear -o " + quoted("other name.txt"),
        "inspect " + quoted("set") + " --output " + input, "batch " + quoted("set") + " --form over-ear --out " + input,
        "sweep generate " + input + " --sidecar none", "sweep generate " + quoted("new.wav") + " --sidecar " + input,
        "verify " + quoted("page.md") + " -o " + quoted("page.md")}) {
    const Ran ran = run(command);
    EXPECT_NE(ran.status, 0) << command << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("found a")) << command;
    EXPECT_EQ(content(path("set/X L.txt")), before) << command;
  }
  EXPECT_EQ(content(path("page.md")), "# A page\n");
}

TEST_F(OutputFile, OfABatchReplacesResultsOnly) {
  write("notes.jsonl", "garbage");
  const Ran refused = run("batch " + quoted("set") + " --form over-ear --out " + quoted("notes.jsonl"));
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.text, HasSubstr("found a file that holds no results of a batch"));
  EXPECT_EQ(content(path("notes.jsonl")), "garbage");
  for (const char* name : {"r.jsonl", "r.csv", "r.db"}) {
    const std::string command =
        "batch " + quoted("set") + " --form over-ear --intervals 0 --quiet --out " + quoted(name);
    EXPECT_EQ(run(command).status, 0) << name;
    EXPECT_EQ(run(command).status, 0) << name;
  }
  EXPECT_EQ(run("catalog init --catalog " + quoted("c.db")).status, 0);
  const Ran catalog = run("batch " + quoted("set") + " --form over-ear --out " + quoted("c.db"));
  EXPECT_THAT(catalog.text, HasSubstr("no results of a batch"));
}

TEST_F(OutputFile, IsRefusedWhereTheDiskWouldBePassed) {
  const Ran ran = tests::run_command("ulimit -f 1; '" HEADSCORE_PROGRAM "' score " + quoted("set") +
                                     " --form over-ear --format json -o " + quoted("big.json"));
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("an output that cannot be written"));
  for (const fs::directory_entry& entry : fs::directory_iterator(path("")))
    EXPECT_EQ(entry.path().filename().string().find("big.json"), std::string::npos) << entry.path();
}

TEST_F(OutputFile, ReadsNoPipe) {
  fs::create_directories(path("pipes"));
  ASSERT_EQ(::mkfifo(path("pipes/X L.txt").c_str(), 0600), 0);
  const std::string pipe = quoted("pipes/X L.txt");
  for (const std::string& arguments :
       {"score " + quoted("pipes") + " --form over-ear",
        "score " + quoted("set") + " --form over-ear --price 5 --catalog " + pipe, "stats " + pipe, "rank " + pipe,
        "like X " + pipe, "measure " + pipe + " --sweep auto"}) {
    const Ran ran = tests::run_command("timeout 20 '" HEADSCORE_PROGRAM "' " + arguments + " </dev/null");
    EXPECT_NE(ran.status, 0) << arguments;
    EXPECT_NE(ran.status, 124) << arguments << " waits for a pipe";
  }
}

TEST_F(OutputFile, ResultsThatAreCutAreTold) {
  EXPECT_EQ(run("batch " + quoted("set") + " --form over-ear --intervals 0 --quiet --out " + quoted("r.jsonl")).status,
            0);
  const std::string whole = content(path("r.jsonl"));
  write("cut.jsonl", whole + whole.substr(0, whole.size() / 2));
  const Ran ran = run("rank " + quoted("cut.jsonl"));
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("cut.jsonl:2: found a line that is cut"));
}

}  // namespace
}  // namespace headscore
