// headscore cluster submit before Slurm comes in: what the tasks would all refuse is refused at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hpp"

namespace headscore {
namespace {

using ::testing::HasSubstr;
using tests::Ran;
using tests::run;

class ClusterProgram : public tests::FolderTest {
 protected:
  /// Nothing may be left that keeps the next submission out.
  void expect_refused(const std::string& batch, int status, const std::string& text,
                      const std::string& own = "") const {
    const Ran ran = run("cluster submit " + quoted("all.jsonl") + own + " -- " + batch);
    EXPECT_EQ(ran.status, status) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr(text));
    EXPECT_FALSE(std::filesystem::exists(path("all.jsonl.cluster"))) << batch;
  }
};

TEST_F(ClusterProgram, SubmitRefusesWhatEveryTaskWouldRefuse) {
  write("set/Thing L.txt", response(0.0));
  expect_refused("", 2, "nothing behind --");
  expect_refused(quoted("set") + " --no-such-option", 2, "--no-such-option");
  expect_refused(quoted("set") + " --form sideways", 2, "sideways");
  expect_refused(quoted("set") + " --policy nowhere.yaml", 2, "nowhere.yaml");
  expect_refused(quoted("set") + " --target no-such-target", 2, "no-such-target");
  expect_refused(quoted("none"), 3, "no such file");
  expect_refused("@" + path("list"), 3, "no such file");
  expect_refused("-", 2, "standard input");
  expect_refused("--form in-ear", 2, "no file");
  expect_refused(quoted("set") + " --help", 2, "--help");
  expect_refused(quoted("set") + " --form in-ear --jobs 4", 2, "--jobs");
  expect_refused(quoted("set") + " --form in-ear", 2, "--cpus", " --cpus 0");
  expect_refused(quoted("set") + " --form in-ear", 2, "--retries", " --retries -1");
  expect_refused(quoted("set") + " --form in-ear", 2, "--shards", " --shards 0");
}

}  // namespace
}  // namespace headscore
