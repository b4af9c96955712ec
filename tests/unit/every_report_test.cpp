// What holds for every report, and what each of them promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "headscore/report.hpp"
#include "io/text_format.hpp"
#include "sample_outcomes.hpp"

namespace headscore {
namespace {

const Report& report_of(const std::string& id) {
  const std::vector<Report>& all = report_formats();
  const auto found = std::find_if(all.begin(), all.end(), [&id](const Report& report) { return report.id == id; });
  if (found == all.end()) throw std::runtime_error("no report " + id);
  return *found;
}

std::string written(const std::string& id, const std::vector<Outcome>& outcomes, const ReportOptions& options = {}) {
  std::ostringstream out;
  report_of(id).write(out, outcomes, options);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// RFC 4180, strictly; an empty result is malformed text.
std::vector<std::vector<std::string>> parsed_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      if (!row.back().empty()) return {};
      quoted = true;
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\r') {
      if (i + 1 >= text.size() || text[++i] != '\n') return {};
      rows.push_back(row);
      row.assign(1, "");
    } else {
      row.back() += c;
    }
  }
  return quoted || row != std::vector<std::string>(1) ? std::vector<std::vector<std::string>>{} : rows;
}

/// Empty when tags are balanced and nothing stands where XML does not allow it.
std::string xml_defect(const std::string& text) {
  std::vector<std::string> open;
  std::size_t at = text.rfind("?>", 100) + 2;
  while ((at = text.find('<', at)) != std::string::npos) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return "a tag without end";
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return "a tag in a tag: " + tag;
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "closing " + tag;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
    }
    at = end;
  }
  for (std::size_t i = text.find('&'); i != std::string::npos; i = text.find('&', i + 1)) {
    const std::string entity = text.substr(i, text.find(';', i) - i);
    if (entity != "&lt" && entity != "&gt" && entity != "&amp" && entity != "&quot" && entity != "&#39") return entity;
  }
  return open.empty() ? "" : "open " + open.back();
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r') || byte == 0x7F;
  });
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const Report& report : report_formats()) ids.emplace_back(report.id);
  return ids;
}

class EveryReport : public testing::TestWithParam<std::string> {};

TEST_P(EveryReport, WritesEverySampleWithoutThrowing) {
  for (const auto& [name, outcomes] : samples::all()) {
    EXPECT_NO_THROW(EXPECT_FALSE(written(GetParam(), outcomes).empty()) << name) << name;
  }
}

TEST_P(EveryReport, IsPrintableUtf8ThatEndsWithALine) {
  for (const auto& [name, outcomes] : samples::all()) {
    const std::string text = written(GetParam(), outcomes);
    EXPECT_FALSE(has_control_character(text)) << name;
    EXPECT_EQ(text.back(), '\n') << name;
    for (const std::string& line : lines_of(text)) {
      const std::string bare = line.substr(0, line.find_last_not_of('\r') + 1);
      EXPECT_TRUE(GetParam() == "json" || printable(bare) == bare) << name << ": " << bare;
    }
  }
}

TEST_P(EveryReport, SaysTheSameTwice) {
  const std::vector<Outcome> outcomes{samples::everything()};
  EXPECT_EQ(written(GetParam(), outcomes), written(GetParam(), outcomes));
}

TEST_P(EveryReport, NamesTheProductAndItsSettings) {
  const std::string text = written(GetParam(), {samples::model_case()});
  for (const char* wanted : {"Sony MDR-1AM2", "harman-oe-2018", "unknown", "1/48 octave", "200-2000 Hz", "V-shaped"}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted;
  }
}

TEST_P(EveryReport, SaysWhyAProductFailed) {
  EXPECT_NE(written(GetParam(), {samples::failed()}).find("none of its 1 files could be read"), std::string::npos);
}

TEST_P(EveryReport, HasATitleAndAnExtension) {
  EXPECT_FALSE(report_of(GetParam()).title.empty());
  EXPECT_EQ(report_of(GetParam()).extension.front(), '.');
}

