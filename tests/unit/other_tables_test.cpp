// Tables that are not what they look like: other quantities, other axes, columns in another order, several curves in
// one file. Each is read right, or refused, or read with a warning that says what was taken for what; never in silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "headscore/reader.hpp"
#include "warning_codes.hpp"

namespace headscore {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using tests::codes;

constexpr int kRows = 200;

double frequency_hz(int row) { return 20.0 * std::pow(1000.0, row / (kRows - 1.0)); }

/// A headphone's level: 88 dB, bass, and 9 dB of ear gain at 3 kHz.
double level_db(int row) {
  const double f = frequency_hz(row);
  return 88.0 + 4.0 / (1.0 + std::pow(f / 120.0, 2)) + 9.0 * std::exp(-2.0 * std::pow(std::log2(f / 3000.0), 2));
}

double phase_deg(int row) { return std::fmod(frequency_hz(row) * 0.13, 360.0) - 180.0; }

std::string text_of(double value, int decimals = 4) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

using Cell = double (*)(int row);

std::string rows(const std::vector<Cell>& cells, const std::string& delimiter = "\t", int decimals = 6) {
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : delimiter) + text_of(cells[i](row), decimals);
    text += "\n";
  }
  return text;
}

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parsed_measurement(text, "x.txt"));
  } catch (const Error& error) {
    return error.code();
  }
  return "read";
}

/// The curve as made, whether the phase was asked for or not.
void expect_the_level(const std::string& text) {
  for (const bool phase : {true, false}) {
    ReadOptions options;
    options.phase = phase;
    const Measurement measurement = parsed_measurement(text, "x.txt", options);
    ASSERT_TRUE(measurement.response().has_value());
    ASSERT_EQ(measurement.points(), static_cast<std::size_t>(kRows));
    for (int row = 0; row < kRows; ++row) {
      EXPECT_NEAR(measurement.response()->frequency_hz()[row], frequency_hz(row), 0.01 * frequency_hz(row));
      EXPECT_NEAR(measurement.response()->magnitude_db()[row], level_db(row), 1e-3);
    }
  }
}

double second_level(int row) { return level_db(row) + 0.5; }
double index_from_zero(int row) { return row; }
double kilohertz(int row) { return frequency_hz(row) / 1000.0; }
double milliseconds(int row) { return row / 48.0; }
double seconds(int row) { return row / 48000.0; }
double impulse(int row) { return std::exp(-row / 30.0) * std::sin(row * 1.1); }
double ohms(int row) { return 32.0 + 20.0 * std::exp(-std::pow(std::log2(frequency_hz(row) / 60.0), 2)); }
double small_phase(int row) { return 30.0 * std::sin(row * 0.05); }
double millivolts(int row) { return 100.0 * std::pow(10.0, (level_db(row) - 90.0) / 20.0); }

TEST(OtherTables, SayWhenTheAxisIsTime) {
  for (const char* head :
       {"Time(ms)\tAmplitude\n", "Time [s];Level [dB]\n", "Sample\tValue\n", "Zeit\tPegel\n", "t,dB\n"}) {
    const std::string delimiter(1, std::string(head).find(';') != std::string::npos
                                       ? ';'
                                       : (std::string(head).find(',') != std::string::npos ? ',' : '\t'));
    EXPECT_EQ(refusal(head + rows({milliseconds, impulse}, delimiter)), "time-axis") << head;
  }
  EXPECT_EQ(refusal("Time\tdBA\n" + rows({index_from_zero, level_db})), "time-axis");
  EXPECT_EQ(refusal(rows({[](int row) { return 5.0 * row; }, impulse})), "time-axis") << "a signal without a head";
  EXPECT_EQ(refusal(rows({seconds, impulse}, "\t", 8)), "not-a-curve");
}

TEST(OtherTables, SayWhenTheAxisIsAnotherOne) {
  EXPECT_EQ(refusal("omega (rad/s)\tdB\n" + rows({frequency_hz, level_db})), "not-a-curve");
  EXPECT_EQ(refusal("log10(f)\tdB\n" + rows({[](int row) { return std::log10(frequency_hz(row)); }, level_db})),
            "not-a-curve");
  EXPECT_EQ(refusal("fc,q,gain\n31,1.4,2\n62,1.4,1\n125,1.4,0\n1000,1.4,-3\n16000,1.4,1\n"), "equalizer-preset");
}

