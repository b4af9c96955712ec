// The text reader: dialects, encodings, number styles and defects, each made here in small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "headscore/reader.hpp"

// The delimiters under test are format strings of their own.
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

namespace headscore {
namespace {

using ::testing::HasSubstr;

/// `rows` rows from 20 Hz, `ratio` apart, 90 dB and a little shape, written by `line`.
template <typename Line>
std::string table(int rows, const Line& line, double ratio = 1.03) {
  std::string text;
  double f = 20.0;
  for (int i = 0; i < rows; ++i, f *= ratio) text += line(f, 90.0 + 5.0 * std::sin(i * 0.1));
  return text;
}

std::string format(const char* pattern, double a, double b) {
  char text[128];
  std::snprintf(text, sizeof text, pattern, a, b);
  return text;
}

std::string plain(int rows = 240) {
  return table(rows, [](double f, double level) { return format("%.6f\t%.3f\n", f, level); });
}

std::string with_comma(std::string number) {
  for (char& c : number) c = c == '.' ? ',' : c;
  return number;
}

bool has(const Measurement& measurement, const std::string& code) {
  for (const Warning& warning : measurement.warnings()) {
    if (warning.code == code) return true;
  }
  return false;
}

std::size_t line_of(const Measurement& measurement, const std::string& code) {
  for (const Warning& warning : measurement.warnings()) {
    if (warning.code == code) return warning.line;
  }
  return 0;
}

Measurement read(const std::string& text, const std::string& path = "Product L.txt") {
  return parsed_measurement(text, path);
}

std::string error_code(const std::string& text) {
  try {
    static_cast<void>(read(text));
  } catch (const Error& error) {
    EXPECT_FALSE(std::string(error.what()).empty());
    EXPECT_EQ(error.where().file, "Product L.txt");
    return error.code();
  }
  return "read";
}

void expect_same_curve(const Measurement& a, const Measurement& b, double tolerance = 0.0) {
  ASSERT_EQ(a.points(), b.points());
  EXPECT_LE((a.response()->frequency_hz() - b.response()->frequency_hz()).abs().maxCoeff(), tolerance * 1000.0);
  EXPECT_LE((a.response()->magnitude_db() - b.response()->magnitude_db()).abs().maxCoeff(), tolerance);
}

TEST(TextReader, ReadsEveryDelimiterAlike) {
  const Measurement tab = read(plain());
  EXPECT_EQ(tab.points(), 240U);
  for (const char* pattern :
       {"%.6f %.3f\n", "%.6f,%.3f\n", "%.6f, %.3f\n", "%.6f,\t%.3f\n", "%.6f;%.3f\r\n", "  %.6f   %.3f\n",
        "%.6f\t%.3f\t\n", "\"%.6f\",\"%.3f\"\n", "%.6f , %.3f\n", "\f%.6f\t%.3f\n"}) {
    SCOPED_TRACE(pattern);
    expect_same_curve(read(table(240, [&](double f, double level) { return format(pattern, f, level); })), tab);
  }
}

TEST(TextReader, ReadsDecimalCommasWithSemicolonTabBlankAndQuotes) {
  const Measurement expected = read(plain());
  for (const char* pattern : {"%s;%s\n", "%s; %s\n", "%s\t%s\n", "%s  %s\n", "\"%s\",\"%s\"\n"}) {
    SCOPED_TRACE(pattern);
    const std::string text = table(240, [&](double f, double level) {
      char line[128];
      std::snprintf(line, sizeof line, pattern, with_comma(format("%.6f", f, 0)).c_str(),
                    with_comma(format("%.3f", level, 0)).c_str());
      return std::string(line);
    });
    expect_same_curve(read(text), expected);
  }
}

TEST(TextReader, ReadsDecimalCommasThatStartLateInTheFile) {
  // Eight rows without a comma, then decimals: the number style must not be told from the first rows alone.
  std::string text;
  for (int i = 0; i < 10; ++i) text += std::to_string(20 + i) + ";90\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(30 + i * 90) + ",5;91,25\n";
  const Measurement measurement = read(text);
  EXPECT_EQ(measurement.points(), 210U);
  EXPECT_DOUBLE_EQ(measurement.response()->frequency_hz()[10], 30.5);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[10], 91.25);
}

TEST(TextReader, ReadsSeparatorsOfThousands) {
  const Measurement quoted = read("\"999.5\",\"90.0\"\n\"1,000.5\",\"91.0\"\n\"10,000.5\",\"92.0\"\n");
  ASSERT_EQ(quoted.points(), 3U);
  EXPECT_DOUBLE_EQ(quoted.response()->frequency_hz()[2], 10000.5);
  const Measurement tab = read("998.5\t90.0\n999.5\t90.0\n1,000.5\t91.0\n12,345.5\t92.0\n");
  EXPECT_DOUBLE_EQ(tab.response()->frequency_hz()[3], 12345.5);
  const Measurement german = read("998,5;90,0\n1.000,5;91,0\n12.345,5;92,0\n");
  EXPECT_DOUBLE_EQ(german.response()->frequency_hz()[2], 12345.5);
  const Measurement french = read("998,5;90,0\n1\u202F000,5;91,0\n12 345,5;92,0\n");
  EXPECT_DOUBLE_EQ(french.response()->frequency_hz()[2], 12345.5);
  const Measurement bare = read("20.5,80.0\n500.5,90.0\n999.5,90.0\n1,000.3,91.0\n12,345.3,92.0\n");
  ASSERT_EQ(bare.points(), 5U);
  EXPECT_DOUBLE_EQ(bare.response()->frequency_hz()[4], 12345.3);
  EXPECT_DOUBLE_EQ(bare.response()->magnitude_db()[4], 92.0);
  EXPECT_TRUE(has(bare, "thousands-separator"));
}

TEST(TextReader, RefusesNumbersThatNobodyCanTell) {
  EXPECT_EQ(error_code(table(100, [](double f, double level) { return with_comma(format("%.2f,%.2f\n", f, level)); })),
            "ambiguous-numbers");
  EXPECT_EQ(error_code("20.5;90,5\n21,5;90.5\n400,5;91,5\n"), "ambiguous-numbers");
}

TEST(TextReader, ReadsExponentsSignsAndBareDecimals) {
  const Measurement measurement = read("20.5\t1.5e-05\n2.05e2\t+.5\n2.05E+3\t-.25\n20500\t\u22123\n");
  ASSERT_EQ(measurement.points(), 4U);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[0], 1.5e-05);
  EXPECT_DOUBLE_EQ(measurement.response()->frequency_hz()[2], 2050.0);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[2], -0.25);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[3], -3.0);
}

