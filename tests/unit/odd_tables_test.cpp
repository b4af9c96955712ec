// Heads, titles and further columns as collections have them: the response is found among targets, distortion and other
// tables, and what is none is refused or told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "headscore/reader.hpp"
#include "warning_codes.hpp"

namespace headscore {
namespace {

using ::testing::Contains;
using tests::codes;

constexpr int kRows = 121;

double frequency_hz(int row) { return 20.0 * std::pow(10.0, row / 40.0); }
double level_db(int row) { return 80.0 + 10.0 * std::exp(-2.0 * std::pow(std::log2(frequency_hz(row) / 3000.0), 2)); }
double target_db(int row) { return level_db(row) + 6.0 - 0.02 * row; }
double impedance_ohm(int row) { return 33.0 + 8.0 * std::exp(-std::pow(std::log2(frequency_hz(row) / 80.0), 2)); }
double per_cent(int row) { return 0.5 + 0.001 * row; }

using Column = std::function<double(int)>;

std::string rows(std::initializer_list<Column> columns, const std::string& delimiter) {
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    bool first = true;
    for (const Column& column : columns) {
      text += (first ? "" : delimiter) + std::to_string(column(row));
      first = false;
    }
    text += "\n";
  }
  return text;
}

std::string pair_of(const Column& level) { return rows({frequency_hz, level}, "\t"); }

std::string refusal(const std::string& text, const std::string& name = "X.txt") {
  try {
    return "read: " + std::to_string(parsed_measurement(text, name).points());
  } catch (const Error& error) {
    return error.code();
  }
}

void expect_the_level(const std::string& text) {
  try {
    const Measurement measurement = parsed_measurement(text, "X.txt");
    ASSERT_TRUE(measurement.response()) << text.substr(0, 90);
    ASSERT_EQ(measurement.response()->size(), kRows) << text.substr(0, 90);
    for (int row = 0; row < kRows; row += 10)
      EXPECT_NEAR(measurement.response()->magnitude_db()[row], level_db(row), 1e-5) << text.substr(0, 90);
  } catch (const Error& error) {
    ADD_FAILURE() << error.what() << ": " << text.substr(0, 90);
  }
}

TEST(OddHeads, LetTheResponseBeFoundBesideATarget) {
  const std::string commas = rows({frequency_hz, target_db, level_db}, ",");
  for (const char* head : {"Frequency,Harman 2018,Measured\n", "Frequency,Reference,Measurement\n",
                           "Frequency,Diffuse Field,HD650\n", "Frequency,IEF Neutral,Moondrop\n",
                           ",Target,Measured\nFrequency (Hz),SPL (dB),SPL (dB)\n", "Frequency,Delta (dB),SPL (dB)\n",
                           "Frequency,Mic cal (dB),SPL (dB)\n", "Frequency,Drive level (dBV),Response (dB SPL)\n"})
    expect_the_level(head + commas);
  const std::string tabs = rows({frequency_hz, target_db, level_db}, "\t");
  for (const char* head : {"Frequency (Hz)\t\tTarget (dB)\t\tSPL (dB)\n", "Frequency | Target | SPL\n",
                           "Frequency / Target / SPL\n", "Frequency   Harman Target   Measured SPL\n"})
    expect_the_level(head + tabs);
}

TEST(OddHeads, OfPairsTheOneWithALevelCounts) {
  expect_the_level("Frequency,Target,Frequency,Measured\n" +
                   rows({frequency_hz, target_db, frequency_hz, level_db}, ","));
  expect_the_level("Freq,Harman,Freq,HD650\n" + rows({frequency_hz, target_db, frequency_hz, level_db}, ","));
  expect_the_level("Frequency,Impedance (Ohm),Frequency,SPL (dB)\n" +
                   rows({frequency_hz, impedance_ohm, frequency_hz, level_db}, ","));
  expect_the_level("Frequency [Hz],THD [%],Frequency [Hz],Fundamental [dB]\n" +
                   rows({frequency_hz, per_cent, frequency_hz, level_db}, ","));
}

TEST(OddHeads, MayBeAProductsName) {
  for (const char* name : {"Grado SR80", "Radius HP", "DT 770 250 Ohm", "HD6XX", "HD4.50", "H9i", "D2 Pro", "2nd gen",
                           "Realme Buds", "Noise Buds", "Lossless", "Panasonic"})
    expect_the_level("frequency," + std::string(name) + "\n" + rows({frequency_hz, level_db}, ","));
  for (const char* quantity : {"Impedance", "Zmag", "Z magnitude", "Phase (deg)", "Coherence", "Group delay (ms)"})
    EXPECT_NE(refusal("frequency," + std::string(quantity) + "\n" + rows({frequency_hz, impedance_ohm}, ",")),
              "read: 121")
        << quantity;
}

TEST(OddHeads, AreNoTitlesAndComments) {
  for (const char* line :
       {"# Frequency range: 20 Hz - 20 kHz, 48 ppo\n", "# Generator: sine, 1 kHz, 94 dB\n",
        "# Rate, 48000 Hz, 24 bit\n", "# Reference frequency: 1 kHz, 94 dB\n",
        "Frequency response of X, target Harman\n", "Frequency response, THD, X\n",
        "# Resolution: 1 Hz, Phase: minimum\n", "HIFIMAN Sundara, stock pads\n", "12 mV drive\n", "# Path: /data\n"})
    expect_the_level(line + pair_of(level_db));
}

TEST(OddColumns, OfDistortionDoNotCostTheResponse) {
  expect_the_level("Frequency,SPL,THD\n" + rows({frequency_hz, level_db, per_cent}, ","));
  const std::string phased = "Frequency (Hz),SPL (dB),H2 (%),H2 phase (deg)\n" +
                             rows({frequency_hz, level_db, per_cent, [](int row) { return row - 60.0; }}, ",");
  expect_the_level(phased);
  EXPECT_NEAR(parsed_measurement(phased, "X.txt").distortion()->columns().harmonics[0].level_ratio[0], 0.005, 1e-9);
  EXPECT_THAT(codes(parsed_measurement("Frequency,SPL,THD\n" + rows({frequency_hz, level_db, per_cent}, ","), "X.txt")),
              Contains("distortion-ignored"));
}

TEST(OddColumns, OfNoiseAndLimitsAreNoThd) {
  for (const char* other : {"THD_N (%)", "THDN (%)", "THD and Noise (%)", "Total Harmonic Distortion + Noise (%)",
                            "THD limit (%)", "Rub and Buzz distortion (%)"}) {
    const std::string text = "Freq,SPL (dB)," + std::string(other) + ",THD (%)\n" +
                             rows({frequency_hz, level_db, [](int) { return 3.0; }, per_cent}, ",");
    EXPECT_NEAR((*parsed_measurement(text, "X.txt").distortion()->columns().thd_ratio)[0], 0.005, 1e-9) << other;
  }
}

TEST(OddColumns, ThatAreEmptyArePassedOver) {
  std::string behind = "Frequency,,SPL\n";
  std::string before = ",Frequency,SPL\n";
  for (int row = 0; row < kRows; ++row) {
    behind += std::to_string(frequency_hz(row)) + ",," + std::to_string(level_db(row)) + "\n";
    before += "," + std::to_string(frequency_hz(row)) + "," + std::to_string(level_db(row)) + "\n";
  }
  expect_the_level(behind);
  expect_the_level(before);
}

TEST(SeveralTablesOfOneText, AreToldByTheirHeads) {
  const std::string level = "Frequency (Hz)\tSPL (dB)\n" + pair_of(level_db);
  const std::string thd = "Frequency (Hz)\tTHD (%)\n" + pair_of(per_cent) + "21000\t0.5\n22000\t0.5\n";
  expect_the_level(level + "\n" + thd);
  expect_the_level(thd + "\n" + level);
  expect_the_level("Frequency (Hz)\tImpedance (Ohm)\n" + pair_of(impedance_ohm) + "\n" + level);
  expect_the_level("Fundamental\n" + pair_of(level_db) + "\nH2\n" +
                   pair_of([](int row) { return level_db(row) - 46.0; }) + "21000\t40\n");
  expect_the_level("THD\nFreq\tValue\n" + pair_of(per_cent) + "\nSPL\nFreq\tValue\n" + pair_of(level_db));
  expect_the_level("Harman 2018\nFreq\tSPL\n" + pair_of(target_db) + "\nHD650\nFreq\tSPL\n" + pair_of(level_db));
}

TEST(OtherQuantities, AreRefusedOrToldByWords) {
  EXPECT_EQ(refusal("LIMP impedance\nFreq(Hz)\tMagn\tPhase\n" +
                    rows({frequency_hz, impedance_ohm, [](int row) { return row / 10.0; }}, "\t")),
            "impedance");
  EXPECT_EQ(refusal(pair_of(impedance_ohm), "X impedance.txt"), "impedance");
  for (const char* title :
       {"Isolation test, ANC on\nFrequency,SPL (dB)\n", "* Background noise spectrum\n* Freq(Hz)\tdBFS\n",
        "* Target curve: Harman over-ear 2018\nfrequency\tdB\n"})
    EXPECT_THAT(codes(parsed_measurement(title + pair_of(level_db), "X.txt")), Contains("title-says-other")) << title;
  for (const char* words : {"Compensation: Diffuse field\n", "Compensated to Harman target\n"})
    EXPECT_TRUE(
        parsed_measurement(words + ("Frequency\tSPL (dB)\n" + pair_of(level_db)), "X.txt").fields().compensated);
  EXPECT_TRUE(
      parsed_measurement("Frequency\tSPL (dB)\n" + pair_of(level_db), "X (compensated).txt").fields().compensated);
  for (const char* words : {"Raw, not compensated to any target\n", "No compensation for a diffuse field\n"})
    EXPECT_FALSE(
        parsed_measurement(words + ("Frequency\tSPL (dB)\n" + pair_of(level_db)), "X.txt").fields().compensated);
  EXPECT_FALSE(parsed_measurement("Compensation: none\nFrequency\tSPL (dB)\n" + pair_of(level_db), "X.txt")
                   .fields()
                   .compensated);
}

TEST(DecimalCommas, BetweenCommasUnderTwoNamesAreRefused) {
  std::string text = "Frequency,SPL\n";
  for (int row = 0; row < 30; ++row)
    text += std::to_string(20 + row * 600) + "," + std::to_string(80 + row % 5) + "," + std::to_string(row % 10) + "\n";
  EXPECT_EQ(refusal(text), "ambiguous-numbers");
}

TEST(RowsSortedAsText, ArePutInOrder) {
  std::vector<std::pair<std::string, double>> sorted;
  for (int row = 0; row < 40; ++row) {
    const int f = 20 + row * row * 12;
    sorted.emplace_back(std::to_string(f), 80.0 + row);
  }
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const auto& [f, level] : sorted) text += f + " " + std::to_string(level) + "\n";
  const Measurement measurement = parsed_measurement(text, "X.txt");
  ASSERT_EQ(measurement.response()->size(), 40);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[39], 119.0);
  EXPECT_THAT(codes(measurement), Contains("unsorted-frequencies"));
}

TEST(SectionsInBrackets, AreNoJson) {
  expect_the_level("[Headphone]\nFreq\tSPL\n" + pair_of(level_db));
  EXPECT_EQ(refusal("[[20, 80], [30, 81]]"), "json");
}

}  // namespace
}  // namespace headscore
