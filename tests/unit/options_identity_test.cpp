// Results under other options have another identity.
#include "batch/options_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "headscore/batch.hpp"
#include "headscore/target_library.hpp"
#include "program.hpp"

namespace headscore {
namespace {

std::string hash_of(const ScoreOptions& options) {
  ContentHash hash;
  add_options(hash, options);
  return hash.hex();
}

Policy with_weight(double weight) {
  Policy::Fields fields = default_policy().fields();
  fields.metrics.front().weight = weight;
  return Policy(fields);
}

using Change = std::pair<const char*, std::function<void(ScoreOptions&)>>;

const std::vector<Change>& changes() {
  static const std::vector<Change> all = {
      {"form", [](ScoreOptions& o) { o.form = FormFactor::kInEar; }},
      {"rig", [](ScoreOptions& o) { o.rig = "gras-45ca"; }},
      {"target", [](ScoreOptions& o) { o.target = bundled_target("harman-ie-2017"); }},
      {"tilt", [](ScoreOptions& o) { o.adjustment.tilt_db_per_octave = -0.5; }},
      {"shelf", [](ScoreOptions& o) { o.adjustment.shelves = {{Shelf::Side::kTreble, 2500.0, 1.0}}; }},
      {"models", [](ScoreOptions& o) { o.models = {"autoeq-ie"}; }},
      {"policy", [](ScoreOptions& o) { o.policy = with_weight(0.123); }},
      {"alignment", [](ScoreOptions& o) { o.alignment.band.stop_hz = 1000.0; }},
      {"grid", [](ScoreOptions& o) { o.points_per_octave = 12.0; }},
      {"smoothing", [](ScoreOptions& o) { o.smoothing.kind = Smoothing::Kind::kErb; }},
      {"compensated", [](ScoreOptions& o) { o.compensated = false; }},
      {"price", [](ScoreOptions& o) { o.price = Price(100.0, "USD"); }},
      {"currency", [](ScoreOptions& o) { o.price = Price(100.0, "EUR"); }},
      {"comparator", [](ScoreOptions& o) { o.comparators = {{"A", Price(50.0, "USD")}}; }},
      {"catalog", [](ScoreOptions& o) { o.catalog = {{"A", std::nullopt, Price(50.0, "USD"), {}, {}}}; }},
      {"catalog's figure",
       [](ScoreOptions& o) { o.catalog = {{"A", std::nullopt, Price(50.0, "USD"), {}, {{"thd", 0.1, false, ""}}}}; }},
      {"functions", [](ScoreOptions& o) { o.product_functions = {"wireless"}; }},
      {"ignored functions", [](ScoreOptions& o) { o.ignored_functions = {"wireless"}; }},
      {"given", [](ScoreOptions& o) { o.given = {{"technology", 0.7}}; }},
      {"manufacturer's data", [](ScoreOptions& o) { o.manufacturer_data = true; }},
      {"intervals", [](ScoreOptions& o) { o.bootstrap_replicates = 100; }},
      {"seed", [](ScoreOptions& o) { o.seed = 1; }},
  };
  return all;
}

TEST(OptionsIdentity, DiffersWithEveryOption) {
  std::set<std::string> seen = {hash_of({})};
  for (const auto& [name, change] : changes()) {
    ScoreOptions options;
    change(options);
    EXPECT_TRUE(seen.insert(hash_of(options)).second) << name;
    ScoreOptions again;
    change(again);
    EXPECT_EQ(hash_of(options), hash_of(again)) << name;
  }
}

class BatchAgain : public tests::FolderTest {
 protected:
  [[nodiscard]] BatchSummary batch(const ScoreOptions& score) const {
    BatchOptions options;
    options.score = score;
    BatchMonitor monitor;
    return run_batch({path("set")}, path("r.jsonl"), options, monitor);
  }
};

TEST_F(BatchAgain, ScoresAnewUnderOtherOptionsThoughNobodyNamedThem) {
  write("set/A L.txt", response());
  write("set/A R.txt", response(2.0));
  ScoreOptions options;
  options.form = FormFactor::kOverEar;
  options.bootstrap_replicates = 0;
  EXPECT_EQ(batch(options).reused, 0U);
  EXPECT_EQ(batch(options).reused, 1U);
  options.adjustment.tilt_db_per_octave = -1.0;
  EXPECT_EQ(batch(options).reused, 0U);
  options.target = bundled_target("harman-oe-2013");
  EXPECT_EQ(batch(options).reused, 0U);
  EXPECT_EQ(batch(options).reused, 1U);
}

TEST_F(BatchAgain, TakesTheFormatFromTheFilesEnding) {
  write("set/A L.txt", response());
  BatchOptions options;
  options.score.form = FormFactor::kOverEar;
  options.score.bootstrap_replicates = 0;
  BatchMonitor monitor;
  EXPECT_EQ(run_batch({path("set")}, path("r.csv"), options, monitor).units, 1U);
  EXPECT_EQ(tests::content(path("r.csv")).find('{'), std::string::npos);
  EXPECT_THAT(tests::content(path("r.csv")), ::testing::HasSubstr("A L.txt"));
}

}  // namespace
}  // namespace headscore