TEST(TextReader, ReadsEveryEncodingAlike) {
  const Measurement expected = read(plain());
  const std::string text = plain();
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  std::string unmarked;
  for (const char c : text) {
    little += {c, '\0'};
    unmarked += {c, '\0'};
    big += {'\0', c};
  }
  expect_same_curve(read(little), expected);
  expect_same_curve(read(big), expected);
  expect_same_curve(read(unmarked), expected);
  expect_same_curve(read("\xEF\xBB\xBF" + text), expected);
  EXPECT_EQ(read(big).provenance().encoding, "UTF-16BE");
  EXPECT_EQ(read(unmarked).provenance().encoding, "UTF-16LE");
}

TEST(TextReader, TellsCyrillicFromWesternCodePages) {
  const Measurement cyrillic = read("* Note: \xCC\xE8\xEA\xF0\xEE\xF4\xEE\xED\n* Freq(Hz) SPL(dB)\n" + plain());
  EXPECT_EQ(cyrillic.provenance().encoding, "CP1251");
  EXPECT_EQ(*cyrillic.provenance().note, "Микрофон");
  EXPECT_TRUE(has(cyrillic, "encoding-guessed"));
  const Measurement western = read("* Note: Kopfh\xF6rer mit Verst\xE4rker\n* Freq(Hz) SPL(dB)\n" + plain());
  EXPECT_EQ(western.provenance().encoding, "CP1252");
  EXPECT_EQ(*western.provenance().note, "Kopfhörer mit Verstärker");
}

