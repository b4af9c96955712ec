#include "io/text_format.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace headscore {
namespace {

TEST(FixedNumber, IsNeverMinusZeroAndNeverLong) {
  EXPECT_EQ(fixed(-0.004, 2), "0.00");
  EXPECT_EQ(fixed(-0.006, 2), "-0.01");
  EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN(), 2), "n/a");
  EXPECT_EQ(fixed(1e17, 2), "1e+17");
  EXPECT_EQ(with_sign(3.1, 1), "+3.1");
  EXPECT_EQ(with_sign(-3.1, 1), "-3.1");
  EXPECT_EQ(with_sign(0.01, 1), "0.0");
}

TEST(SignificantNumber, DropsZerosThatSayNothing) {
  EXPECT_EQ(significant(-12.62, 6), "-12.62");
  EXPECT_EQ(significant(15.5163857197367, 6), "15.5164");
  EXPECT_EQ(significant(54600.0, 3), "54600");
  EXPECT_EQ(significant(0.05, 4), "0.05");
  EXPECT_EQ(significant(0.0, 4), "0");
  EXPECT_EQ(grouped_digits(54600), "54,600");
  EXPECT_EQ(grouped_digits(999), "999");
  EXPECT_EQ(grouped_digits(1234567), "1,234,567");
}

TEST(FrequencyText, ChangesToKilohertzAtOneThousand) {
  EXPECT_EQ(frequency_text(84.6), "84.6 Hz");
  EXPECT_EQ(frequency_text(999.7), "1 kHz");
  EXPECT_EQ(frequency_text(12345.0), "12.3 kHz");
  EXPECT_EQ(band_text({200.0, 1000.0}), "200 Hz-1 kHz");
  EXPECT_EQ(band_text({1000.0, 3000.0}), "1-3 kHz");
}

TEST(PrintableText, HoldsNoControlCharacterAndNoBrokenByte) {
  EXPECT_EQ(printable("a\r\n\tb"), "a b");
  EXPECT_EQ(printable("\x1b[31m"), "\xEF\xBF\xBD[31m");
  EXPECT_EQ(printable("caf\xe9"), "caf\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xc0\xaf"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable("\u202ea"),
            "\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(printable("caf\u00e9 \u97f3 \U0001F3A7"), "caf\u00e9 \u97f3 \U0001F3A7");
}

TEST(DisplayWidth, CountsColumnsInsteadOfBytes) {
  EXPECT_EQ(display_width("caf\u00e9"), 4);
  EXPECT_EQ(display_width("cafe\u0301"), 4);
  EXPECT_EQ(display_width("\u97f3\u97ff"), 4);
  EXPECT_EQ(padded("\u97f3", 4), "\u97f3  ");
  EXPECT_EQ(right_aligned("\u00e9", 3), "  \u00e9");
}

TEST(ShortenedText, KeepsItsEnd) {
  EXPECT_EQ(shortened("abcdefghij L.txt", 12), "abcde....txt");
  EXPECT_LE(display_width(shortened(std::string(300, 'x'), 20)), 20);
  EXPECT_EQ(shortened("short", 5), "short");
}

TEST(WrappedText, KeepsNumbersWithTheirUnitsAndBreaksLongWords) {
  EXPECT_EQ(wrapped("a peak of 6 dB", 12), (std::vector<std::string>{"a peak of", "6 dB"}));
  EXPECT_EQ(wrapped("xxxxxxxx", 3), (std::vector<std::string>{"xxx", "xxx", "xx"}));
  EXPECT_EQ(wrapped("", 10), (std::vector<std::string>{""}));
}

Score score_of(std::vector<Term> terms, std::optional<double> published) {
  Score::Fields fields;
  fields.model = "m";
  fields.terms = std::move(terms);
  fields.published = published;
  return Score(fields);
}

TEST(SumEquation, HasOneDecimalWhereAllTermsAreTenths) {
  EXPECT_EQ(sum_equation(score_of({{"a", 0.5, {}, "", {}, ""}, {"b", 0.7, {}, "", {}, ""}}, 1.2)), "1.2 = 0.5 + 0.7");
  EXPECT_EQ(sum_equation(score_of({{"a", 0.487, {}, "", {}, ""}, {"b", -0.1, {}, "", {}, ""}}, 0.4)),
            "0.387 = 0.487 - 0.100 -> 0.4");
}

TEST(PriceEquation, IsTheNoteOfThePriceRatio) {
  EXPECT_EQ(price_equation(score_of({{"price ratio", 0.54, 0.54, "", {}, "133 USD / 246 USD"}}, 0.5)),
            "133 USD / 246 USD = 0.54");
  EXPECT_EQ(price_equation(score_of({{"price ratio", 0.54, 0.54, "", {}, "133 USD / 246 USD = 0.54"}}, 0.5)),
            "133 USD / 246 USD = 0.54");
  EXPECT_EQ(price_equation(score_of({{"no performance baseline", 0.5, {}, "", {}, ""}}, 0.5)), std::nullopt);
}

}  // namespace
}  // namespace headscore
