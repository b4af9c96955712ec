#include "io/front_matter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "headscore/error.hpp"

namespace headscore {
namespace {

using testing::HasSubstr;

const std::string kPage =
    "---\n"
    "title: \"A: B\"\n"
    "rating: [2.9, 0.5]\n"
    "tags:\n"
    "  - one\n"
    "  - 二\n"
    "price:\n"
    "---\n"
    "\n"
    "body\n";

TEST(FrontMatter, KeepsEachValueWithItsPlace) {
  const FrontMatter matter = front_matter(kPage, "page.md");
  ASSERT_EQ(matter.entries.size(), 4U);
  EXPECT_EQ(matter.text("title"), "A: B");
  const FrontMatterEntry* rating = matter.find("rating");
  ASSERT_NE(rating, nullptr);
  ASSERT_EQ(rating->values.size(), 2U);
  EXPECT_EQ(rating->values[1].text, "0.5");
  EXPECT_EQ(rating->values[1].line, 3U);
  EXPECT_EQ(rating->values[1].column, 15U);
  EXPECT_EQ(matter.find("tags")->values[1].text, "二");
  EXPECT_EQ(matter.find("tags")->values[1].line, 6U);
  EXPECT_EQ(matter.find("price")->kind, FrontMatterEntry::Kind::kEmpty);
  EXPECT_EQ(matter.find("absent"), nullptr);
  EXPECT_EQ(matter.last_line, 8U);
  EXPECT_EQ(kPage.substr(matter.body_offset), "\nbody\n");
}

TEST(FrontMatter, OfByteOrderMarkAndCrLfIsRead) {
  EXPECT_EQ(front_matter("\xEF\xBB\xBF---\r\nref: a\r\n---\r\nx", "page.md").text("ref"), "a");
}

TEST(FrontMatter, RefusesBrokenYamlWithLineAndColumn) {
  try {
    static_cast<void>(front_matter("---\nref: a\ntitle: \"A \"B\" C\"\n---\n", "page.md"));
    FAIL() << "broken YAML was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "bad-front-matter");
    EXPECT_GE(error.where().line, 3U);
    EXPECT_GE(error.where().column, 1U);
    EXPECT_THAT(error.what(), HasSubstr("page.md:"));
  }
}

TEST(FrontMatter, RefusesPagesWithoutIt) {
  for (const char* page : {"", "# title\n", "---\nref: a\n", "text\n---\nref: a\n---\n"}) {
    try {
      static_cast<void>(front_matter(page, "page.md"));
      FAIL() << "was read: " << page;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "no-front-matter");
    }
  }
}

TEST(FrontMatter, RefusesAListInPlaceOfKeys) {
  EXPECT_THROW(static_cast<void>(front_matter("---\n- a\n- b\n---\n", "page.md")), Error);
}

}  // namespace
}  // namespace headscore
