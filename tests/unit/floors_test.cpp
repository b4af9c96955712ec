// The house: which folder may include which. Include only downwards, never sideways.
// GCC 12 takes std::regex's own states for uninitialised under -fsanitize (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using std::string_view_literals::operator""sv;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Floor of each room. A room may include itself and every room below; rooms on one floor do not see each other, but
/// for the pipeline, which may use the catalog.
const std::map<std::string, int, std::less<>> kFloors = {
    {"error", 0},   {"values", 1},        {"dsp", 2},     {"io", 2},       {"readers", 3}, {"models", 3},
    {"reports", 3}, {"claim_reports", 3}, {"catalog", 4}, {"pipeline", 4}, {"batch", 5},   {"verification", 5},
    {"cli", 6}};

/// The room that each public header belongs to.
const std::map<std::string, std::string, std::less<>> kHeaders = {
    {"alignment", "dsp"},
    {"all_pairs", "catalog"},
    {"audio", "io"},
    {"audio_clip", "values"},
    {"batch", "batch"},
    {"catalog", "catalog"},
    {"catalog_import", "pipeline"},
    {"catalog_store", "catalog"},
    {"claim", "values"},
    {"claim_report", "claim_reports"},
    {"claimed_score", "verification"},
    {"curve", "values"},
    {"curve_analyser", "dsp"},
    {"curve_analysis", "values"},
    {"distortion", "values"},
    {"error", "error"},
    {"frequency_response", "values"},
    {"impulse_response", "values"},
    {"interpolation", "dsp"},
    {"measurement", "values"},
    {"outcome", "values"},
    {"pipeline", "pipeline"},
    {"policy", "values"},
    {"policy_library", "io"},
    {"product", "values"},
    {"reader", "readers"},
    {"report", "reports"},
    {"results", "batch"},
    {"rig", "values"},
    {"score", "values"},
    {"scoring_model", "models"},
    {"signal_sidecar", "io"},
    {"smoothing", "dsp"},
    {"sound", "pipeline"},
    {"sound_export", "pipeline"},
    {"spectrum", "dsp"},
    {"stated_price", "values"},
    {"sweep", "dsp"},
    {"sweep_analysis", "dsp"},
    {"target", "values"},
    {"target_library", "io"},
    {"target_shaping", "dsp"},
    {"test_signal", "values"},
    {"tone_analysis", "dsp"},
    {"tones", "dsp"},
    {"verification", "verification"},
};

/// Third-party libraries, told by how their includes begin.
struct Library {
  std::string_view name;
  std::regex includes;
  std::set<std::string, std::less<>> rooms;  ///< that may use it; empty: any, but never a public header
  std::size_t most_files;                    ///< that may include it; 0: any number
};

const std::vector<Library>& libraries() {
  static const std::vector<Library> all = {
      {"KissFFT", std::regex("kiss_?fft.*"), {"dsp"}, 1},
      {"libsoxr", std::regex("soxr\\.h"), {"dsp"}, 1},
      {"libarchive", std::regex("archive(_entry)?\\.h"), {"io"}, 1},
      {"libsndfile", std::regex("sndfile\\.(h|hh)"), {"io"}, 1},
      {"nlohmann_json", std::regex("nlohmann/.*"), {}, 0},
      {"yaml-cpp", std::regex("yaml-cpp/.*"), {}, 0},
      {"Boost", std::regex("boost/.*"), {}, 0},
      {"libcmark", std::regex("cmark\\.h"), {"io"}, 1},
      {"OpenSSL", std::regex("openssl/.*"), {}, 0},
      {"SQLite", std::regex("(sqlite3\\.h|SQLiteCpp/.*)"), {"io", "catalog"}, 2},
      {"xxHash", std::regex("xxhash\\.h"), {"io"}, 1},
      {"fmt",
       std::regex("fmt/.*"),
       {"dsp", "io", "reports", "claim_reports", "catalog", "pipeline", "batch", "verification", "cli"},
       0},
  };
  return all;
}

struct Include {
  std::size_t line = 0;
  std::string path;
  bool quoted = false;
};

/// What a file is: "src/dsp/fft.cpp" is in room "dsp", "include/headscore/curve.hpp" in room "values".
struct SourceFile {
  std::string path;  ///< below the repository, with '/'
  std::string text;
};

