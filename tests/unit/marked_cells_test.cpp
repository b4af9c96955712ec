// Cells with units, drawn tables, Fortran's exponents, mixed line ends, several tables in one file: the same curve as
// without.
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

constexpr int kRows = 121;

double frequency_hz(int row) { return 20.0 * std::pow(10.0, row / 40.0); }
double level_db(int row) { return 80.0 + 10.0 * std::exp(-2.0 * std::pow(std::log2(frequency_hz(row) / 3000.0), 2)); }

std::string fixed(double value, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string with_comma(std::string text) {
  for (char& c : text) c = c == '.' ? ',' : c;
  return text;
}

std::string rows(const std::function<std::string(double, double)>& row) {
  std::string text;
  for (int i = 0; i < kRows; ++i) text += row(frequency_hz(i), level_db(i)) + "\n";
  return text;
}

std::string refusal(const std::string& text) {
  try {
    return "read: " + std::to_string(parsed_measurement(text, "X.txt").points());
  } catch (const Error& error) {
    return error.code();
  }
}

void expect_curve(const std::string& text, const std::string& code) {
  const Measurement measurement = parsed_measurement(text, "X.txt");
  ASSERT_TRUE(measurement.response()) << text.substr(0, 80);
  ASSERT_EQ(measurement.response()->size(), kRows) << text.substr(0, 80);
  for (int i = 0; i < kRows; ++i) {
    EXPECT_NEAR(measurement.response()->frequency_hz()[i] / frequency_hz(i), 1.0, 6e-4);
    EXPECT_NEAR(measurement.response()->magnitude_db()[i], level_db(i), 6e-4);
  }
  EXPECT_THAT(codes(measurement), Contains(code)) << text.substr(0, 80);
}

std::string hertz(double f) { return f < 1000.0 ? fixed(f, 2) + " Hz" : fixed(f / 1000.0, 5) + " kHz"; }

TEST(MarkedCells, UnitsAreTakenOff) {
  expect_curve(rows([](double f, double db) { return fixed(f, 2) + " Hz\t" + fixed(db, 4) + " dB"; }), "marked-cells");
  expect_curve(rows([](double f, double db) { return fixed(f, 2) + "Hz " + fixed(db, 4) + "dB SPL"; }), "marked-cells");
  expect_curve(rows([](double f, double db) { return hertz(f) + "," + fixed(db, 4) + " dB"; }), "marked-cells");
  expect_curve(rows([](double f, double db) { return with_comma(hertz(f) + "; " + fixed(db, 4) + " dB"); }),
               "marked-cells");
  expect_curve(rows([](double f, double db) { return with_comma(fixed(f, 2) + " Hz\t" + fixed(db, 4) + " dB"); }),
               "marked-cells");
}

TEST(MarkedCells, ThousandsMayBeMarkedInSomeRowsOnly) {
  expect_curve(rows([](double f, double db) {
                 return (f < 1000.0 ? fixed(f, 2) : fixed(f / 1000.0, 5) + "k") + "\t" + fixed(db, 4);
               }),
               "marked-cells");
}

TEST(MarkedCells, FortransExponentsAreNumbers) {
  expect_curve(
      rows([](double f, double db) { return fixed(f / 1000.0, 6) + "D+03  " + fixed(db / 100.0, 7) + "d+02"; }),
      "marked-cells");
}

TEST(MarkedCells, ADrawnTableIsRead) {
  const std::string body = rows([](double f, double db) { return "| " + fixed(f, 2) + " | " + fixed(db, 4) + " |"; });
  expect_curve("| Hz | dB |\n|---|---|\n" + body, "marked-cells");
  expect_curve("+----+----+\n| Freq | SPL |\n+----+----+\n" + body + "+----+----+\n", "marked-cells");
  const Measurement measurement = parsed_measurement("title\n| Hz | dB |\n|---|---|\n" + body, "X.txt");
  for (const Warning& warning : measurement.warnings()) {
    if (warning.code != "marked-cells") continue;
    EXPECT_EQ(warning.line, 4U);
  }
}

TEST(MarkedCells, OtherUnitsAreStillNoLevels) {
  for (const char* unit : {" %", " Pa", " V", " Ohm", " ms"}) {
    EXPECT_EQ(refusal(rows([&](double f, double db) { return fixed(f, 2) + " Hz\t" + fixed(db, 2) + unit; })),
              "not-a-curve")
        << unit;
  }
  EXPECT_EQ(refusal(rows([](double f, double db) { return fixed(f, 2) + " ms\t" + fixed(db, 2) + " dB"; })),
            "not-a-curve");
}

TEST(MarkedCells, ALoneCarriageReturnEndsALine) {
  std::string text;
  for (int i = 0; i < kRows; ++i)
    text += fixed(frequency_hz(i), 4) + "\t" + fixed(level_db(i), 4) +
            std::vector<std::string>{"\r\n", "\n", "\r"}[static_cast<std::size_t>(i) % 3U];
  expect_curve(text, "mixed-line-ends");
}

TEST(SeveralTables, TheResponseIsTheOneThatIsNotNamedOtherwise) {
  const std::string body = rows([](double f, double db) { return fixed(f, 4) + "\t" + fixed(db, 4); });
  std::string target = "\nTarget\nHz\tdB\n";
  for (int i = 0; i < 4 * kRows; ++i) target += fixed(20.0 * std::pow(10.0, i / 161.0), 3) + "\t60\n";
  expect_curve("Measured\nHz\tdB\n" + body + target, "other-table-ignored");
  const std::string noise = rows([](double f, double db) { return fixed(f, 4) + "\t" + fixed(db - 60.0, 4); });
  expect_curve("Noise floor\nHz\tdB\n" + noise + "\nResponse\nHz\tdB\n" + body, "other-table-ignored");
  const std::string phase = rows([](double f, double db) { return fixed(f, 4) + "\t" + fixed(db - 90.0, 4); });
  expect_curve("Phase\n" + phase + "\nMagnitude\n" + body, "other-table-ignored");
}

TEST(SeveralTables, OneThatIsNamedOtherwiseAloneIsRead) {
  const std::string body = rows([](double f, double db) { return fixed(f, 4) + "\t" + fixed(db, 4); });
  const Measurement measurement = parsed_measurement("Target\nHz\tdB\n" + body, "X.txt");
  EXPECT_EQ(measurement.response()->size(), kRows);
  EXPECT_THAT(codes(measurement), Not(Contains("other-table-ignored")));
}

TEST(SecondThd, OfAnotherLevelIsLeftOutAndTold) {
  const auto table = [](const char* head, double second) {
    return head +
           rows([&](double f, double db) { return fixed(f, 4) + "\t" + fixed(db, 4) + "\t0.1\t" + fixed(second, 6); });
  };
  const Measurement two =
      parsed_measurement(table("Freq(Hz)\tSPL (dB)\tTHD 94 dB (%)\tTHD 104 dB (%)\n", 0.9), "X.txt");
  EXPECT_THAT(codes(two), Contains("extra-distortion-ignored"));
  EXPECT_NEAR((*two.distortion()->columns().thd_ratio)[3], 0.001, 1e-9);
  const Measurement same = parsed_measurement(table("Freq(Hz)\tSPL (dB)\tTHD (%)\tTHD (dB)\n", -60.0), "X.txt");
  EXPECT_THAT(codes(same), Not(Contains("extra-distortion-ignored")));
  const Measurement noisy = parsed_measurement(table("Freq(Hz)\tSPL (dB)\tTHD (%)\tTHD+N (%)\n", 0.9), "X.txt");
  EXPECT_THAT(codes(noisy), Contains("extra-distortion-ignored"));
  EXPECT_NEAR((*noisy.distortion()->columns().thd_ratio)[3], 0.001, 1e-9);
}

}  // namespace
}  // namespace headscore
