// The model case in every format, byte for byte. After a wanted change:
//   HEADSCORE_REGENERATE_GOLDEN=1 ctest -R GoldenReport
// writes the files anew (each test then fails once with "regenerated"); look at the difference before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/report.hpp"
#include "sample_outcomes.hpp"

namespace headscore {
namespace {

const Report& report_of(std::string_view id) {
  for (const Report& report : report_formats()) {
    if (report.id == id) return report;
  }
  throw std::runtime_error("no such report");
}

/// The version of the program is no part of what is compared.
std::string without_version(std::string text) {
  const std::string key = "\"headscore\": \"";
  const std::size_t at = text.find(key);
  if (at == std::string::npos) return text;
  const std::size_t start = at + key.size();
  return text.replace(start, text.find('"', start) - start, "0.0.0");
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const Report& report : report_formats()) ids.emplace_back(report.id);
  return ids;
}

class GoldenReport : public testing::TestWithParam<std::string> {};

TEST_P(GoldenReport, OfTheModelCaseHasNotChanged) {
  const Report& report = report_of(GetParam());
  std::ostringstream out;
  report.write(out, std::vector<Outcome>{samples::model_case()}, {});
  const std::string text = without_version(out.str());
  const std::filesystem::path path =
      std::filesystem::path(HEADSCORE_SOURCE_DIR) / "tests/golden" / ("model_case" + std::string(report.extension));
  if (std::getenv("HEADSCORE_REGENERATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    FAIL() << "regenerated " << path;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing; see the head of this test";
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {}));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenReport, testing::ValuesIn(all_ids()),
                         [](const testing::TestParamInfo<std::string>& id) { return id.param; });

}  // namespace
}  // namespace headscore