TEST(OtherTables, SayWhenTheLevelIsNotInDecibels) {
  for (const char* head : {"Frequency (Hz),Level (mV)\n", "Frequency (Hz),Pressure [Pa]\n", "Hz,Vrms\n",
                           "Frequency (Hz),Voltage (V)\n", "Freq(Hz),Group delay(ms)\n"}) {
    EXPECT_EQ(refusal(head + rows({frequency_hz, millivolts}, ",")), "not-in-decibels") << head;
  }
  EXPECT_EQ(refusal("Frequency [Hz],Real,Imaginary\n" + rows({frequency_hz, impulse, impulse}, ",")), "not-a-curve");
  EXPECT_EQ(refusal("Frequency (Hz)\tIsolation (dB)\n" + rows({frequency_hz, level_db})), "not-a-curve");
  EXPECT_EQ(refusal("Frequenz;Impedanz\n" + rows({frequency_hz, ohms}, ";")), "impedance");
  const std::string ratios = rows({frequency_hz, [](int row) { return millivolts(row) / 100.0; }}, ",");
  EXPECT_EQ(refusal("Frequency,Amplitude\n" + ratios), "not-in-decibels");
  const Measurement guessed = parsed_measurement("Frequency,Level\n" + ratios, "x.txt");
  EXPECT_THAT(codes(guessed), Contains("level-unit-unknown"));
  EXPECT_THAT(codes(parsed_measurement(rows({frequency_hz, ohms, small_phase}), "x.txt")),
              Contains("impedance-possible"));
}

TEST(OtherTables, AreReadByTheirHeadsInManyLanguages) {
  expect_the_level("Frequenz [Hz];Pegel [dB];Phase [°]\n" + rows({frequency_hz, level_db, phase_deg}, ";"));
  expect_the_level("Частота, Гц;Уровень, дБ\n" + rows({frequency_hz, level_db}, ";"));
  expect_the_level("周波数,音圧\n" + rows({frequency_hz, level_db}, ","));
  expect_the_level("Частота;Фаза;Уровень\n" + rows({frequency_hz, phase_deg, level_db}, ";"));
}

TEST(OtherTables, AreReadWithTheirColumnsInAnyOrder) {
  expect_the_level("Freq(Hz),Phase(deg),SPL(dB)\n" + rows({frequency_hz, phase_deg, level_db}, ","));
  expect_the_level("SPL(dB)\tFreq(Hz)\n" + rows({level_db, frequency_hz}));
  expect_the_level("Index\tFrequency [Hz]\tLevel [dB]\n" + rows({index_from_zero, frequency_hz, level_db}));
  expect_the_level("Frequency,Min,Max,Mean\n" + rows({frequency_hz, small_phase, small_phase, level_db}, ","));
  expect_the_level(rows({frequency_hz, phase_deg, level_db}));
  EXPECT_THAT(codes(parsed_measurement(rows({frequency_hz, phase_deg, level_db}), "x.txt")),
              Contains("columns-swapped"));
  EXPECT_EQ(refusal("Freq\tdB\n" + rows({frequency_hz, phase_deg})), "not-a-curve") << "a phase under a level's head";
  std::string descending = "Freq(Hz)\tSPL(dB)\n";
  for (int row = kRows; row-- > 0;) descending += text_of(frequency_hz(row)) + "\t" + text_of(level_db(row)) + "\n";
  expect_the_level(descending);
}

TEST(OtherTables, SayWhichOfSeveralCurvesWasRead) {
  for (const bool phase : {true, false}) {
    ReadOptions options;
    options.phase = phase;
    const auto read = [&](const std::string& text) { return parsed_measurement(text, "x.txt", options); };
    for (const char* head : {"", "Frequency\tLeft\tRight\n", "Frequency\tX (L)\tX (R)\n"}) {
      const std::string text = head + rows({frequency_hz, level_db, second_level});
      expect_the_level(text);
      EXPECT_THAT(codes(read(text)), Contains("extra-levels-ignored")) << head;
    }
    const std::string pairs = "Freq(Hz)\tA\tFreq(Hz)\tB\n" + rows({frequency_hz, level_db, frequency_hz, second_level});
    expect_the_level(pairs);
    EXPECT_THAT(codes(read(pairs)), ElementsAre("extra-levels-ignored"));
    EXPECT_THAT(codes(read(rows({frequency_hz, level_db, frequency_hz, second_level}))),
                Contains("columns-without-head"));
  }
}

