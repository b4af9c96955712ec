// What holds for every target in targets/, so that a new one is tested the day it lands.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "headscore/interpolation.hpp"
#include "headscore/rig.hpp"
#include "headscore/target_library.hpp"
#include "io/embedded.hpp"

namespace headscore {
namespace {

class EveryTarget : public testing::TestWithParam<std::string> {};

std::vector<std::string> stems() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_targets()) names.emplace_back(file.name.substr(0, file.name.rfind('.')));
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

TEST_P(EveryTarget, IsNamedAsItsFile) { EXPECT_EQ(bundled_target(GetParam()).name(), GetParam()); }

TEST_P(EveryTarget, IsZeroAtOneKilohertz) {
  const std::optional<double> level_db = level_at(bundled_target(GetParam()).curve(), 1000.0);
  ASSERT_TRUE(level_db.has_value());
  EXPECT_NEAR(*level_db, 0.0, 0.05);
}

TEST_P(EveryTarget, CoversTheBandOfTheModels) {
  const Curve& curve = bundled_target(GetParam()).curve();
  EXPECT_LE(curve.start_hz(), 20.6);
  EXPECT_GE(curve.stop_hz(), 18000.0);
}

TEST_P(EveryTarget, HasASource) { EXPECT_GE(bundled_target(GetParam()).fields().source.size(), 10U); }

TEST_P(EveryTarget, IsForARigByItsIdOrForAny) {
  const std::string& rig = bundled_target(GetParam()).fields().rig;
  if (!rig.empty()) {
    EXPECT_EQ(rig_from(rig), rig);
  }
}

TEST_P(EveryTarget, IsRawWhenItIsForARig) {
  const Target::Fields& fields = bundled_target(GetParam()).fields();
  EXPECT_EQ(fields.raw, !fields.rig.empty());
}

TEST_P(EveryTarget, StaysWithinPlausibleLevels) {
  EXPECT_LT(bundled_target(GetParam()).curve().magnitude_db().abs().maxCoeff(), 40.0);
}

INSTANTIATE_TEST_SUITE_P(Bundled, EveryTarget, testing::ValuesIn(stems()), test_name);

TEST(BundledTargets, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Target& target : bundled_targets()) names.insert(target.name());
  EXPECT_EQ(names.size(), bundled_targets().size());
  EXPECT_EQ(names.size(), embedded_targets().size());
}

TEST(BundledTargets, AreSortedByName) {
  const std::vector<Target>& all = bundled_targets();
  EXPECT_TRUE(
      std::is_sorted(all.begin(), all.end(), [](const Target& a, const Target& b) { return a.name() < b.name(); }));
}

TEST(BundledTargets, IncludeTheDefaultsAndFlat) {
  for (const std::string name : {"harman-oe-2018", "harman-ie-2019", "flat"})
    EXPECT_EQ(bundled_target(name).name(), name);
  EXPECT_GE(bundled_targets().size(), 14U);
}

}  // namespace
}  // namespace headscore