TEST(TextReader, ReadsEveryLineEnd) {
  const Measurement expected = read(plain());
  std::string crlf;
  std::string old_mac;
  for (const char c : plain()) {
    crlf += c == '\n' ? "\r\n" : std::string(1, c);
    old_mac += c == '\n' ? '\r' : c;
  }
  expect_same_curve(read(crlf), expected);
  expect_same_curve(read(old_mac), expected);
  std::string no_end = plain();
  no_end.pop_back();
  expect_same_curve(read(no_end), expected);
  expect_same_curve(read("\n\n\r\n\n" + plain() + "\n\n"), expected);
}

TEST(TextReader, KeepsWhatRewSays) {
  const std::string header =
      "* Measurement data measured by REW V5.31.3\n* Source: Headset\n* Format: 256k Log Swept Sine\n* Dated: "
      "26.05.2025 16:44:51\n* REW Settings:\n"
      "*  C-weighting compensation: On\n*  Target level: 75.0 dB\n* Note: second seat\n* Measurement: Thing L\n* "
      "Smoothing: 1/12 octave\n"
      "* Frequency Step: 96 ppo\n* Start Frequency: 20.0 Hz\n*\n* Freq(Hz)\tSPL(dB)\tPhase(degrees)\n";
  const Measurement measurement = read(
      header +
      table(900, [](double f, double level) { return format("%.6f\t%.3f\t90.0\n", f, level); }, std::exp2(1.0 / 96.0)));
  const Provenance& said = measurement.provenance();
  EXPECT_EQ(said.dialect, "rew");
  EXPECT_EQ(*said.producer, "REW V5.31.3");
  EXPECT_EQ(*said.dated, "26.05.2025 16:44:51");
  EXPECT_EQ(said.smoothing, "1/12 octave");
  EXPECT_DOUBLE_EQ(*said.smoothing_octaves, 1.0 / 12.0);
  EXPECT_EQ(said.weighting, Weighting::kC);
  EXPECT_DOUBLE_EQ(*said.target_level_db, 75.0);
  EXPECT_EQ(*said.note, "second seat");
  EXPECT_THAT(measurement.fields().columns, ::testing::ElementsAre("frequency", "spl", "phase"));
  EXPECT_NEAR((*measurement.fields().phase_rad)[0], std::numbers::pi / 2, 1e-12);
  EXPECT_TRUE(has(measurement, "c-weighted"));
  EXPECT_FALSE(has(measurement, "hand-edited-grid"));
}

TEST(TextReader, NoticesAHandEditedGrid) {
  EXPECT_TRUE(has(read("* Measurement data measured by REW V5.20\n* Smoothing: None\n* Frequency Step: 1/48 octave\n* "
                       "Freq(Hz) SPL(dB)\n" +
                       plain()),
                  "hand-edited-grid"));
}

TEST(TextReader, KeepsTrailersOutOfTheCurve) {
  const Measurement measurement = read("FFT\tAudioTools\tv36\t4/29/23\tMicrophone\nFrequency\tdB\tUnweighted\n" +
                                       plain() + "\noverall dB\t101.2\nlatitude\t14.554\naveraging\tslow\n");
  EXPECT_EQ(measurement.points(), 240U);
  EXPECT_EQ(measurement.provenance().dialect, "audiotools");
  EXPECT_EQ(line_of(measurement, "trailing-text"), 244U);
}