TEST(OtherTables, DoNotMixCurvesOfDifferentLengthSideBySide) {
  std::string text = "Freq(Hz)\tA\tFreq(Hz)\tB\n";
  for (int row = 0; row < 2 * kRows; ++row) {
    text += row < kRows ? text_of(frequency_hz(row)) + "\t" + text_of(level_db(row)) + "\t" : std::string("\t\t");
    text += text_of(10.0 + row) + "\t60.0\n";
  }
  expect_the_level(text);
  EXPECT_THAT(codes(parsed_measurement(text, "x.txt")),
              IsSupersetOf({"extra-levels-ignored", "missing-value-dropped"}));
}

TEST(OtherTables, TakeKilohertzWhereNothingSaysHertz) {
  expect_the_level("Frequency\tSPL\n" + rows({kilohertz, level_db}, "\t", 8));
  EXPECT_THAT(codes(parsed_measurement("Frequency\tSPL\n" + rows({kilohertz, level_db}), "x.txt")),
              Contains("frequency-in-khz"));
  EXPECT_EQ(refusal("Freq(Hz)\tSPL(dB)\n" + rows({kilohertz, level_db})), "not-a-curve");
}

TEST(OtherTables, AreMarkedAsCompensatedByTheirHead) {
  const Measurement measurement = parsed_measurement(
      "Frequency,Deviation (dB)\n" + rows({frequency_hz, [](int row) { return level_db(row) - 90.0; }}, ","), "x.txt");
  EXPECT_TRUE(measurement.fields().compensated);
}

TEST(OtherTables, AreRefusedWhenTooManyRowsCannotBeRead) {
  std::string text = "Frequency\tSPL\n";
  for (int row = 0; row < kRows; ++row) {
    const double f = frequency_hz(row);
    text += (f < 1000.0 ? text_of(f, 1) : text_of(f / 1000.0, 3) + "x") + "\t" + text_of(level_db(row)) + "\n";
  }
  EXPECT_EQ(refusal(text), "unreadable-rows");
  const Measurement one = parsed_measurement("20.1x 88\n" + rows({frequency_hz, level_db}, " "), "x.txt");
  EXPECT_THAT(codes(one), ElementsAre("unreadable-row-dropped"));
  EXPECT_EQ(one.warnings()[0].line, 1U);
  EXPECT_EQ(refusal("20,21,22,23,24,25,26,27,28,29\n90,91,92,93,94,95,94,93,92,91\n"), "not-a-curve")
      << "a table that lies on its side";
}

TEST(OtherTables, HaveTheirMarksForMissingLevelsTold) {
  for (const char* mark : {"#DIV/0!", "***", "1.#QNAN", "-1.#IND", "----", "OVLD", "-inf", "\u2212\u221E"}) {
    const std::string text = std::string("10\t") + mark + "\n" + rows({frequency_hz, level_db});
    expect_the_level(text);
    EXPECT_THAT(codes(parsed_measurement(text, "x.txt")), ElementsAre("missing-value-dropped")) << mark;
  }
}

TEST(OtherTables, HaveSpacesBetweenThousandsThatStartLate) {
  std::string text = "* Freq(Hz)\tSPL(dB)\n";
  for (int row = 0; row < kRows; ++row) {
    std::string f = text_of(frequency_hz(row), 2);
    if (f.size() > 6) f.insert(f.size() - 6, " ");
    text += f + "\t" + text_of(level_db(row)) + "\n";
  }
  expect_the_level(text);
}

TEST(OtherTables, GiveHarmonicsRelativeToTheFundamental) {
  const std::string absolute = "Freq(Hz)\tFundamental(dBSPL)\tH2(dBSPL)\n" +
                               rows({frequency_hz, level_db, [](int row) { return level_db(row) - 60.0; }});
  EXPECT_NEAR(parsed_measurement(absolute, "x.txt").distortion()->columns().harmonics[0].level_ratio[5], 1e-3, 1e-9);
  const std::string loud = "Freq(Hz)\tFundamental(dB)\tH2(dB)\n" +
                           rows({frequency_hz, level_db, [](int row) { return level_db(row) - 60.0; }});
  EXPECT_NEAR(parsed_measurement(loud, "x.txt").distortion()->columns().harmonics[0].level_ratio[5], 1e-3, 1e-9);
  const std::string full_scale =
      "Freq(Hz)\tFundamental(dBFS)\tH2(dBFS)\n" + rows({frequency_hz, [](int row) { return level_db(row) - 110.0; },
                                                        [](int row) { return level_db(row) - 170.0; }});
  EXPECT_NEAR(parsed_measurement(full_scale, "x.txt").distortion()->columns().harmonics[0].level_ratio[5], 1e-3, 1e-9);
}