std::optional<std::string> room_of(const std::string& path) {
  static const std::regex source("src/([a-z_]+)/.+");
  static const std::regex header("include/headscore/([a-z0-9_]+)\\.hpp");
  std::smatch match;
  if (std::regex_match(path, match, source) && kFloors.contains(match[1].str())) return match[1].str();
  if (std::regex_match(path, match, header)) {
    const auto found = kHeaders.find(match[1].str());
    if (found != kHeaders.end()) return found->second;
  }
  return std::nullopt;
}

/// Where the literal or comment that begins at `at` ends; `at` itself when none begins there.
std::size_t end_of_words(const std::string& text, std::size_t at) {
  const auto behind = [&](const std::string& mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == std::string::npos ? text.size() : found + mark.size();
  };
  if (text.compare(at, 2, "//") == 0) return std::min(text.find('\n', at), text.size());
  if (text.compare(at, 2, "/*") == 0) return behind("*/", at + 2);
  if (text.compare(at, 2, "R\"") == 0) {
    const std::size_t open = text.find('(', at);
    if (open != std::string::npos) return behind(")" + text.substr(at + 2, open - at - 2) + "\"", open);
  }
  const char quote = text[at];
  const bool digit_separator = quote == '\'' && at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
  if ((quote != '"' && quote != '\'') || digit_separator) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2U : 1U;
  return std::min(end + 1, text.size());
}

/// The text without comments and literals; lines stay where they are.
std::string code_of(const std::string& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_words(text, at);
    if (end == at) {
      code += text[at++];
      continue;
    }
    for (; at < end; ++at) {
      if (text[at] == '\n') code += '\n';
    }
  }
  return code;
}

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex directive(R"re(^\s*#\s*include\s*([<"])([^">]+)[">].*)re");
  std::vector<Include> includes;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::smatch match;
    if (std::regex_match(line, match, directive)) includes.push_back({number, match[2].str(), match[1].str() == "\""});
  }
  return includes;
}

/// The repository's file that an include means; nullopt for the standard library and third parties.
std::optional<std::string> own_file(const Include& include) {
  if (include.path.starts_with("headscore/")) return "include/" + include.path;
  if (include.quoted) return "src/" + include.path;
  return std::nullopt;
}

bool may_include(const std::string& room, const std::string& other) {
  if (room == other) return true;
  if (room == "pipeline" && other == "catalog") return true;
  return kFloors.at(other) < kFloors.at(room);
}

bool is_shelf(const std::string& room) {
  return room == "readers" || room == "models" || room == "reports" || room == "claim_reports";
}

std::string at(const SourceFile& file, std::size_t line) { return file.path + ":" + std::to_string(line) + ": "; }

/// What is wrong with the file's includes of the project's own headers.
std::vector<std::string> floor_violations(const SourceFile& file) {
  const std::optional<std::string> room = room_of(file.path);
  if (!room)
    return {
        file.path +
        ": in no known room; a public header is added to kHeaders in tests/unit/floors_test.cpp, a folder to kFloors"};
  std::vector<std::string> wrong;
  for (const Include& include : includes_of(file.text)) {
    const std::optional<std::string> target = own_file(include);
    if (!target) continue;
    const std::optional<std::string> other = room_of(*target);
    if (!other) {
      wrong.push_back(at(file, include.line) + include.path +
                      " is not in a known room; includes are written from src/ or include/");
    } else if (!may_include(*room, *other)) {
      const bool up = kFloors.at(*other) > kFloors.at(*room);
      wrong.push_back(at(file, include.line) + *room + " includes " + include.path + " of " + *other + ", which is " +
                      (up ? "upwards" : "sideways"));
    } else if (is_shelf(*other) && target->starts_with("src/")) {
      wrong.push_back(at(file, include.line) + include.path +
                      ": a plugin shelf holds no headers; plugins do not see each other");
    }
  }
  return wrong;
}

/// Third-party libraries where they should not be.
std::vector<std::string> library_violations(const SourceFile& file) {
  std::vector<std::string> wrong;
  for (const Include& include : includes_of(file.text)) {
    for (const Library& library : libraries()) {
      if (!std::regex_match(include.path, library.includes)) continue;
      if (file.path.starts_with("include/")) {
        wrong.push_back(at(file, include.line) + std::string(library.name) + " in a public header");
      } else if (!library.rooms.empty() && !library.rooms.contains(room_of(file.path).value_or(""))) {
        wrong.push_back(at(file, include.line) + std::string(library.name) + " does not belong into this room");
      }
    }
  }
  return wrong;
}

