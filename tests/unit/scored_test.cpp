// Products -> outcomes: what is said of doubtful data, and what is not judged then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "headscore/curve_analyser.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/policy_library.hpp"

namespace headscore {
namespace {

using ::testing::Contains;
using ::testing::Not;

/// A curve with ear gain; `shape_db` is added to its bass below 500 Hz.
FileOutcome file(const std::string& path, double level_db, double shape_db = 0.0, double noise_db = 0.0) {
  std::string text = "Freq(Hz)\tSPL(dB)\n";
  for (int i = 0; i < 241; ++i) {
    const double f = 20.0 * std::pow(1000.0, i / 240.0);
    const double ear_db = 9.0 * std::exp(-2.0 * std::pow(std::log2(f / 3000.0), 2));
    text += std::to_string(f) + "\t" +
            std::to_string(level_db + ear_db + (f < 500.0 ? shape_db : 0.0) + noise_db * std::sin(i * 0.3)) + "\n";
  }
  return {path, parsed_measurement(text, path), std::nullopt};
}

ScoreOptions over_ear() {
  ScoreOptions options;
  options.form = FormFactor::kOverEar;
  options.bootstrap_replicates = 0;
  return options;
}

Outcome outcome_of(std::vector<FileOutcome> files) {
  const std::vector<Product> products = grouped(std::move(files));
  EXPECT_EQ(products.size(), 1U);
  return scored(products.front(), over_ear());
}

std::vector<std::string> codes(const Outcome& outcome) {
  std::vector<std::string> result;
  for (const Reason& reason : outcome.reasons) result.push_back(reason.code);
  return result;
}

bool judges_balance(const Outcome& outcome) {
  const std::vector<Term>& terms = outcome.scientific_validity->fields().terms;
  return std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.name == "channel_balance"; });
}

TEST(Scored, DoesNotTakeAMeasurementsVolumeForTheProductsBalance) {
  const Outcome fair = outcome_of({file("X L.txt", 90.0), file("X R.txt", 91.0, 0.2)});
  EXPECT_TRUE(judges_balance(fair));
  EXPECT_THAT(codes(fair), Not(Contains("channel-levels")));
  const Outcome loud = outcome_of({file("X L.txt", 90.0), file("X R.txt", 107.0, 0.2)});
  EXPECT_FALSE(judges_balance(loud));
  EXPECT_THAT(codes(loud), Contains("channel-levels"));
  EXPECT_THAT(codes(loud), Not(Contains("channels-unlike")));
}

TEST(Scored, SaysWhenTheMeanOfTheChannelsIsNeitherOfThem) {
  const Outcome outcome = outcome_of({file("X L.txt", 90.0), file("X R.txt", 90.0, -14.0)});
  EXPECT_THAT(codes(outcome), Contains("channels-unlike"));
}

TEST(Scored, DoesNotJudgeTheBalanceOfACopiedChannel) {
  const Outcome outcome = outcome_of({file("X L.txt", 90.0), file("X R.txt", 90.0)});
  EXPECT_FALSE(judges_balance(outcome));
  EXPECT_THAT(codes(outcome), Contains("identical-channels"));
}

TEST(Scored, TakesACopiedChannelForNoSecondMeasurement) {
  ScoreOptions options = over_ear();
  options.bootstrap_replicates = 200;
  const Outcome copied = scored(grouped({file("X L.txt", 90.0), file("X R.txt", 90.0)}).front(), options);
  const Outcome alone = scored(grouped({file("X L.txt", 90.0)}).front(), options);
  EXPECT_FALSE(copied.channels.has_value());
  ASSERT_TRUE(copied.preference.front().fields().interval.has_value());
  EXPECT_EQ(copied.preference.front().fields().interval->low, alone.preference.front().fields().interval->low);
  EXPECT_EQ(copied.preference.front().fields().interval->high, alone.preference.front().fields().interval->high);
  EXPECT_EQ(copied.scientific_validity->fields().interval->low, alone.scientific_validity->fields().interval->low);
}

