// Dialects as programs and people write them: each is read as the same curve, or refused with a reason, or doubted
// aloud.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "headscore/interpolation.hpp"
#include "headscore/reader.hpp"
#include "warning_codes.hpp"

namespace headscore {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using tests::codes;

constexpr int kRows = 240;

double frequency_hz(int i) { return 20.0 * std::pow(1000.0, i / (kRows - 1.0)); }

double level_db(double f) {
  return 90.0 + 4.0 / (1.0 + f / 110.0) + 12.0 * std::exp(-3.0 * std::pow(std::log2(f / 3000.0), 2));
}

std::string digits(double value, int places) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  return text;
}

std::string exponent(double value, char mark) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6e", value);
  std::string result = text;
  result[result.find('e')] = mark;
  return result;
}

std::string comma(std::string number) {
  std::replace(number.begin(), number.end(), '.', ',');
  return number;
}

/// 1234.50 -> 1,234.50 with any marks.
std::string thousands(double value, int places, const std::string& mark, char point) {
  std::string text = digits(value, places);
  const std::size_t dot = std::min(text.find('.'), text.size());
  if (dot < text.size()) text[dot] = point;
  if (dot > 3) text.insert(dot - 3, mark);
  return text;
}

std::string file(const std::string& head, const std::function<std::string(double, double)>& row,
                 const std::string& end = "\n") {
  std::string text = head;
  for (int i = 0; i < kRows; ++i) text += row(frequency_hz(i), level_db(frequency_hz(i))) + end;
  return text;
}

std::string utf16(const std::string& ascii, bool big) {
  std::string text;
  for (const char c : ascii) text += big ? std::string{'\0', c} : std::string{c, '\0'};
  return text;
}

Measurement read(const std::string& text) { return parsed_measurement(text, "Product L.txt"); }

void expect_curve(const std::string& name, const std::string& text, double offset_db = 0.0) {
  SCOPED_TRACE(name);
  const Measurement measurement = read(text);
  ASSERT_TRUE(measurement.response());
  for (const double f : {30.0, 100.0, 1000.0, 3000.0, 10000.0})
    EXPECT_NEAR(*level_at(*measurement.response(), f), level_db(f) + offset_db, 0.06) << f;
}

TEST(WildDialects, GiveTheSameCurve) {
  const auto two = [](const char* between, int places = 3) {
    return [=](double f, double db) { return digits(f, places) + between + digits(db, 3); };
  };
  expect_curve("REW, comma and semicolon", file("* Freq(Hz); SPL(dB); Phase(degrees)\n", [](double f, double db) {
                 return comma(digits(f, 3)) + "; " + comma(digits(db, 3)) + "; " + comma(digits(-f / 200.0, 4));
               }));
  expect_curve("REW, comma and blank", file("* Freq(Hz) SPL(dB) Phase(degrees)\n", [](double f, double db) {
                 return comma(digits(f, 3)) + " " + comma(digits(db, 3)) + " " + comma(digits(-f / 200.0, 4));
               }));
  expect_curve("REW 5.31", file("* Freq(Hz), SPL(dB), Phase(degrees)\n", [](double f, double db) {
                 return digits(f, 6) + ", " + digits(db, 3) + ", " + digits(-f / 200.0, 4);
               }));
  expect_curve("thousands in a tab-separated file", file("* Freq(Hz) SPL(dB)\n", [](double f, double db) {
                 return thousands(f, 2, ",", '.') + "\t" + digits(db, 3);
               }));
  expect_curve("quoted thousands", file("\"Frequency (Hz)\",\"SPL (dB)\"\n", [](double f, double db) {
                 return "\"" + thousands(f, 2, ",", '.') + "\",\"" + digits(db, 3) + "\"";
               }));
  expect_curve("dots between thousands", file("Frequenz;Pegel\n", [](double f, double db) {
                 return thousands(f, 2, ".", ',') + ";" + comma(digits(db, 3));
               }));
  expect_curve("no-break spaces between thousands", file("Frequency;Level dB\n", [](double f, double db) {
                 return thousands(f, 2, "\xC2\xA0", ',') + ";" + comma(digits(db, 3));
               }));
  expect_curve("apostrophes between thousands", file("Frequency;Level dB\n", [](double f, double db) {
                 return thousands(f, 2, "'", '.') + ";" + digits(db, 3);
               }));
  expect_curve("kHz in the head", file("Frequency (kHz)\tSPL (dB)\n", [](double f, double db) {
                 return digits(f / 1000.0, 6) + "\t" + digits(db, 3);
               }));
  expect_curve("kHz in a row of units", file("Frequency,Level\nkHz,dB\n", [](double f, double db) {
                 return digits(f / 1000.0, 6) + "," + digits(db, 3);
               }));
  expect_curve("exponents with comma", file("Frequenz;Pegel\n", [](double f, double db) {
                 return comma(exponent(f, 'E')) + ";" + comma(exponent(db, 'E'));
               }));
  expect_curve("Audio Precision, two heads, two channels",
               file("RMS Level,,RMS Level,\nCh1,,Ch2,\nX,Y,X,Y\nHz,dBSPL,Hz,dBSPL\n", [](double f, double db) {
                 return digits(f, 4) + "," + digits(db, 4) + "," + digits(f, 4) + "," + digits(db + 2.0, 4);
               }));
  expect_curve("dBV",
               file("Level,\nCh1,\nX,Y\nHz,dBV\n",
                    [](double f, double db) { return digits(f, 4) + "," + digits(db - 110.0, 4); }),
               -110.0);
  expect_curve("CLIO", file("Freq        dBSPL       Phase\n", [](double f, double db) {
                 return "   " + digits(f, 2) + "   " + digits(db, 2) + "   " + digits(-f / 200.0, 2);
               }));
  expect_curve("Klippel with limits",
               file("\"Frequency [Hz]\"\t\"Mean [dB SPL]\"\t\"Upper limit\"\n", [](double f, double db) {
                 return digits(f, 3) + "\t" + digits(db, 3) + "\t" + digits(db + 3.0, 3);
               }));
  expect_curve("LibreOffice, quoted, comma", file("\"Frequenz\";\"Pegel\"\n", [](double f, double db) {
                 return "\"" + comma(digits(f, 3)) + "\";\"" + comma(digits(db, 3)) + "\"";
               }));
  expect_curve("old Macintosh", file("* Freq(Hz) SPL(dB)\r", two(" "), "\r"));
  expect_curve("UTF-16, little end first, no mark", utf16(file("* Freq(Hz)\tSPL(dB)\r\n", two("\t"), "\r\n"), false));
  expect_curve("UTF-16, big end first, no mark", utf16(file("* Freq(Hz)\tSPL(dB)\r\n", two("\t"), "\r\n"), true));
  expect_curve("levels first",
               file("SPL (dB),Freq (Hz)\n", [](double f, double db) { return digits(db, 3) + "," + digits(f, 3); }));
}

