// Options that no product can be scored with are refused before anything is read or written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "headscore/batch.hpp"
#include "headscore/catalog_import.hpp"
#include "headscore/verification.hpp"
#include "program.hpp"

namespace headscore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What is said of the default options after `change`.
template <typename Change>
std::string refusal(const Change& change) {
  ScoreOptions options;
  change(options);
  try {
    check(options);
    return "";
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
}

std::string refused_given(const std::string& key, double value) {
  return refusal([&](ScoreOptions& options) { options.given[key] = value; });
}

TEST(ScoreOptions, AreGoodAsTheyCome) {
  EXPECT_EQ(refusal([](ScoreOptions&) {}), "");
  EXPECT_EQ(refused_given("technology", 0.7), "");
  EXPECT_EQ(refused_given("thd_percent", 0.01), "");
  EXPECT_EQ(refused_given("isolation_db", -1.0), "");
}

TEST(ScoreOptions, HoldGivenScoresAndFiguresOfKnownNamesAndRanges) {
  EXPECT_THAT(refused_given("technology", 7.0), AllOf(HasSubstr("bad-given"), HasSubstr("technology=7")));
  EXPECT_THAT(refused_given("rationality", std::numeric_limits<double>::quiet_NaN()), HasSubstr("bad-given"));
  EXPECT_THAT(refused_given("technologi", 0.7), HasSubstr("technology"));
  EXPECT_THAT(refused_given("scientific_validity", 0.7), HasSubstr("bad-given"));
  EXPECT_THAT(refused_given("thd_percent", 0.0), HasSubstr("above zero"));
  EXPECT_THAT(refused_given("isolation_db", std::numeric_limits<double>::infinity()), HasSubstr("finite"));
}

TEST(ScoreOptions, NameARigByItsId) {
  EXPECT_EQ(refusal([](ScoreOptions& options) { options.rig = "gras-45ca"; }), "");
  EXPECT_THAT(refusal([](ScoreOptions& options) { options.rig = "GRAS 45CA"; }),
              AllOf(HasSubstr("unknown-rig"), HasSubstr("wanted its id gras-45ca")));
  EXPECT_THAT(refusal([](ScoreOptions& options) { options.rig = "my head"; }), HasSubstr("unknown-rig"));
}

TEST(ScoreOptions, DrawNothingOrEnoughForAnInterval) {
  for (const int draws : {0, 20, 100000})
    EXPECT_EQ(refusal([&](ScoreOptions& options) { options.bootstrap_replicates = draws; }), "") << draws;
  for (const int draws : {-5, 1, 19, 100001})
    EXPECT_THAT(refusal([&](ScoreOptions& options) { options.bootstrap_replicates = draws; }), HasSubstr("bad-draws"));
}

TEST(ScoreOptions, NameModelsMetricsAndFunctionsThatThereAre) {
  EXPECT_THAT(refusal([](ScoreOptions& options) { options.models = {"harman-oe-2081"}; }),
              AllOf(HasSubstr("unknown-model"), HasSubstr("harman-oe-2018")));
  EXPECT_THAT(refusal([](ScoreOptions& options) { options.product_functions = {"wirless"}; }), HasSubstr("wireless"));
  EXPECT_THAT(refusal([](ScoreOptions& options) { options.ignored_functions = {"wirless"}; }), HasSubstr("wireless"));
  EXPECT_THAT(refusal([](ScoreOptions& options) {
                Policy::Fields fields = options.policy.fields();
                fields.metrics.back().metric = "channel_balanse";
                options.policy = Policy(fields);
              }),
              AllOf(HasSubstr("bad-policy"), HasSubstr("wanted channel_balance")));
}

TEST(ScoreOptions, ShowAndBendCurvesByFiniteAmounts) {
  EXPECT_THAT(refusal([](ScoreOptions& o) { o.points_per_octave = -3.0; }), HasSubstr("bad-grid"));
  EXPECT_THAT(refusal([](ScoreOptions& o) { o.alignment.band = {2000.0, 20.0}; }), HasSubstr("bad-alignment"));
  EXPECT_THAT(refusal([](ScoreOptions& o) { o.alignment = {Alignment::Method::kSingleFrequency, {}, -1.0}; }),
              HasSubstr("bad-alignment"));
  EXPECT_THAT(refusal([](ScoreOptions& o) {
                o.smoothing = {Smoothing::Kind::kFractionalOctave, 7.0, Smoothing::Domain::kDecibel};
              }),
              HasSubstr("bad-smoothing"));
  EXPECT_THAT(
      refusal([](ScoreOptions& o) { o.adjustment.tilt_db_per_octave = std::numeric_limits<double>::infinity(); }),
      HasSubstr("bad-tilt"));
  EXPECT_THAT(refusal([](ScoreOptions& o) { o.adjustment.shelves = {{Shelf::Side::kBass, -105.0, 3.0, 0.7}}; }),
              HasSubstr("bad-shelf"));
}

class BadOptions : public tests::FolderTest {};

TEST_F(BadOptions, AreRefusedByWhateverTakesThem) {
  ScoreOptions options;
  options.given["technology"] = 7.0;
  EXPECT_THROW(static_cast<void>(scored(Product{}, options)), Error);
  EXPECT_THROW(static_cast<void>(scored(std::vector<Product>{}, options)), Error);
  EXPECT_THROW(static_cast<void>(metrics_of(Product{}, options)), Error);
  VerifyOptions verify;
  verify.scoring = options;
  EXPECT_THROW(static_cast<void>(verified({}, verify)), Error);
  MeasuringOptions measuring;
  measuring.intervals = 1;
  EXPECT_THROW(static_cast<void>(measured_products({}, measuring)), Error);
  write("set/X L.txt", response(0.0));
  BatchOptions batch;
  batch.score = options;
  BatchMonitor monitor;
  EXPECT_THROW(static_cast<void>(run_batch({path("set")}, path("r.jsonl"), batch, monitor)), Error);
  EXPECT_FALSE(std::filesystem::exists(path("r.jsonl.part")));
}

}  // namespace
}  // namespace headscore