INSTANTIATE_TEST_SUITE_P(All, EveryReport, testing::ValuesIn(all_ids()),
                         [](const testing::TestParamInfo<std::string>& id) { return id.param; });

TEST(TextReport, FitsItsWidth) {
  for (const auto& [name, outcomes] : samples::all()) {
    for (const int width : {0, 60, 67, 80, 100}) {
      for (const std::string& line : lines_of(written("text", outcomes, {false, width}))) {
        EXPECT_LE(display_width(line), std::max(width, 60)) << name << ": " << line;
      }
    }
  }
}

TEST(TextReport, IsTheSameTextInColour) {
  for (const auto& [name, outcomes] : samples::all()) {
    std::string coloured = written("text", outcomes, {true, 80});
    for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
      coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    EXPECT_EQ(coloured, written("text", outcomes, {false, 80})) << name;
  }
  EXPECT_NE(written("text", {samples::model_case()}, {true, 80}).find('\x1b'), std::string::npos);
}

TEST(TextReport, ShowsTheArithmetic) {
  const std::string text = written("text", {samples::model_case()});
  EXPECT_NE(text.find("133 USD / 246 USD = 0.54 -> 0.5"), std::string::npos);
  EXPECT_NE(text.find("2.9 = 0.5 + 0.7 + 0.5 + 0.6 + 0.6"), std::string::npos);
}

TEST(TextReport, EndsWithASummaryAndTheFailures) {
  const std::string text = written("text", samples::all().at("Several"));
  const std::size_t summary = text.find("\nSUMMARY\n");
  ASSERT_NE(summary, std::string::npos);
  EXPECT_GT(text.find("FAILED: 1 product"), summary);
  EXPECT_EQ(written("text", {samples::model_case()}).find("SUMMARY"), std::string::npos);
}

TEST(JsonReport, ParsesAndHoldsOneObjectAProduct) {
  for (const auto& [name, outcomes] : samples::all()) {
    const nlohmann::json document = nlohmann::json::parse(written("json", outcomes));
    EXPECT_EQ(document.at("products").size(), outcomes.size()) << name;
  }
}

TEST(JsonReport, KeepsEveryDigitOfAScore) {
  const Outcome outcome = samples::model_case();
  const nlohmann::json product = nlohmann::json::parse(written("json", {outcome})).at("products").at(0);
  EXPECT_EQ(product.at("scores").at("preference").at("value").get<double>(), outcome.preference[0].value());
  EXPECT_EQ(product.at("scores").at("cost_performance").at("value").get<double>(), outcome.cost_performance->value());
  EXPECT_EQ(product.at("curves").at("frequency_hz").size(), product.at("curves").at("left_db").size());
  EXPECT_TRUE(product.at("error").is_null());
}

TEST(JsonReport, PutsNullWhereACurveHasNoRow) {
  Outcome outcome = samples::model_case();
  outcome.curves->left = restricted(*outcome.curves->left, {100.0, 10000.0});
  const nlohmann::json curves = nlohmann::json::parse(written("json", {outcome})).at("products").at(0).at("curves");
  EXPECT_EQ(curves.at("left_db").size(), curves.at("response_db").size());
  EXPECT_TRUE(curves.at("left_db").front().is_null());
  EXPECT_TRUE(curves.at("response_db").front().is_number());
}

TEST(JsonReport, HoldsNoNumberThatIsNone) {
  const nlohmann::json product =
      nlohmann::json::parse(written("json", {samples::with_unnatural_numbers()})).at("products").at(0);
  EXPECT_TRUE(product.at("analysis").at("tilt_db_per_octave").is_null());
  EXPECT_TRUE(product.at("channels").at("bs708_ratio").is_null());
  EXPECT_TRUE(product.at("scores").at("preference").at("residual_sd").is_null());
}

TEST(CsvReport, HasOneRowAProductAndAsManyCellsAsTheHead) {
  for (const auto& [name, outcomes] : samples::all()) {
    const auto rows = parsed_csv(written("csv", outcomes));
    ASSERT_EQ(rows.size(), outcomes.size() + 1) << name;
    for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size()) << name;
  }
}

