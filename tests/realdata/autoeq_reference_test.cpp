// AutoEq's over-ear score of real measurements, from the text to the number, by hand and by the library.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <locale>
#include <optional>
#include <sstream>
#include <string>

#include "autoeq_by_hand.hpp"
#include "headscore/curve.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/scoring_model.hpp"
#include "shared_data.hpp"

namespace headscore::tests {
namespace {

struct Text {
  Numbers f;
  Numbers db;
};

/// Two numbers a line, whatever is between and behind; lines that do not start so are heads.
Text parsed(const std::filesystem::path& path) {
  std::ifstream stream(path);
  Text text;
  for (std::string line; std::getline(stream, line);) {
    for (char& c : line) {
      if (c == ',' || c == ';') c = ' ';
    }
    std::istringstream cells(line);
    cells.imbue(std::locale::classic());
    double f = 0.0;
    double db = 0.0;
    if (!(cells >> f >> db) || !(f > 0.0) || (!text.f.empty() && f <= text.f.back())) continue;
    text.f.push_back(f);
    text.db.push_back(db);
  }
  return text;
}

Curve curve(const Text& text) {
  const auto array = [](const Numbers& values) -> Eigen::ArrayXd {
    return Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  };
  return {array(text.f), array(text.db)};
}

double by_hand(const Text& response, const Text& target) {
  const Numbers grid = autoeq_grid();
  Numbers error = levels_by_hand(response.f, response.db, grid);
  const Numbers wanted = levels_by_hand(target.f, target.db, grid);
  for (std::size_t i = 0; i < error.size(); ++i) error[i] -= wanted[i];
  return over_ear_score_by_hand(error);
}

double by_library(const Text& response, const Text& target) {
  const ScoringModel& model = scoring_model("autoeq-oe");
  const Curve error = difference(interpolated(curve(response), model.grid(), model.extrapolation),
                                 interpolated(curve(target), model.grid(), model.extrapolation));
  return value_of(model, error);
}

class OverEarFolder : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Shared, OverEarFolder, testing::Values("antdroid-headphones", "htangl-headphones-reseats"),
                         [](const testing::TestParamInfo<std::string>& parameter) {
                           return parameter.param.substr(0, parameter.param.find('-'));
                         });

TEST_P(OverEarFolder, ScoresAsAutoEqDoesByHand) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const Text target = parsed(shared / "targets" / "figures" / "harman-oe-2018.csv");
  ASSERT_GT(target.f.size(), 100U);
  int compared = 0;
  double largest = 0.0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shared / "measurements" / GetParam())) {
    if (entry.path().extension() != ".txt") continue;
    const Text response = parsed(entry.path());
    if (response.f.size() < 50) continue;
    const double expected = by_hand(response, target);
    const double actual = by_library(response, target);
    EXPECT_NEAR(actual, expected, 1e-9) << entry.path();
    largest = std::max(largest, std::abs(actual - expected));
    ++compared;
  }
  RecordProperty("compared", compared);
  std::cout << compared << " files, largest difference " << largest << " points\n";
  EXPECT_GE(compared, 70);
}

}  // namespace
}  // namespace headscore::tests
