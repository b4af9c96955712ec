#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "headscore/error.hpp"
#include "headscore/report.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore {
namespace {

TEST(ScoringModels, AreSortedAndUnique) {
  std::vector<std::string_view> ids;
  for (const ScoringModel& model : scoring_models()) ids.push_back(model.id);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::set<std::string_view>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_GE(ids.size(), 6U);
}

TEST(ScoringModels, AreFoundById) { EXPECT_EQ(scoring_model("autoeq-ie").id, "autoeq-ie"); }

TEST(ScoringModels, SuggestTheNearestId) {
  try {
    static_cast<void>(scoring_model("harman-oe-2017"));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "unknown-model");
    EXPECT_THAT(refusal.what(), testing::HasSubstr("harman-oe-2018"));
  }
}

TEST(Reports, RefuseAnUnknownFormat) {
  try {
    static_cast<void>(report("jsonn"));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "unknown-format");
  }
}

}  // namespace
}  // namespace headscore
