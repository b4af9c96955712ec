#include "headscore/policy_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "headscore/error.hpp"

namespace headscore {
namespace {

using testing::HasSubstr;

const std::string kHead =
    "id: mine\n"                                                                                       // line 1
    "version: 2\n"                                                                                     // line 2
    "title: My own\n"                                                                                  // line 3
    "region_weights: [[20, 0.5], [2000, 1]]\n"                                                         // line 4
    "metrics:\n";                                                                                      // line 5
const std::string kMetric = "  - {metric: response_deviation, best: 1, problematic: 5, weight: 1}\n";  // line 6

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_refused(const std::string& yaml, std::size_t line, const std::string& part) {
  try {
    static_cast<void>(parsed_policy(yaml, "mine.yaml"));
    ADD_FAILURE() << "no error for\n" << yaml;
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "bad-policy") << refusal.what();
    EXPECT_EQ(refusal.where().file, "mine.yaml");
    EXPECT_EQ(refusal.where().line, line) << refusal.what();
    EXPECT_EQ(refusal.where().column != 0, line != 0);
    EXPECT_THAT(refusal.what(), HasSubstr(part));
  }
}

TEST(ParsedPolicy, HasWhatTheFileSaysAndTheDocumentedDefaults) {
  const Policy policy = parsed_policy(kHead + kMetric, "mine.yaml");
  EXPECT_EQ(policy.fields().id, "mine");
  EXPECT_EQ(policy.fields().version, "2");
  EXPECT_EQ(policy.fields().smoothing_octaves, 1.0 / 3.0);
  EXPECT_EQ(policy.fields().unable_to_evaluate, 0.5);
  EXPECT_EQ(policy.fields().least_coverage, 0.9);
  ASSERT_EQ(policy.fields().region_weights.size(), 2U);
  EXPECT_EQ(policy.fields().region_weights[1], (std::pair<double, double>{2000.0, 1.0}));
  ASSERT_EQ(policy.metrics().size(), 1U);
  EXPECT_EQ(policy.metrics()[0].axis, MetricRule::Axis::kLinear);
  EXPECT_EQ(policy.metrics()[0].tolerance, 0.0);
  EXPECT_FALSE(policy.metrics()[0].start_hz.has_value());
}

TEST(ParsedPolicy, RefusesUnknownKeysAndSuggestsTheNearest) {
  expect_refused(kHead + with(kMetric, "weight", "wieght"), 6, "weight");
  expect_refused("titel: x\n" + kHead + kMetric, 1, "title");
}

TEST(ParsedPolicy, RefusesMissingAndRepeatedKeys) {
  expect_refused(with(kHead, "version: 2\n", "") + kMetric, 1, "version");
  expect_refused(kHead + with(kMetric, ", problematic: 5", ""), 6, "problematic");
  expect_refused(kHead + with(kMetric, "best: 1", "best: 1, best: 2"), 6, "second time");
  expect_refused(kHead + kMetric + kMetric, 7, "second time");
}

TEST(ParsedPolicy, RefusesValuesOfTheWrongKind) {
  expect_refused(kHead + with(kMetric, "best: 1", "best: one"), 6, "finite number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: \"1\""), 6, "number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: 1 dB"), 6, "finite number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: .nan"), 6, "finite number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: inf"), 6, "finite number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: 1e999"), 6, "finite number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: [1]"), 6, "number");
  expect_refused(kHead + with(kMetric, "best: 1", "best: "), 6, "number");
  expect_refused(with(kHead, "id: mine", "id: [mine]") + kMetric, 1, "text");
  expect_refused(with(kHead, "metrics:\n", "metrics: 5\n"), 5, "list");
  expect_refused(with(kHead, "metrics:\n", "metrics: []\n"), 5, "no metric");
  expect_refused(kHead + "  - thd\n", 6, "mapping");
}

TEST(ParsedPolicy, RefusesRulesThatScoreNothing) {
  expect_refused(kHead + with(kMetric, "problematic: 5", "problematic: 1"), 6, "same level");
  expect_refused(kHead + with(kMetric, "problematic: 5", "problematic: 0"), 6, "better side");
  expect_refused(kHead + with(kMetric, "weight: 1", "weight: 0"), 6, "above 0");
  expect_refused(kHead + with(kMetric, "weight: 1", "weight: -1"), 6, "weight");
  expect_refused(kHead + with(kMetric, "weight: 1", "weight: 1, tolerance: -1"), 6, "tolerance");
  expect_refused(kHead + with(kMetric, "response_deviation", "response-deviation"), 6, "response_deviation");
  expect_refused(kHead + with(kMetric, "best: 1", "axis: logarithmic, best: 0"), 6, "above zero");
  expect_refused(kHead + with(kMetric, "best: 1", "axis: log, best: 1"), 6, "logarithmic");
  expect_refused(kHead + with(kMetric, "weight: 1", "weight: 1, start_hz: 100"), 6, "thd alone");
}

TEST(ParsedPolicy, RefusesKnotsOutOfOrder) {
  for (const char* knots : {"[[3, 0.5], [2, 0.4]]", "[[3, 0.5], [3, 0.4]]", "[[1, 0.5]]", "[[5, 0.5]]", "[[7, 0.5]]",
                            "[[2, 0.5], [3, 0.6]]", "[[2, 1.5]]"}) {
    expect_refused(kHead + with(kMetric, "weight: 1", std::string("weight: 1, knots: ") + knots), 6, "out of order");
  }
  expect_refused(kHead + with(kMetric, "weight: 1", "weight: 1, knots: [[2, 0.5, 1]]"), 6, "two");
}

TEST(ParsedPolicy, RefusesRegionWeightsThatAreNoBand) {
  expect_refused(with(kHead, "[2000, 1]", "[20, 1]") + kMetric, 4, "above the one before");
  expect_refused(with(kHead, "[20, 0.5]", "[0, 0.5]") + kMetric, 4, "above the one before");
  expect_refused(with(kHead, "[2000, 1]", "[2000, -1]") + kMetric, 4, "negative");
  expect_refused(with(kHead, "[[20, 0.5], [2000, 1]]", "[[20, 1]]") + kMetric, 4, "no band");
  expect_refused(with(kHead, "[[20, 0.5], [2000, 1]]", "[[20, 0], [2000, 0]]") + kMetric, 4, "no band");
}

TEST(ParsedPolicy, RefusesTextThatIsNotOnePolicy) {
  expect_refused("", 0, "policy");
  expect_refused("id: [\n", 2, "not YAML");
  expect_refused("- a\n- b\n", 1, "mapping");
  expect_refused(kHead + kMetric + "---\nid: other\n", 0, "2 YAML documents");
}

TEST(ReadPolicy, SaysWhenThereIsNoSuchFile) {
  try {
    static_cast<void>(read_policy("/no/such/policy.yaml"));
    FAIL() << "no error";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), "missing-file");
  }
}

TEST(ReadPolicy, ReadsTheFileThatIsBundled) {
  const Policy read = read_policy(std::string(HEADSCORE_SOURCE_DIR) + "/data/policies/audioreview-2026.yaml");
  const Policy bundled = bundled_policy("audioreview-2026");
  EXPECT_EQ(read.name(), bundled.name());
  EXPECT_EQ(read.metrics().size(), bundled.metrics().size());
}

}  // namespace
}  // namespace headscore
