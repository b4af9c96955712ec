// Files -> products: names, twins, phone books, sidecars, copies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Grouping : public ::testing::Test {
 protected:
  Grouping()
      : folder_(fs::temp_directory_path() / ("headscore-" + std::to_string(::getpid()) + "-" +
                                             ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Grouping() override { fs::remove_all(folder_); }
  Grouping(const Grouping&) = delete;
  Grouping& operator=(const Grouping&) = delete;

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  /// A file of its own: no two hold the same numbers, but for those of the same `kind`.
  FileOutcome file(const std::string& name, int kind = 0) {
    const double level_db = kind == 0 ? 80.0 + 0.25 * next_++ : 60.0 + kind;
    std::string text;
    for (int i = 0; i < 40; ++i)
      text += std::to_string(20.0 * std::pow(1.19, i)) + "\t" + std::to_string(level_db) + "\n";
    const std::string path = (folder_ / name).string();
    return {path, parsed_measurement(text, path), std::nullopt};
  }

  std::vector<FileOutcome> files(const std::vector<std::string>& names) {
    std::vector<FileOutcome> result;
    for (const std::string& name : names) result.push_back(file(name));
    return result;
  }

  static std::vector<std::string> names(const std::vector<Product>& products) {
    std::vector<std::string> result;
    for (const Product& product : products) result.push_back(product.name);
    return result;
  }

  static std::string channels(const Product& product) {
    std::string text;
    for (const Measurement& m : product.measurements) {
      text += m.identity().channel == Channel::kUnknown ? "?" : std::string(to_string(m.identity().channel));
      if (m.identity().seat) text += std::to_string(*m.identity().seat);
    }
    return text;
  }

  static std::vector<std::string> reasons(const Product& product) {
    std::vector<std::string> result;
    for (const Reason& reason : product.reasons) result.push_back(reason.code);
    return result;
  }

  static std::vector<std::string> warnings(const Measurement& measurement) {
    std::vector<std::string> result;
    for (const Warning& warning : measurement.warnings()) result.push_back(warning.code);
    return result;
  }

  fs::path folder_;
  int next_ = 0;
};

TEST_F(Grouping, PutsChannelsAndSeatsTogetherHoweverTheyAreWritten) {
  const std::vector<std::vector<std::string>> pairs = {{"X L.txt", "X R.txt"},
                                                       {"X_left.csv", "X_right.csv"},
                                                       {"X (L).frd", "X (R).frd"},
                                                       {"X-L.txt", "X-R.txt"},
                                                       {"X.L.txt", "X.R.txt"},
                                                       {"X L.txt.txt", "X R.tx.txt"},
                                                       {"X [Left].txt", "X [Right].txt"},
                                                       {"X links.txt", "X rechts.txt"},
                                                       {"X \u5DE6.txt", "X \u53F3.txt"},
                                                       {"(L) X.txt", "(R) X.txt"},
                                                       {"X/FR L.txt", "X/FR R.txt"},
                                                       {"cFPC21-X-L.txt", "cFPC21-X-R.txt"}};
  for (const std::vector<std::string>& pair : pairs) {
    const std::vector<Product> products = grouped(files(pair));
    ASSERT_THAT(names(products), ElementsAre("X")) << pair[0];
    EXPECT_EQ(channels(products[0]), "LR") << pair[0];
  }
  const std::vector<Product> seats = grouped(files({"X R2.txt", "X L1.txt", "X R1.txt", "X L2.txt"}));
  ASSERT_THAT(names(seats), ElementsAre("X"));
  EXPECT_EQ(channels(seats[0]), "L1L2R1R2");
  for (const std::vector<std::string>& several :
       std::vector<std::vector<std::string>>{{"X L seat 1.txt", "X L seat 2.txt", "X R seat 1.txt"},
                                             {"X L run1.txt", "X L run2.txt", "X R run1.txt"},
                                             {"X L#1.txt", "X L#2.txt", "X R#1.txt"},
                                             {"X/L1.txt", "X/L2.txt", "X/R1.txt"},
                                             {"X/Left 1.txt", "X/Left 2.txt", "X/Right 1.txt"}}) {
    const std::vector<Product> products = grouped(files(several));
    ASSERT_THAT(names(products), ElementsAre("X")) << several[0];
    EXPECT_EQ(channels(products[0]), "L1L2R1") << several[0];
  }
  EXPECT_THAT(names(grouped(files({"X L (foam tip).txt", "X R (foam tip).txt"}))), ElementsAre("X (foam tip)"));
}

TEST_F(Grouping, TakesALetterElsewhereForAChannelOnlyBesideItsTwin) {
  for (const std::vector<std::string>& pair :
       std::vector<std::vector<std::string>>{{"L Brand X.txt", "R Brand X.txt"},
                                             {"Left - Brand X.txt", "Right - Brand X.txt"},
                                             {"Brand L X.txt", "Brand R X.txt"},
                                             {"Brand XL.txt", "Brand XR.txt"}}) {
    const std::vector<Product> both = grouped(files(pair));
    ASSERT_THAT(names(both), ElementsAre("Brand X")) << pair[0];
    EXPECT_EQ(channels(both[0]), "LR") << pair[0];
    const std::vector<Product> alone = grouped(files({pair[0]}));
    EXPECT_EQ(channels(alone[0]), "?") << pair[0];
    EXPECT_EQ(alone[0].name, pair[0].substr(0, pair[0].size() - 4));
  }
}

TEST_F(Grouping, ReadsEveryFormOfPhoneBook) {
  write("phone_book.json", R"([{"name": "Brand", "phones": [
      {"name": "One", "file": "one"},
      {"name": ["Two", "Two B"], "file": ["two", "two b"]},
      {"name": "Three", "file": ["three", "three foam"], "suffix": ["", "Foam"]},
      {"name": "Four", "file": ["four a", "four b"]},
      {"name": "Brand Five", "file": ["five"], "suffix": "Stock"},
      {"name": "Nothing here"}, "Six", {"file": "no name"}, 7 ]}])");
  const std::vector<Product> products =
      grouped(files({"one L.txt", "one R.txt", "two L.txt", "two b L.txt", "three L.txt", "three foam L.txt",
                     "four a L.txt", "four b L.txt", "five L.txt", "Six R.txt", "Nothing here R.txt"}));
  EXPECT_THAT(names(products),
              ElementsAre("Brand One", "Brand Two", "Brand Two B", "Brand Three", "Brand Three Foam", "Brand four a",
                          "Brand four b", "Brand Five Stock", "Brand Six", "Brand Nothing here"));
}