TEST(Scored, GivesTheSameFiguresWhateverGridIsShown) {
  ScoreOptions coarse = over_ear();
  coarse.points_per_octave = 3.0;
  const Product product = grouped({file("X L.txt", 90.0, 3.0, 2.0), file("X R.txt", 91.0, 2.0, 2.0)}).front();
  const Outcome shown_coarsely = scored(product, coarse);
  const Outcome shown_finely = scored(product, over_ear());
  EXPECT_EQ(shown_coarsely.scientific_validity->value(), shown_finely.scientific_validity->value());
  EXPECT_EQ(shown_coarsely.analysis->signature.name, shown_finely.analysis->signature.name);
  EXPECT_EQ(shown_coarsely.channels->largest_db, shown_finely.channels->largest_db);
  EXPECT_LT(10 * shown_coarsely.curves->response.size(), shown_finely.curves->response.size());
  // The rows that both show are the same curve.
  EXPECT_NEAR(shown_coarsely.curves->error.magnitude_db()[5], shown_finely.curves->error.magnitude_db()[80], 1e-9);
}

TEST(Scored, NeedsNoOptionBesideTheForm) {
  ScoreOptions options;
  options.form = FormFactor::kOverEar;
  const std::vector<Product> products = grouped({file("X L.txt", 90.0), file("X R.txt", 91.0, 0.2)});
  const Outcome outcome = scored(products.front(), options);
  EXPECT_FALSE(outcome.error) << outcome.error->message;
  EXPECT_EQ(outcome.preference.size(), 1U);
  ASSERT_TRUE(outcome.scientific_validity);
  EXPECT_EQ(outcome.settings.policy, "audioreview-2026 1");
}

TEST(Scored, HasAnErrorOnlyWithoutAPreferenceScore) {
  Policy::Fields below_the_data = default_policy().fields();
  below_the_data.least_coverage = 0.0;
  below_the_data.region_weights = {{5.0, 1.0}, {10.0, 1.0}, {10.1, 0.0}};
  ScoreOptions options = over_ear();
  options.policy = Policy(below_the_data);
  const Outcome outcome = scored(grouped({file("X L.txt", 90.0)}).front(), options);
  EXPECT_EQ(outcome.preference.size(), 1U);
  EXPECT_FALSE(outcome.scientific_validity);
  EXPECT_FALSE(outcome.error) << outcome.error->message;
  EXPECT_THAT(codes(outcome), Contains("band-not-covered"));
}

TEST(Scored, SaysWhatSmallValuesAreBeforeItCallsThemCompensated) {
  const auto refused = [](const std::string& text) {
    const Outcome outcome = outcome_of({{"X.txt", parsed_measurement(text, "X.txt"), std::nullopt}});
    return outcome.error ? outcome.error->message : std::string("scored");
  };
  std::string gains;
  std::string calibration = "\"Sens Factor =-1.4dB, SERNO: 7000000\"\n";
  std::string compensated = "Freq(Hz)\tSPL(dB)\n";
  for (int i = 0; i < 241; ++i) {
    const std::string f = std::to_string(20.0 * std::pow(1000.0, i / 240.0));
    gains += f + "\t" + std::to_string(1.5 + 0.7 * std::sin(i * 0.05)) + "\n";
    calibration += f + "\t" + std::to_string(0.3 * std::sin(i * 0.03)) + "\n";
    compensated += f + "\t" + std::to_string(2.0 * std::sin(i * 0.03)) + "\n";
  }
  EXPECT_THAT(refused(gains), ::testing::HasSubstr("X.txt: found small values that nothing calls dB"));
  EXPECT_THAT(refused(calibration), ::testing::HasSubstr("X.txt: found a microphone's calibration"));
  EXPECT_THAT(refused(compensated), ::testing::HasSubstr("X.txt: found compensated data"));
}

TEST(Analysis, CallsAHumpOverTheWholeBandNoPeak) {
  const LogGrid grid = LogGrid::per_octave(48);
  const auto hump = [&](double sigma_octaves) {
    const Eigen::ArrayXd octave = (grid.frequency_hz() / 600.0).log() / std::log(2.0);
    return Curve(grid.frequency_hz(), 8.0 * (-0.5 * (octave / sigma_octaves).square()).exp());
  };
  EXPECT_EQ(extrema(hump(2.5)).size(), 1U);
  EXPECT_TRUE(analysed(hump(2.5)).extrema.empty());
  EXPECT_EQ(analysed(hump(0.5)).extrema.size(), 1U);
}

}  // namespace
}  // namespace headscore