TEST(WildDialects, AreRefusedWhereTheyAreNoLevelsInDecibels) {
  const auto code_of = [](const std::string& text) {
    try {
      (void)read(text);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("read");
  };
  const auto pascal = [](double f, double db) {
    return digits(f, 3) + "\t" + digits(2e-5 * std::pow(10.0, db / 20.0), 6);
  };
  EXPECT_EQ(code_of(file("SoundCheck 17.0\nX Unit\tHz\nY Unit\tPa\nX\tY\n", pascal)), "not-in-decibels");
  int index = 0;
  const auto parts = [&](double f, double db) {
    return std::to_string(++index) + "\t" + digits(f, 3) + "\t" + digits(std::cos(f) * db / 90.0, 4) + "\t" +
           digits(std::sin(f), 4);
  };
  EXPECT_EQ(code_of(file("Index\tX\tReal [Pa/V]\tImag [Pa/V]\n", parts)), "not-in-decibels");
  for (const char* head : {"Frequency (Hz)\tMagnitude\n", "Frequency (Hz)\tPower\n"})
    EXPECT_EQ(code_of(file(head, pascal)), "not-in-decibels") << head;
  EXPECT_EQ(code_of(file("Frequency (Hz)\tMagnitude (dB)\n",
                         [](double f, double db) { return digits(f, 3) + "\t" + digits(db - 80.0, 3); })),
            "read")
      << "a head that says dB is believed";
  const auto plain = [](double f, double db) { return digits(f, 2) + "\t" + digits(db, 3); };
  const auto with_k = [](double f, double db) {
    return (f < 1000.0 ? digits(f, 2) : digits(f / 1000.0, 4) + "k") + "\t" + digits(db, 3);
  };
  EXPECT_EQ(code_of(file("Hz\tdB\n", with_k)), "read") << "1k is 1000 Hz";
  EXPECT_NEAR(read(file("Hz\tdB\n", with_k)).response()->stop_hz(), read(file("Hz\tdB\n", plain)).response()->stop_hz(),
              1.0);
}

TEST(WildDialects, AreDoubtedAloud) {
  EXPECT_THAT(codes(read(file("", [](double f, double) { return digits(f, 3) + "\t0.000"; }))),
              Contains("no-variation"));
  EXPECT_THAT(codes(read(file("", [](double f, double) { return digits(f, 3) + "\t85.0"; }))),
              Contains("no-variation"));
  int row = 0;
  const Measurement two_in_one =
      read(file("", [&](double f, double db) { return digits(f, 3) + "\t" + digits(db + 2.0 * (row++ % 2), 3); }));
  EXPECT_THAT(codes(two_in_one), Contains("interleaved-curves"));
  EXPECT_EQ(two_in_one.points(), kRows);
  std::string thirds = "Hz\tdB\n";
  for (double f = 20.0; f < 21000.0; f *= std::exp2(1.0 / 3.0))
    thirds += digits(f, 1) + "\t" + digits(level_db(f), 1) + "\n";
  EXPECT_THAT(codes(read(thirds)), Contains("coarse-grid"));
  const Measurement clean =
      read(file("Hz\tdB\n", [](double f, double db) { return digits(f, 3) + "\t" + digits(db, 3); }));
  EXPECT_TRUE(clean.warnings().empty()) << clean.warnings().front().code;
}

}  // namespace
}  // namespace headscore