TEST_F(Grouping, KeepsAPhoneWhoseNameEndsInAChannelsLetter) {
  write("phone_book.json", R"([{"name": "Etymotic", "phones": [{"name": "ER4 R", "file": "ER4 R"}]}])");
  const std::vector<Product> whole = grouped(files({"ER4 R.txt"}));
  EXPECT_EQ(whole[0].name, "Etymotic ER4 R");
  EXPECT_EQ(channels(whole[0]), "?");
  const std::vector<Product> pair = grouped(files({"ER4 R L.txt", "ER4 R R.txt"}));
  ASSERT_THAT(names(pair), ElementsAre("Etymotic ER4 R"));
  EXPECT_EQ(channels(pair[0]), "LR");
}

TEST_F(Grouping, DoesNotMixAFileThatThePhoneBookReplaced) {
  write("phone_book.json", R"([{"name": "KB", "phones": [{"name": "KS1", "file": "KB KS1v2"}]}])");
  const std::vector<Product> products = grouped(files({"KB KS1 L.txt", "KB KS1v2 L.txt"}));
  EXPECT_THAT(names(products), UnorderedElementsAre("KB KS1", "KB KS1 (not in the phone book)"));
}

TEST_F(Grouping, DoesNotMixRigs) {
  const std::vector<Product> products =
      grouped(files({"cEAR30-Focal-Elex-L.txt", "cEAR32-Focal-Elex-L.txt", "cEAR32-Focal-Elex-R.txt"}));
  EXPECT_THAT(names(products), ElementsAre("Focal Elex (EAR30)", "Focal Elex (EAR32)"));
  EXPECT_EQ(channels(products[1]), "LR");
}

TEST_F(Grouping, SuspectsALeakWhereASeatsBassFallsBehindThatOfTheOthers) {
  const auto seats = [this](const std::vector<double>& bass_db) {
    std::vector<FileOutcome> result;
    for (std::size_t seat = 0; seat < bass_db.size(); ++seat) {
      std::string text;
      for (int i = 0; i < 60; ++i) {
        const double f = 20.0 * std::pow(1.12, i);
        const double level_db = 80.0 + 0.01 * static_cast<double>(seat) + (f < 150.0 ? bass_db[seat] : 0.0);
        text += std::to_string(f) + "\t" + std::to_string(level_db) + "\n";
      }
      const std::string path = (folder_ / ("X L" + std::to_string(seat + 1) + ".txt")).string();
      result.push_back({path, parsed_measurement(text, path), std::nullopt});
    }
    return grouped(std::move(result));
  };
  EXPECT_THAT(reasons(seats({0.0, -8.0, 1.0})[0]), ElementsAre("leak-suspected"));
  EXPECT_THAT(reasons(seats({0.0, -8.0})[0]), ElementsAre("leak-suspected"));
  EXPECT_THAT(reasons(seats({0.0, -3.0, 1.0})[0]), ElementsAre());
}

