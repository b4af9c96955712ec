// The fast ways of the text reader against the careful ones, on texts that were damaged at random.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/number.hpp"
#include "random_curves.hpp"
#include "same_tables.hpp"

namespace headscore {
namespace {

std::size_t below(tests::Random& random, std::size_t count) {
  return static_cast<std::size_t>(random.between(0.0, static_cast<double>(count)));
}

std::string rows(std::string_view form, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / (count - 1);
    text += fmt::format(fmt::runtime(form), 20.0 * std::pow(1000.0, share), 90.0 + 5.0 * std::sin(9.0 * share),
                        170.0 * std::cos(20.0 * share));
  }
  return text;
}

std::vector<std::string> sound_texts() {
  const std::string rew = "* Measurement data measured by REW V5.20\n* Note: none\n* Freq(Hz) SPL(dB) Phase(degrees)\n";
  return {
      rew + rows("{:.6f} {:.3f} {:.4f}\n", 40), rew + rows("{:.3f}\t{:.2f}\t{:.1f}\r\n", 40),
      "frequency,raw\n" + rows("{:.2f},{:.2f}\n", 40),
      "Freq[Hz], SPL[dB], Phase[deg]\n" + rows("{:.1f}, {:.1f}, {:.1f}\n", 40) + "the end\n",
      rows("{:.4e} {:.6e} {:.3e}\n", 40), rows("{:.1f};{:.2f};{:.0f}\n", 40), rows(" {:9.2f}   {:7.3f}\n", 40),
      "20000 3 1\n" + rows("{:.12f} {:.17g} {:.9g}\n", 40), "Freq\tL\tR\tx\n" + rows("{:.0f}\t{:.2f}\t{:.2f}\t1\n", 40),
      // Rows that look alike for long.
      rew + rows("{:011.4f} {:07.3f} {:+010.4f}\n", 120), rew + rows("{:011.4f} -{:07.3f} {:010.4f}\n", 120),
      "frequency,raw,phase\n" + rows("{:08.2f},{:.2f},0.00\r\n", 120), rew + rows("{:010.4f}\t{:.2f}\t{:.1e}\n", 120)};
}

void damage(std::string& text, tests::Random& random) {
  constexpr std::string_view kCharacters = "0123456789..,;\t  eE+-\"'\r\n#xN*%a\f";
  const std::size_t at = below(random, text.size());
  const char c = kCharacters[below(random, kCharacters.size())];
  const auto line_at = [&](std::size_t place) {
    const std::size_t start = place == 0 ? 0 : text.rfind('\n', place - 1) + 1;
    return std::pair(start, text.find('\n', place) - start);
  };
  switch (below(random, 7)) {
    case 0:
      text[at] = c;
      break;
    case 1:
      text.insert(at, 1, c);
      break;
    case 2:
      text.erase(at, 1 + below(random, 3));
      break;
    case 3: {  // a line twice
      const auto [start, length] = line_at(at);
      text.insert(start, text.substr(start, length) + "\n");
      break;
    }
    case 4: {  // a line less
      const auto [start, length] = line_at(at);
      text.erase(start, length);
      break;
    }
    case 5:
      text.insert(line_at(at).first, "-100 5\n");
      break;
    default:
      text.insert(at, 30, c);
      break;
  }
  if (text.empty()) text = "x";
}

TEST(PlainRows, OfDamagedTextsAreReadAtOnceAsTheyAreWithCare) {
  tests::Random random(20261124);
  for (const std::string& sound : sound_texts()) {
    tests::expect_same_tables(sound, "as it was");
    for (int i = 0; i < 1500 && !testing::Test::HasFailure(); ++i) {
      std::string text = sound;
      const std::size_t times = 1 + below(random, 4);
      for (std::size_t k = 0; k < times; ++k) damage(text, random);
      if (below(random, 8) == 0) text.resize(1 + below(random, text.size()));
      tests::expect_same_tables(text, "damaged " + std::to_string(i));
    }
  }
}

/// A number in any of the forms that files have.
std::string number_text(tests::Random& random) {
  std::string text;
  const auto digits = [&](std::size_t most) {
    for (std::size_t i = below(random, most + 1); i > 0; --i) text += static_cast<char>('0' + below(random, 10));
  };
  if (below(random, 3) == 0) text += '-';
  digits(below(random, 12) == 0 ? 25 : 7);
  if (below(random, 4) != 0) text += '.';
  digits(below(random, 12) == 0 ? 25 : 9);
  if (below(random, 10) == 0) {
    text += "eE"[below(random, 2)];
    if (below(random, 2) == 0) text += "+-"[below(random, 2)];
    digits(3);
  }
  return text;
}

TEST(ParseNumber, IsRightToTheLastBit) {
  tests::Random random(7);
  for (int i = 0; i < 300000; ++i) {
    // What follows ends a number, and may stand right at the text's end.
    const std::string text =
        number_text(random) +
        std::vector<std::string>{"", " ", "\t-1.5", ",20.25 3", ";", "\r\n20.5 90.25 1"}[below(random, 6)];
    double expected = 0.0;
    const std::from_chars_result reference = std::from_chars(text.data(), text.data() + text.size(), expected);
    double value = 0.0;
    const char* behind = parse_number(text.c_str(), text.c_str() + text.size(), value);
    const bool is_number = reference.ec == std::errc() && std::isfinite(expected);
    ASSERT_EQ(behind != nullptr, is_number) << text;
    EXPECT_EQ(behind_number(text.c_str(), text.c_str() + text.size()), behind) << text;
    if (!is_number) continue;
    ASSERT_EQ(behind, reference.ptr) << text;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(expected)) << text;
  }
}

}  // namespace
}  // namespace headscore