TEST(OtherTables, HaveASecondLevelToldByItsShape) {
  const std::string compensated =
      rows({frequency_hz, [](int row) { return level_db(row) - 90.0; }, [](int row) { return level_db(row) - 89.5; }});
  EXPECT_THAT(codes(parsed_measurement(compensated, "x.txt")), Contains("extra-levels-ignored"));
  const std::string raw_and_error = rows({frequency_hz, level_db, [](int row) { return level_db(row) - 90.0; }});
  EXPECT_THAT(codes(parsed_measurement(raw_and_error, "x.txt")), ElementsAre("extra-levels-ignored"));
  EXPECT_THAT(codes(parsed_measurement(rows({frequency_hz, level_db, phase_deg}), "x.txt")), ElementsAre());
}

TEST(OtherTables, HaveDotsBetweenThousandsReadOrRefused) {
  std::string commas = "Frequenz;Pegel\n";
  std::string integers = "Frequenz;Pegel\n";
  for (int row = 0; row < kRows; ++row) {
    const int f = static_cast<int>(std::lround(frequency_hz(row)));
    std::string dotted = std::to_string(f);
    if (dotted.size() > 3) dotted.insert(dotted.size() - 3, ".");
    std::string level = text_of(level_db(row), 3);
    level[level.find('.')] = ',';
    commas += dotted + ";" + level + "\n";
    integers += dotted + ";" + text_of(level_db(row), 0) + "\n";
  }
  const Measurement read = parsed_measurement(commas, "x.txt");
  EXPECT_DOUBLE_EQ(read.response()->stop_hz(), 20000.0);
  EXPECT_EQ(refusal(integers), "ambiguous-numbers");
}

TEST(OtherTables, LoseTheirMarksForNothingMeasured) {
  for (const char* mark : {"-100", "-200.0", "-60.000"}) {
    std::string text;
    for (int i = 0; i < 4; ++i) text += std::to_string(10 + i) + "\t" + mark + "\n";
    text += rows({frequency_hz, [](int row) { return level_db(row) - 90.0; }});
    for (int i = 0; i < 4; ++i) text += std::to_string(20100 + i) + "\t" + mark + "\n";
    const Measurement measurement = parsed_measurement(text, "x.txt");
    EXPECT_EQ(measurement.points(), static_cast<std::size_t>(kRows)) << mark;
    EXPECT_THAT(codes(measurement), ElementsAre("sentinel-row-dropped"));
  }
}

TEST(OtherTables, SayWhenTheirHeadIsNotUnderstood) {
  const Measurement measurement = parsed_measurement("Price,Score\n" + rows({frequency_hz, level_db}, ","), "x.txt");
  EXPECT_THAT(codes(measurement), Contains("head-not-understood"));
  EXPECT_EQ(measurement.warnings().back().line, 1U);
  EXPECT_THAT(codes(parsed_measurement("Impedance of X\nHz\tvalue\n" + rows({frequency_hz, ohms}), "x.txt")),
              Contains("impedance-possible"));
  for (const char* head : {"Frequency\tSNR (dB)\n", "Frequency\tCrosstalk (dB)\n", "Frequency\tLeakage (dB)\n"})
    EXPECT_EQ(refusal(head + rows({frequency_hz, level_db})), "not-a-curve");
  EXPECT_EQ(refusal("{\\rtf1\\ansi\n" + rows({frequency_hz, level_db})), "rtf");
}

TEST(OtherTables, AreNotCalledTwoHeadsForATitle) {
  const Measurement measurement =
      parsed_measurement("Frequency Response H1\n[Hz]\t[dB]\n" + rows({frequency_hz, level_db}), "x.txt");
  EXPECT_THAT(codes(measurement), Not(Contains("two-headers")));
  expect_the_level("Sample Neutral\n" + rows({frequency_hz, level_db}));
}

}  // namespace
}  // namespace headscore