/// Printing and exiting outside the command line.
std::vector<std::string> printing_violations(const SourceFile& file) {
  if (file.path.starts_with("src/cli/")) return {};
  static const std::regex forbidden(
      R"re(#\s*include\s*<iostream>|\b(?:cout|cerr|clog)\b|\b(?:v?f?printf|puts|fputs|putchar|perror)\s*\(|\bfmt::print\b|(?:^|[^.>\w])(?:exit|_Exit|quick_exit|abort|terminate)\s*\()re");
  std::vector<std::string> wrong;
  std::istringstream lines(code_of(file.text));
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, forbidden)) {
      wrong.push_back(at(file, number) + "the library never prints or exits: " + match[0].str());
    }
  }
  return wrong;
}

const std::vector<SourceFile>& sources() {
  static const std::vector<SourceFile> all = [] {
    std::vector<SourceFile> files;
    const fs::path root = HEADSCORE_SOURCE_DIR;
    for (const char* folder : {"src", "include"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const fs::path extension = entry.path().extension();
        if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        files.push_back(
            {fs::relative(entry.path(), root).generic_string(), {std::istreambuf_iterator<char>(stream), {}}});
      }
    }
    std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
  }();
  return all;
}

std::vector<std::string> over_all_sources(std::vector<std::string> (*check)(const SourceFile&)) {
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources()) {
    for (std::string& message : check(file)) wrong.push_back(std::move(message));
  }
  return wrong;
}

TEST(Floors, EveryIncludeGoesDownwards) {
  ASSERT_GE(sources().size(), 30U);
  EXPECT_THAT(over_all_sources(floor_violations), IsEmpty());
}

TEST(Floors, ThirdPartyLibrariesStayWhereTheyBelong) { EXPECT_THAT(over_all_sources(library_violations), IsEmpty()); }

TEST(Floors, SomeLibrariesAreIncludedByOneFileAlone) {
  for (const Library& library : libraries()) {
    std::set<std::string> users;
    for (const SourceFile& file : sources()) {
      for (const Include& include : includes_of(file.text)) {
        if (std::regex_match(include.path, library.includes)) users.insert(file.path);
      }
    }
    const std::size_t most = library.most_files == 0 ? users.size() : library.most_files;
    EXPECT_LE(users.size(), most) << library.name << testing::PrintToString(users);
  }
}

TEST(Floors, TheLibraryNeverPrintsOrExits) { EXPECT_THAT(over_all_sources(printing_violations), IsEmpty()); }

TEST(Floors, APluginShelfHoldsPluginsAlone) {
  for (const SourceFile& file : sources()) {
    if (!file.path.starts_with("src/") || !is_shelf(room_of(file.path).value_or(""))) continue;
    EXPECT_TRUE(file.path.ends_with(".cpp")) << file.path << ": what plugins share is a header of a lower floor";
    EXPECT_EQ(std::count(file.path.begin(), file.path.end(), '/'), 2) << file.path << ": a shelf has no folders";
  }
}

TEST(Floors, EveryKnownPublicHeaderIsThere) {
  for (const auto& [name, room] : kHeaders) {
    EXPECT_TRUE(fs::exists(fs::path(HEADSCORE_SOURCE_DIR) / "include/headscore" / (name + ".hpp")))
        << name << " of " << room;
  }
}

TEST(House, PublicHeadersAreShort) {
  for (const SourceFile& file : sources()) {
    if (!file.path.starts_with("include/")) continue;
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    EXPECT_LE(lines, 170) << file.path << ": a header has up to about 150 lines";
    if (lines > 150) std::cout << "warning: " << file.path << " has " << lines << " lines, wanted up to about 150\n";
  }
}

TEST(House, EveryHeaderGuardsItself) {
  for (const SourceFile& file : sources()) {
    if (!file.path.ends_with(".hpp")) continue;
    EXPECT_THAT(file.text, HasSubstr("\n#pragma once\n")) << file.path;
  }
}

TEST(House, TopLevelFoldersAreTheKnownOnes) {
  const std::set<std::string> known = {"src",   "include", "data", "targets", "tests",  "benchmarks",
                                       "cmake", "docs",    ".ci",  "build",   "report", ".git"};
  for (const auto& entry : fs::directory_iterator(HEADSCORE_SOURCE_DIR)) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(known.contains(entry.path().filename().string())) << entry.path();
  }
}

// The rules themselves, on files that are not there.