TEST(TextReader, DropsARowThatCannotBeALevelWhereverItStands) {
  for (const int at : {60, 120, 180}) {
    int row = 0;
    const Measurement read_back = read(
        table(240, [&](double f, double level) { return format("%.3f\t%.3f\n", f, row++ == at ? 9999.0 : level); }));
    EXPECT_EQ(read_back.points(), 239U);
    EXPECT_TRUE(has(read_back, "sentinel-row-dropped"));
    EXPECT_LT(read_back.response()->magnitude_db().maxCoeff(), 150.0);
  }
}

TEST(TextReader, DropsSentinelRows) {
  const Measurement zero = read(plain() + "30000.0\t0.000\n");
  EXPECT_EQ(zero.points(), 240U);
  EXPECT_EQ(line_of(zero, "sentinel-row-dropped"), 241U);
  const Measurement cliff = read(plain() + "30000\t75.5\n31000\t15.5\n32000\t-34.4\n33000\t-87.3\n");
  EXPECT_EQ(cliff.points(), 241U);
  const Measurement absurd = read(plain() + "30000\t-999\n");
  EXPECT_EQ(absurd.points(), 240U);
}

TEST(TextReader, KeepsZerosThatAreLevels) {
  const Measurement flat = read(table(200, [](double f, double) { return format("%.3f\t0.000\n", f, 0); }));
  EXPECT_EQ(flat.points(), 200U);
  EXPECT_FALSE(has(flat, "sentinel-row-dropped"));
  const Measurement crossing = read("20\t-1.0\n100\t0.000\n1000\t1.0\n10000\t0.000\n");
  EXPECT_EQ(crossing.points(), 4U);
}

TEST(TextReader, JoinsTwoCopiesWithoutLosingTheRowOnTheSeam) {
  std::string copy = plain();
  copy.pop_back();  // no line end: the last row of the first copy runs into the first row of the second
  const Measurement measurement = read(copy + plain());
  expect_same_curve(measurement, read(plain()));
  EXPECT_TRUE(has(measurement, "two-copies-joined"));
  EXPECT_EQ(line_of(measurement, "unreadable-row-dropped"), 240U);
}

TEST(TextReader, SaysWhenTwoCurvesStandInOneFile) {
  const std::string other = table(200, [](double f, double level) { return format("%.6f\t%.3f\n", f, level - 12.0); });
  const Measurement measurement = read(plain() + other);
  EXPECT_EQ(measurement.points(), 240U);
  EXPECT_EQ(line_of(measurement, "two-curves-joined"), 241U);
}

TEST(TextReader, TurnsRoundAndPutsInOrder) {
  const Measurement expected = read(plain());
  std::string reversed;
  std::size_t start = 0;
  const std::string text = plain();
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start) + 1;
    reversed.insert(0, text.substr(start, end - start));
    start = end;
  }
  const Measurement turned = read(reversed);
  expect_same_curve(turned, expected);
  EXPECT_TRUE(has(turned, "descending-frequencies"));
  const std::size_t middle = text.find('\n', text.size() / 2) + 1;
  const Measurement ordered = read(text.substr(middle) + text.substr(0, middle));
  expect_same_curve(ordered, expected);
  EXPECT_TRUE(has(ordered, "unsorted-frequencies"));
}

TEST(TextReader, DropsDuplicatesMissingValuesAndImpossibleFrequencies) {
  const Measurement measurement =
      read("0\t70\n-5\t70\n20\t70\n20\t71\n30\tNaN\n40\t?\n50\t-\n60\tinf\n70\t70.5\n20000\t60\n");
  EXPECT_EQ(measurement.points(), 3U);
  EXPECT_EQ(line_of(measurement, "nonpositive-frequency-dropped"), 1U);
  EXPECT_EQ(line_of(measurement, "duplicate-frequency"), 4U);
  EXPECT_EQ(line_of(measurement, "missing-value-dropped"), 5U);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[0], 70.0);
}