TEST_F(Grouping, TellsCopiesInProductsAndFiles) {
  const auto of = [this](const std::vector<std::pair<std::string, int>>& kinds) {
    std::vector<FileOutcome> result;
    for (const auto& [name, kind] : kinds) result.push_back(file(name, kind));
    return grouped(std::move(result));
  };
  const std::vector<Product> channels = of({{"X L.txt", 1}, {"X R.txt", 1}});
  EXPECT_THAT(reasons(channels[0]), ElementsAre("identical-channels"));
  for (const Measurement& m : channels[0].measurements) EXPECT_THAT(warnings(m), Contains("identical-channels"));
  const std::vector<Product> seats = of({{"X L1.txt", 1}, {"X L2.txt", 1}, {"X L3.txt", 2}});
  EXPECT_THAT(reasons(seats[0]), ElementsAre("identical-seats"));
  EXPECT_THAT(warnings(seats[0].measurements[2]), Not(Contains("identical-seats")));
  const std::vector<Product> products = of({{"X L.txt", 1}, {"Y L.txt", 1}, {"Z L.txt", 2}});
  EXPECT_THAT(reasons(products[0]), ElementsAre("identical-products"));
  EXPECT_THAT(warnings(products[1].measurements[0]), Contains("identical-products"));
  EXPECT_TRUE(products[2].reasons.empty());
  const std::vector<Product> many = of({{"X L.txt", 1}, {"Y L.txt", 1}, {"Z L.txt", 1}, {"Z R.txt", 2}});
  EXPECT_THAT(reasons(many[0]), ElementsAre("identical-products"));
  EXPECT_THAT(many[0].reasons[0].message, ::testing::HasSubstr("1 more file of other products"));
}

TEST_F(Grouping, TellsFilesThatNoNumberMakesSeats) {
  const std::vector<Product> products = grouped(files({"X L.txt", "X  L.txt", "X R.txt", "X.txt"}));
  ASSERT_EQ(products.size(), 1U);
  EXPECT_THAT(reasons(products[0]), ElementsAre("seats-unnumbered", "channel-unnamed"));
}

TEST_F(Grouping, TellsABookThatCannotBeReadWithEachFile) {
  write("phone_book.json", "[{\"name\": ");
  const std::vector<Product> products = grouped(files({"X L.txt"}));
  ASSERT_EQ(products[0].refused.size(), 1U);
  EXPECT_EQ(products[0].refused[0].error->code, "bad-phone-book");
}

TEST(WrittenTwice, IsOneMeasurement) {
  const auto outcome = [](const std::string& path, double level_db, double ear_db = 9.0) {
    std::string text = "frequency,raw\n";
    for (double f = 20.0; f < 20000.0; f *= 1.03)
      text += std::to_string(f) + "," +
              std::to_string(level_db + ear_db * std::exp(-2.0 * std::pow(std::log2(f / 3000.0), 2))) + "\n";
    return FileOutcome{path, parsed_measurement(text, path), std::nullopt};
  };
  ScoreOptions options;
  options.form = FormFactor::kOverEar;
  const auto score_of = [&](std::vector<FileOutcome> files) {
    const std::vector<Product> products = grouped(std::move(files));
    EXPECT_EQ(products.size(), 1U);
    return scored(products.front(), options);
  };
  const Outcome twice = score_of({outcome("out/s.csv", 80.0), outcome("out/s.txt", 0.01)});
  const Outcome once = score_of({outcome("out/s.csv", 80.0)});
  EXPECT_EQ(twice.preference.front().fields().interval->low, once.preference.front().fields().interval->low);
  EXPECT_TRUE(twice.reseats.empty());
  EXPECT_TRUE(std::any_of(twice.reasons.begin(), twice.reasons.end(),
                          [](const Reason& r) { return r.code == "written-twice"; }));
  EXPECT_FALSE(score_of({outcome("out/s.csv", 80.0), outcome("out/s.txt", 80.0, 9.5)}).reseats.empty())
      << "seats differ";
}

}  // namespace
}  // namespace headscore
