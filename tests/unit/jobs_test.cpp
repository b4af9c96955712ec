// Work on several threads: what fails there reaches the caller.
#include "pipeline/jobs.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "headscore/error.hpp"
#include "headscore/pipeline.hpp"

namespace headscore {
namespace {

constexpr int kJobs[] = {1, 2, 8};

TEST(Jobs, DoEachPieceOnce) {
  for (const int jobs : kJobs) {
    std::vector<int> done(1000, 0);
    for_each_index(done.size(), jobs, [&](std::size_t i) { ++done[i]; });
    EXPECT_EQ(done, std::vector<int>(1000, 1)) << jobs;
  }
}

TEST(Jobs, HandTheCallerWhatTheWorkThrew) {
  for (const int jobs : kJobs) {
    const auto fails = [](std::size_t i) {
      if (i == 17) throw std::runtime_error("seventeen");
    };
    EXPECT_THROW(for_each_index(100, jobs, fails), std::runtime_error) << jobs;
  }
}

TEST(Jobs, HandTheCallerWhatTheStateThrew) {
  for (const int jobs : kJobs) {
    const auto no_state = []() -> int { throw Error("no-state", {}, "none", "one"); };
    EXPECT_THROW(for_each_index(100, jobs, no_state, [](int, std::size_t) {}), Error) << jobs;
  }
}

TEST(Scored, ThrowsForOptionsThatCannotBeOnAnyNumberOfThreads) {
  ScoreOptions options;
  options.points_per_octave = -3.0;
  const std::vector<Product> products(20);
  for (const int jobs : kJobs) EXPECT_THROW(static_cast<void>(scored(products, options, jobs)), Error) << jobs;
}

}  // namespace
}  // namespace headscore
