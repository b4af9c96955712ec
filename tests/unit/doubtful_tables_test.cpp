// Tables that could be read as a response and are none, and rows that are broken: refused, dropped or told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "headscore/reader.hpp"
#include "warning_codes.hpp"

namespace headscore {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::codes;

/// A response on 1/24 octave around 90 dB with ear gain.
double level_db(int row) {
  const double f = 20.0 * std::exp2(row / 24.0);
  return 90.0 + 10.0 * std::exp(-3.0 * std::pow(std::log2(f / 3000.0), 2)) - (f > 9000.0 ? 6.0 : 0.0);
}

constexpr int kRows = 239;

std::string table(const std::string& head, const std::function<std::string(int)>& cells) {
  std::string text = head;
  for (int row = 0; row < kRows; ++row) text += std::to_string(20.0 * std::exp2(row / 24.0)) + "\t" + cells(row) + "\n";
  return text;
}

std::string text_of(double value) { return std::to_string(value); }

Measurement read(const std::string& text) { return parsed_measurement(text, "X.txt"); }

std::string refusal(const std::string& text) {
  try {
    return "read: " + std::to_string(read(text).points());
  } catch (const Error& error) {
    return error.code();
  }
}

TEST(DoubtfulTable, OfAPhaseWithoutAHeadIsNoResponse) {
  for (const double start : {0.0, 180.0}) {
    const auto phase = [&](int row) { return text_of(start - 178.0 * (0.5 + 0.5 * std::sin(row / 9.0))); };
    EXPECT_EQ(refusal(table("", phase)), "not-a-curve") << start;
    const Measurement swapped = read(table("", [&](int row) { return phase(row) + "\t" + text_of(level_db(row)); }));
    EXPECT_THAT(codes(swapped), Contains("columns-swapped"));
    EXPECT_NEAR(swapped.response()->magnitude_db()[0], level_db(0), 1e-6);
  }
}

TEST(DoubtfulTable, OfAnotherQuantityIsRefused) {
  const auto cells = [](int row) { return text_of(level_db(row) - 60.0); };
  for (const char* name :
       {"Rub & Buzz (dB)", "IMD (dB)", "Background (dB)", "Masking threshold (dB)", "Velocity (mm/s)",
        "Loudness (sone)", "Insertion Loss(dB)", "Group delay (ms)", "Displacement (mm)"})
    EXPECT_THAT(refusal(table(std::string("Freq(Hz)\t") + name + "\n", cells)),
                ::testing::AnyOf("not-a-curve", "not-in-decibels"))
        << name;
  EXPECT_EQ(refusal(table("Freq(Hz)\tResistance\n", cells)), "impedance");
  EXPECT_EQ(refusal(table("Freq(Hz)\tDistortion\n", cells)), "distortion-unit");
}

TEST(DoubtfulTable, OfImpedanceIsRefusedWhateverItsUnitAndRange) {
  const auto ohms = [](double least, double peak) {
    return [=](int row) { return text_of(least + peak * std::exp(-std::pow((row - 50) / 12.0, 2))); };
  };
  for (const auto& cells : {ohms(32.0, 60.0), ohms(300.0, 300.0), ohms(0.3, 0.3), ohms(62.0, 60.0)}) {
    EXPECT_EQ(refusal(table("Freq(Hz)\tImpedance (Ohm)\n", cells)), "impedance");
    EXPECT_EQ(refusal(table("Freq(Hz)\tImpedance (k\u03A9)\n", cells)), "impedance");
  }
  const auto zma = [](int row) {
    return text_of(32.0 + 8.0 * std::sin(row / 50.0)) + "\t" + text_of(10.0 * std::cos(row / 50.0));
  };
  EXPECT_EQ(refusal(table("* ZMA\n", zma)), "impedance");
}

TEST(DoubtfulTable, OfWeightedLevelsIsTold) {
  const auto cells = [](int row) { return text_of(level_db(row)); };
  for (const char* head : {"Freq(Hz)\tSPL (dBA)\n", "Freq(Hz)\tdB(A)\n", "Freq(Hz)\tSPL (dB, A-weighted)\n",
                           "# Weighting: A\nFreq(Hz)\tSPL(dB)\n", "* RTA: 1/24 octave, A weighted\n* Freq(Hz)\tdB\n"})
    EXPECT_THAT(codes(read(table(head, cells))), Contains("a-weighted")) << head;
  for (const char* head : {"Freq(Hz)\tSPL(dBC)\n", "* Weighting: C\n* Freq(Hz)\tSPL(dB)\n", "Freq(Hz)\tdB (C)\n"})
    EXPECT_THAT(codes(read(table(head, cells))), Contains("c-weighted")) << head;
  for (const char* head :
       {"Freq(Hz)\tSPL(dB)\n", "* C-weighting compensation: Off\n* Freq(Hz)\tSPL(dB)\n", "# unweighted\nFreq\tdB\n",
        "# dB at the connector\nFreq\tdB\n", "* Weighting: None\n* Freq(Hz)\tSPL(dB)\n"}) {
    EXPECT_THAT(codes(read(table(head, cells))), Not(Contains("a-weighted"))) << head;
    EXPECT_THAT(codes(read(table(head, cells))), Not(Contains("c-weighted"))) << head;
  }
}

TEST(DoubtfulTable, TakesUnitsFromALineOfTheirOwn) {
  const Measurement measurement = read(table("\"Frequency\"\t\"Fundamental\"\t\"THD\"\n\"Hz\"\t\"dB\"\t\"%\"\n",
                                             [](int row) { return text_of(level_db(row)) + "\t0.1"; }));
  ASSERT_TRUE(measurement.distortion().has_value());
  EXPECT_NEAR((*measurement.distortion()->columns().thd_ratio)[3], 0.001, 1e-12);
  EXPECT_THAT(codes(measurement), Not(Contains("two-headers")));
}

TEST(BrokenRow, IsDroppedAndTold) {
  for (const char* cell : {"-100.0", "4.5", "-90.174", "120.0"}) {
    const Measurement measurement = read(
        table("Freq\tSPL (dB)\n", [&](int row) { return row == 100 ? std::string(cell) : text_of(level_db(row)); }));
    EXPECT_EQ(measurement.points(), static_cast<std::size_t>(kRows - 1)) << cell;
    ASSERT_THAT(codes(measurement), Contains("broken-row-dropped")) << cell;
    EXPECT_EQ(measurement.warnings().back().line, 102U);
    EXPECT_THAT(measurement.warnings().back().message, HasSubstr("1 row that no response can have"));
  }
}

TEST(BrokenRow, IsOneWhoseLevelOrFrequencyIsMissingBeforeThePhase) {
  for (const bool without_level : {true, false}) {
    std::string text = "Freq\tSPL\tPhase\n";
    for (int row = 0; row < kRows; ++row) {
      const std::string frequency = text_of(20.0 * std::exp2(row / 24.0));
      if (row != 100 || without_level) text += frequency + "\t";
      if (row != 100 || !without_level) text += text_of(level_db(row)) + "\t";
      text += "-46.7\n";
    }
    const Measurement measurement = read(text);
    EXPECT_THAT(codes(measurement), Contains("broken-row-dropped")) << without_level;
    EXPECT_EQ(measurement.points(), static_cast<std::size_t>(kRows - 1));
  }
}

TEST(BrokenRow, IsNoPeakOrNullThatAHeadphoneHas) {
  // A null of infinite depth and a Q of 30 on a fine grid; steep but real flanks; a row on a coarse grid.
  const auto null_db = [](int row) {
    const double f = 20.0 * std::exp2(row / 24.0);
    const double x = 2.0 * 30.0 * std::abs(std::log2(f / (20.0 * std::exp2(200.02 / 24.0))));
    return level_db(row) + 10.0 * std::log10((x * x + 1e-4) / (1.0 + x * x));
  };
  EXPECT_THAT(codes(read(table("Freq\tSPL (dB)\n", [&](int row) { return text_of(null_db(row)); }))),
              Not(Contains("broken-row-dropped")));
  const auto step = [](int row) { return text_of(level_db(row) - (row > 200 ? 50.0 : 0.0)); };
  EXPECT_THAT(codes(read(table("Freq\tSPL (dB)\n", step))), Not(Contains("broken-row-dropped")));
  std::string coarse = "Freq\tSPL (dB)\n";
  for (int row = 0; row < 12; ++row) coarse += text_of(20.0 * std::exp2(row)) + "\t" + (row == 8 ? "115" : "90") + "\n";
  EXPECT_THAT(codes(read(coarse)), Not(Contains("broken-row-dropped")));
}

}  // namespace
}  // namespace headscore