TEST(TextReader, ReadsRowsWithAnEmptyMiddleColumn) {
  const Measurement measurement = read(
      "* "
      "Freq(Hz)\tSPL(dB)\tPhase(degrees)\n20\t68.6\t-137\n400\t59.8\t175\n2416\t\t67.900\n3000\t67.8\t-"
      "172\n20000\t60\t1\n");
  EXPECT_EQ(measurement.points(), 5U);
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[2], 67.9);
  EXPECT_EQ(line_of(measurement, "empty-cell"), 4U);
  EXPECT_TRUE(has(measurement, "phase-incomplete"));
  EXPECT_FALSE(measurement.fields().phase_rad.has_value());
}

TEST(TextReader, TellsAnExtraCellFromAMissingLevel) {
  const std::string head = "* Freq(Hz)\tSPL(dB)\tPhase(degrees)\n20\t68.6\t-137\n400\t59.8\t175\n";
  const Measurement extra = read(head + "8000\t\t64.6\t167.5\n20000\t60\t1\n");
  ASSERT_EQ(extra.points(), 4U);
  EXPECT_DOUBLE_EQ(extra.response()->magnitude_db()[2], 64.6);
  const Measurement missing = read(head + "8000\t\t-151.5\n20000\t60\t1\n");
  EXPECT_EQ(missing.points(), 3U);
  EXPECT_EQ(line_of(missing, "missing-value-dropped"), 4U);
}

TEST(TextReader, ReadsDistortionInPercentAndInDecibels) {
  const std::string rows =
      "20\t95\t1.0\t0.05\t0.8\t0.6\n200\t94\t0.5\t0.05\t0.4\t0.3\n2000\t96\t0.1\t0.05\t0.08\t0.06\n";
  const Measurement percent = read(
      "* Measurement data measured by REW V5.31\n* Freq(Hz)\tFundamental(dB)\tTHD(%)\tNoise(%)\tH2(%)\tH3(%)\n" + rows,
      "Product L distortion.txt");
  ASSERT_TRUE(percent.distortion().has_value());
  const DistortionSpectrum::Columns& columns = percent.distortion()->columns();
  EXPECT_DOUBLE_EQ((*columns.thd_ratio)[0], 0.01);
  EXPECT_DOUBLE_EQ((*columns.noise_ratio)[0], 0.0005);
  ASSERT_EQ(columns.harmonics.size(), 2U);
  EXPECT_EQ(columns.harmonics[1].order, 3);
  EXPECT_DOUBLE_EQ(columns.harmonics[1].level_ratio[1], 0.003);
  EXPECT_EQ(percent.identity().product, "Product");
  EXPECT_EQ(percent.identity().channel, Channel::kLeft);
  const Measurement decibels =
      read("Freq[Hz] CHB[dBSPL] Phase[Deg] THD[dB] H2[dB]\n20 95 10 -40 -42\n200 94 10 -46 -50\n2000 96 1 -60 -66\n");
  EXPECT_NEAR((*decibels.distortion()->columns().thd_ratio)[0], 0.01, 1e-15);
  EXPECT_TRUE(decibels.response().has_value());
}

