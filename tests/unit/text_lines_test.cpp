// Words in texts, against plain searches of the same.
#include "io/text_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace headscore {
namespace {

TEST(TextLines, FindAWordInEitherCase) {
  EXPECT_EQ(find_word("* Measurement data measured by REW V5", "measured by rew"), 19U);
  EXPECT_EQ(find_word("NOTE: note:", "note:"), 0U);
  EXPECT_EQ(find_word("[HZ] (dB)", "(DB"), 5U);
  EXPECT_EQ(find_word("short", "shorter"), std::string_view::npos);
  EXPECT_EQ(find_word("", "x"), std::string_view::npos);
  EXPECT_EQ(find_word("", ""), 0U);
  std::mt19937 random(11);
  const auto letters = [&](std::size_t count) {
    std::string text(count, '\0');
    for (char& c : text) c = "abAB:"[random() % 5];
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::string text = letters(random() % 20);
    const std::string word = letters(1 + random() % 4);
    ASSERT_EQ(find_word(text, word), lowered(text).find(lowered(word))) << text << " " << word;
    ASSERT_EQ(contains_word(text, word), lowered(text).find(lowered(word)) != std::string::npos);
  }
}

TEST(TextLines, TellWhetherAnyOfSomeWordsIsThere) {
  constexpr std::array<std::string_view, 4> kWords{"aba", "abab", "bbb", "noise floor"};
  const AnyWord any(kWords);
  EXPECT_TRUE(any.is_in("the noise floor"));
  EXPECT_FALSE(any.is_in("the noise floo"));
  EXPECT_FALSE(any.is_in("ab"));
  EXPECT_FALSE(any.is_in(""));
  std::mt19937 random(12);
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 9, '\0');
    for (char& c : text) c = "abc"[random() % 3];
    const bool found = std::any_of(kWords.begin(), kWords.end(),
                                   [&](std::string_view word) { return text.find(word) != std::string::npos; });
    ASSERT_EQ(any.is_in(text), found) << text;
  }
}

}  // namespace
}  // namespace headscore