TEST(FloorRules, UpwardsAndSidewaysAreFound) {
  EXPECT_THAT(floor_violations(
                  {"src/dsp/a.cpp", "#include \"headscore/curve.hpp\"\n#include \"dsp/b.hpp\"\n#include <vector>\n"}),
              IsEmpty());
  EXPECT_THAT(floor_violations({"src/dsp/a.cpp", "\n#include \"io/b.hpp\"\n"}),
              ElementsAre(HasSubstr("src/dsp/a.cpp:2: dsp includes io/b.hpp of io, which is sideways")));
  EXPECT_THAT(floor_violations({"src/values/a.cpp", "#include \"headscore/smoothing.hpp\"\n"}),
              ElementsAre(HasSubstr("upwards")));
  EXPECT_THAT(floor_violations({"include/headscore/curve.hpp", "#  include <headscore/report.hpp>\n"}),
              ElementsAre(HasSubstr("upwards")));
  EXPECT_THAT(floor_violations({"src/models/a.cpp", "#include \"headscore/reader.hpp\"\n"}),
              ElementsAre(HasSubstr("sideways")));
  EXPECT_THAT(floor_violations({"src/catalog/a.cpp", "#include \"headscore/pipeline.hpp\"\n"}),
              ElementsAre(HasSubstr("sideways")));
  EXPECT_THAT(floor_violations(
                  {"src/pipeline/a.cpp", "#include \"headscore/catalog.hpp\"\n#include \"headscore/report.hpp\"\n"}),
              IsEmpty());
}

TEST(FloorRules, UnknownRoomsAndPluginHeadersAreFound) {
  EXPECT_THAT(floor_violations({"src/attic/a.cpp", ""}), ElementsAre(HasSubstr("kFloors")));
  EXPECT_THAT(floor_violations({"include/headscore/new_thing.hpp", ""}), ElementsAre(HasSubstr("kHeaders")));
  EXPECT_THAT(floor_violations({"src/dsp/a.cpp", "#include \"b.hpp\"\n"}), ElementsAre(HasSubstr("written from src/")));
  EXPECT_THAT(floor_violations({"src/models/a.cpp", "#include \"models/b.hpp\"\n"}),
              ElementsAre(HasSubstr("holds no headers")));
}

TEST(FloorRules, MisplacedLibrariesAreFound) {
  EXPECT_THAT(library_violations({"include/headscore/report.hpp", "#include <nlohmann/json.hpp>\n"}),
              ElementsAre(HasSubstr("public header")));
  EXPECT_THAT(library_violations({"src/values/a.cpp", "#include <fmt/core.h>\n"}),
              ElementsAre(HasSubstr("fmt does not belong")));
  EXPECT_THAT(library_violations({"src/reports/a.cpp", "#include <fmt/core.h>\n"}), IsEmpty());
  EXPECT_THAT(library_violations({"src/models/a.cpp", "#include \"kiss_fft.h\"\n"}), ElementsAre(HasSubstr("KissFFT")));
}

TEST(FloorRules, PrintingIsFoundInCodeButNotInWords) {
  EXPECT_THAT(printing_violations(
                  {"src/io/a.cpp",
                   "// abort() and std::cout\nauto s = \"printf(\"; /* exit(1)\n */\nstd::snprintf(t, 3, \"x\");\n"}),
              IsEmpty());
  EXPECT_THAT(printing_violations({"src/io/a.cpp", "/*\n*/ std::cerr << 1;\n"}),
              ElementsAre(HasSubstr("src/io/a.cpp:2")));
  for (const std::string_view code : {"std::abort();"sv, "  exit(1);"sv, "std::fprintf(stderr, \"\");"sv,
                                      "#include <iostream>"sv, "fmt::print(\"\");"sv}) {
    EXPECT_FALSE(printing_violations({"src/io/a.cpp", std::string(code)}).empty()) << code;
    EXPECT_TRUE(printing_violations({"src/cli/a.cpp", std::string(code)}).empty()) << code;
  }
  EXPECT_THAT(printing_violations({"src/io/a.cpp", "f(R\"(a \" exit(1);\n)\", 1'000, '\"', exit_code);\nabort();\n"}),
              ElementsAre(HasSubstr("src/io/a.cpp:3")));
  EXPECT_THAT(printing_violations({"src/io/a.cpp", "worker.exit();\nnot_exit();\nstd::ostream& out = stream;\n"}),
              IsEmpty());
}

}  // namespace