TEST(TextReader, RefusesWhatIsNoCurve) {
  EXPECT_EQ(error_code(""), "empty-file");
  EXPECT_EQ(error_code(" \n\r\n\t"), "empty-file");
  EXPECT_EQ(error_code("x"), "not-a-curve");
  EXPECT_EQ(error_code("numpy==1.26\nscipy>=1.9\n"), "not-a-curve");
  EXPECT_EQ(error_code("<!DOCTYPE html>\n<html><body>404</body></html>\n"), "html");
  EXPECT_EQ(error_code("[{\"name\": \"x\"}]\n"), "json");
  EXPECT_EQ(error_code("Preamp: -6.4 dB\nFilter 1: ON PK Fc 25 Hz Gain 6.3 dB Q 0.68\n"), "equalizer-preset");
  EXPECT_EQ(error_code("GraphicEQ: 20 -1.2; 21 -1.1; 22 -1.0\n"), "equalizer-preset");
  EXPECT_EQ(error_code("RIFF\x24\x08\x01WAVEfmt "), "sound-file");
  EXPECT_EQ(error_code(std::string("\x7F\x45\x4C\x46\0\0\0\x01\x02", 9)), "binary");
  EXPECT_EQ(error_code("20 90\n"), "one-row");
  EXPECT_EQ(error_code("20 NaN\n30 NaN\n40 NaN\n"), "not-a-curve");
  EXPECT_EQ(error_code("100 90\n110 91\n120 92\n"), "not-a-curve");
  EXPECT_EQ(error_code(table(60,
                             [](double f, double level) {
                               return format("%.1f\t%.1f\n", 1000.0 + 900.0 * std::sin(f * 7.0), level);
                             })),
            "not-a-curve");
}

