#include "headscore/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace headscore {
namespace {

struct Spelling {
  std::string text;
  std::string id;  ///< empty: none of the known rigs
};

TEST(Rig, IsRecognisedInFreeText) {
  const std::vector<Spelling> spellings = {
      {"IEC 60318-4 (711)", "iec-60318-4"},
      {"711", "iec-60318-4"},
      {"IEC711 clone", "iec-60318-4"},
      {"IEC 60711", "iec-60318-4"},
      {"GRAS RA0045 in 43AC", "iec-60318-4"},
      {"GRAS 43AG-7", "gras-45ca"},
      {"GRAS 45CA-10", "gras-45ca"},
      {"gras 45ca", "gras-45ca"},
      {"KB50xx", "gras-45ca"},
      {"GRAS 43AG/45CA (KB50xx pinna)", "gras-45ca"},
      {"GRAS 45CA (IEC 60318-4)", "gras-45ca"},
      {"B&K 5128", "bk-5128"},
      {"Br\xC3\xBC"
       "el & Kj\xC3\xA6r 5128-C",
       "bk-5128"},
      {"HATS 5128", "bk-5128"},
      {"B&K 5128 / type 4.3 ear", "bk-5128"},
      {"miniDSP EARS", "minidsp-ears"},
      {"E.A.R.S.", ""},
      {"EARS", "minidsp-ears"},
      {"KEMAR KB006x", "gras-kb006x"},
      {"KEMAR", "gras-kb006x"},
      {"GRAS KEMAR 45BB with KB0065", "gras-kb006x"},
      {"flat plate", "flat-plate"},
      {"Flatplate", "flat-plate"},
      {"human ear, eardrum (MIRE)", "mire"},
      {"manikin", "manikin"},
      {"B&K 4128 HATS", "manikin"},
      {"", ""},
      {"GRAS", ""},
      {"B&K", ""},
      {"IEC 60318-1", ""},
      {"7110", ""},
      {"15128", ""},
      {"admire", ""},
      {"my ears", ""},
  };
  for (const Spelling& spelling : spellings)
    EXPECT_EQ(rig_from(spelling.text).value_or(""), spelling.id) << spelling.text;
}

TEST(Rig, IsNamedByItsPinnaWhenThatDiffersFromTheFixturesUsualOne) {
  EXPECT_EQ(rig_from("GRAS 45CA with KB006x"), "gras-kb006x");
  EXPECT_EQ(rig_from("KEMAR with KB5000"), "gras-45ca");
}

TEST(Rig, IsNotGuessedWhereTwoAreNamed) {
  EXPECT_EQ(rig_from("B&K 5128 and GRAS 45CA"), std::nullopt);
  EXPECT_EQ(rig_from("KB5000 against KB0065"), std::nullopt);
}

TEST(Rig, IsFoundByItsIdTitleAndAliases) {
  for (const Rig& rig : known_rigs()) {
    EXPECT_EQ(rig_from(rig.id), rig.id);
    EXPECT_EQ(rig_from(rig.title), rig.id) << rig.title;
    for (const std::string_view alias : rig.aliases) EXPECT_EQ(rig_from(alias), rig.id) << alias;
  }
}

TEST(Rig, IdsAreUniqueAndSorted) {
  std::vector<std::string> ids;
  for (const Rig& rig : known_rigs()) ids.emplace_back(rig.id);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

}  // namespace
}  // namespace headscore