TEST(CsvReport, HoldsNoFormula) {
  for (const auto& [name, outcomes] : samples::all()) {
    const auto rows = parsed_csv(written("csv", outcomes));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      for (const std::string& cell : rows[i]) {
        const bool is_number = !cell.empty() && cell.find_first_not_of("0123456789.+-e") == std::string::npos;
        EXPECT_TRUE(is_number || cell.empty() || std::string("=+-@").find(cell[0]) == std::string::npos) << cell;
      }
    }
  }
}

TEST(CsvReport, NamesColumnsInSnakeCaseAndOnce) {
  std::vector<std::string> head = parsed_csv(written("csv", {})).at(0);
  for (const std::string& name : head) {
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << name;
  }
  std::sort(head.begin(), head.end());
  EXPECT_EQ(std::adjacent_find(head.begin(), head.end()), head.end());
}

TEST(MarkdownReport, CarriesTheRatingLine) {
  const std::vector<std::string> lines = lines_of(written("markdown", {samples::model_case()}));
  EXPECT_EQ(lines.at(0), "---");
  EXPECT_NE(std::find(lines.begin(), lines.end(), "rating: [2.9, 0.5, 0.7, 0.5, 0.6, 0.6]"), lines.end());
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "$$ \\Large \\text{0.5} $$"), 2);
  const std::string text = written("markdown", {samples::model_case()});
  EXPECT_NE(text.find("Calculation: 133 USD \u00f7 246 USD = 0.54."), std::string::npos);
}

TEST(MarkdownReport, LeavesTheRatingOutAndSaysWhatIsMissing) {
  Outcome outcome = samples::model_case();
  Score::Fields fields = outcome.overall->fields();
  fields.terms.erase(fields.terms.begin() + 1);
  outcome.overall = Score(fields);
  const std::string text = written("markdown", {outcome});
  EXPECT_EQ(text.find("\nrating:"), std::string::npos);
  EXPECT_NE(text.find("\n# rating: left out; not known: technology\n"), std::string::npos);
}

TEST(MarkdownReport, CountsWhatWasComputedAsKnownWithoutAnOverallScore) {
  Outcome outcome = samples::model_case();
  outcome.overall.reset();
  EXPECT_NE(
      written("markdown", {outcome}).find("\n# rating: left out; not known: technology, reliability, rationality\n"),
      std::string::npos);
}

TEST(MarkdownReport, HoldsNoMarkupFromNames) {
  for (const char* hostile : {"<script>", "{{ f", "{% g", "[c](d)", "$h$"}) {
    for (const auto& [name, text] : samples::hostile_texts()) {
      const std::string page = written("markdown", {samples::named(text)});
      EXPECT_EQ(page.substr(page.find("\n---\n")).find(hostile), std::string::npos) << name << ": " << hostile;
    }
  }
}

TEST(SvgReport, IsWellFormed) {
  for (const auto& [name, outcomes] : samples::all()) {
    EXPECT_EQ(xml_defect(written("svg", outcomes)), "") << name;
    EXPECT_EQ(written("svg", outcomes).find("nan"), std::string::npos) << name;
  }
}

TEST(SvgReport, DrawsAtMostAboutFiveHundredPointsACurve) {
  const std::string text = written("svg", {samples::model_case(1000.0)});
  for (std::size_t at = text.find("clip-path="); at != std::string::npos; at = text.find("clip-path=", at + 1)) {
    const std::string path = text.substr(at, text.find("/>", at) - at);
    EXPECT_LE(std::count(path.begin(), path.end(), 'L'), 501);
  }
}

TEST(SvgReport, SaysInWordsWhyThereIsNoCurve) {
  EXPECT_NE(written("svg", {samples::without_analysis()}).find("There is no curve to draw"), std::string::npos);
}

}  // namespace
}  // namespace headscore