TEST(TextReader, TellsLineAndReasonOfARefusal) {
  try {
    static_cast<void>(read("Title\nanother\n\n"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(
        error.what(),
        HasSubstr(
            "Product L.txt:1: found no row of numbers in text like \"Title\", wanted rows of frequency and level"));
  }
}

TEST(TextReader, TellsImpedanceFromAWrongHead) {
  const std::string head = "* Freq(Hz)\tZ(Ohms)\tPhase(degrees)\n";
  EXPECT_EQ(
      error_code(head + table(200, [](double f, double level) { return format("%.2f\t%.2f\t12.0\n", f, level - 60); })),
      "impedance");
  const Measurement spl =
      read(head + table(200, [](double f, double level) { return format("%.2f\t%.2f\t-151.0\n", f, level); }));
  EXPECT_TRUE(has(spl, "column-head-contradicts"));
}

TEST(TextReader, MarksCompensatedDataAndNotRawDataNearZero) {
  const auto shape = [](double ear_db) {
    return table(230, [&](double f, double) {
      return format("%.2f %.2f\n", f, ear_db * std::exp(-8.0 * std::pow(std::log2(f / 3000.0), 2)));
    });
  };
  EXPECT_TRUE(read(shape(1.0)).fields().compensated);
  EXPECT_FALSE(read(shape(12.0)).fields().compensated);
  EXPECT_TRUE(parsed_measurement(shape(12.0), "cFPC21-AKG-K553-L.txt").fields().compensated);
  EXPECT_FALSE(read(plain()).fields().compensated);
  const auto under = [&](const std::string& head, double ear_db) {
    std::string text = shape(ear_db);
    std::replace(text.begin(), text.end(), ' ', ',');
    return read(head + text).fields().compensated;
  };
  EXPECT_TRUE(under("frequency,SPL\n", 4.0));
  EXPECT_FALSE(under("frequency,raw\n", 4.0)) << "AutoEq's head is believed over a weak ear gain";
  EXPECT_TRUE(under("frequency,raw\n", 1.0)) << "but not over none";
}

TEST(TextReader, ReadsKilohertzAndIndexColumns) {
  const Measurement kilohertz = read("Frequency (kHz)\tSPL (dB)\n0.02\t90\n1\t91\n20\t80\n");
  EXPECT_DOUBLE_EQ(kilohertz.response()->stop_hz(), 20000.0);
  std::string text;
  for (int i = 0; i < 50; ++i) text += std::to_string(i + 1) + format(",%.3f,%.3f\n", 20.0 * std::pow(1.15, i), 90.0);
  const Measurement indexed = read(text);
  EXPECT_DOUBLE_EQ(indexed.response()->start_hz(), 20.0);
  EXPECT_TRUE(has(indexed, "index-column"));
}

TEST(TextReader, SkippingThePhaseChangesNeitherRowsNorLevels) {
  const std::string text = "* Freq(Hz), SPL(dB), Phase(degrees)\n" +
                           table(300, [](double f, double level) { return format("%.6f, %.3f, 12.5\n", f, level); });
  ReadOptions options;
  options.phase = false;
  const Measurement skipped = parsed_measurement(text, "x.txt", options);
  expect_same_curve(skipped, read(text));
  EXPECT_FALSE(skipped.fields().phase_rad.has_value());
  EXPECT_THAT(skipped.fields().columns, ::testing::ElementsAre("frequency", "spl", "phase"));
}

TEST(TextReader, FindsItsColumnsByTheirNames) {
  const std::string rows = "\"20\",\"70\",\"60\"\n\"1000\",\"71\",\"61\"\n\"20000\",\"72\",\"62\"\n";
  const Measurement pair = read("\"Frequency\",\"Left\",\"Right\"\n" + rows);
  EXPECT_DOUBLE_EQ(pair.response()->magnitude_db()[0], 70.0);
  EXPECT_TRUE(has(pair, "extra-levels-ignored"));
  EXPECT_FALSE(pair.fields().phase_rad.has_value());
  const Measurement timed = read("time,frequency,spl\n0.1,20,70\n0.1,1000,71\n0.1,20000,72\n");
  EXPECT_DOUBLE_EQ(timed.response()->start_hz(), 20.0);
  EXPECT_DOUBLE_EQ(timed.response()->magnitude_db()[2], 72.0);
  const Measurement swapped = read("Frequency\tPhase\tSPL\n20\t-120\t70\n1000\t-121\t71\n20000\t-122\t72\n");
  EXPECT_DOUBLE_EQ(swapped.response()->magnitude_db()[0], 70.0);
}

TEST(TextReader, ChoosesAutoEqsRawColumn) {
  const Measurement measurement =
      read("frequency,raw,error,smoothed\n20.00,6.1,1.0,6.0\n1000.00,0.5,1.0,0.2\n20000.00,-9.5,1.0,0.2\n");
  EXPECT_EQ(measurement.provenance().dialect, "autoeq-csv");
  EXPECT_DOUBLE_EQ(measurement.response()->magnitude_db()[0], 6.1);
}

struct NameCase {
  const char* name;
  const char* product;
  Channel channel;
  int seat;
};

TEST(Identity, ComesFromTheFilesName) {
  const NameCase cases[] = {
      {"X L.txt", "X", Channel::kLeft, 0},
      {"X R3.txt", "X", Channel::kRight, 3},
      {"Sony MDR-1AM2 R.txt", "Sony MDR-1AM2", Channel::kRight, 0},
      {"HD 600.txt", "HD 600", Channel::kUnknown, 0},
      {"cFPC21-AKG-K553-L.txt", "AKG K553", Channel::kLeft, 0},
      {"Thing_left.csv", "Thing", Channel::kLeft, 0},
      {"Thing (R).frd", "Thing", Channel::kRight, 0},
      {"Thing v2.1 L.txt", "Thing v2.1", Channel::kLeft, 0},
      {"Audeze Maxwell (WC Pads) R5.txt", "Audeze Maxwell (WC Pads)", Channel::kRight, 5},
      {"Thing L distortion.txt", "Thing", Channel::kLeft, 0},
      {"Atrium (Perf Leather - Solid Mesh) L.txt", "Atrium (Perf Leather - Solid Mesh)", Channel::kLeft, 0},
      {"EA500LM_300.txt", "EA500LM_300", Channel::kUnknown, 0},
      {"KZ ZS10 PRO 2 1111 18 L.txt", "KZ ZS10 PRO 2 1111 18", Channel::kLeft, 0}};
  for (const NameCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Identity identity = identity_from_name(c.name);
    EXPECT_EQ(identity.product, c.product);
    EXPECT_EQ(identity.channel, c.channel);
    EXPECT_EQ(identity.seat.value_or(0), c.seat);
  }
}

}  // namespace
}  // namespace headscore
