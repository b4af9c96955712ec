#include "io/table_form.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "headscore/error.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

constexpr std::size_t kQuickLines = 8;
constexpr std::size_t kThoroughLines = 5000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Begins like a number and has no letters but those of exponents and of marks for missing values.
bool looks_like_row(std::string_view line) {
  line = unquoted(line);
  std::size_t at = 0;
  while (at < line.size() && (line[at] == '+' || line[at] == '-' || line[at] == '.')) ++at;
  if (at > 2 || at >= line.size() || !is_digit(line[at])) return false;
  constexpr std::string_view kLetters = "eEnNaAiIfFuUlL";
  return std::all_of(line.begin(), line.end(), [&](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) == 0 || static_cast<unsigned char>(c) > 127 ||
           kLetters.find(c) != std::string_view::npos;
  });
}

std::vector<TextLine> row_lines(std::string_view text, std::size_t most) {
  std::vector<TextLine> lines;
  std::size_t number = 0;
  while (!text.empty() && lines.size() < most) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    ++number;
    if (!line.empty() && looks_like_row(line)) lines.push_back({number, line});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What a row's characters tell, quoted parts left aside.
struct Traits {
  bool tab = false;
  bool semicolon = false;
  bool comma = false;
  bool dot = false;
  bool comma_tab = false;    ///< a comma right before a tab
  bool gap = false;          ///< white space between two digits or signs: not beside a comma
  bool inner_space = false;  ///< one space between two digits: "1 000.5"
  bool odd = false;          ///< quotes, apostrophes, characters beyond ASCII
};

Traits traits_of(std::string_view line) {
  Traits traits;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') quoted = !quoted;
    if (c == '"' || c == '\'' || static_cast<unsigned char>(c) > 127) traits.odd = true;
    if (quoted) continue;
    traits.tab |= c == '\t';
    traits.semicolon |= c == ';';
    traits.comma |= c == ',';
    traits.dot |= c == '.';
    traits.inner_space |= c == ' ' && i != 0 && i + 1 < line.size() && is_digit(line[i - 1]) && is_digit(line[i + 1]);
    traits.comma_tab |= c == ',' && i + 1 < line.size() && line[i + 1] == '\t';
    if (is_blank(c) && i != 0 && !is_blank(line[i - 1]) && line[i - 1] != ',' && line[i - 1] != ';') {
      std::size_t next = i;
      while (next < line.size() && is_blank(line[next])) ++next;
      traits.gap |= next < line.size() && line[next] != ',' && line[next] != ';';
    }
  }
  return traits;
}

Delimiter told_delimiter(const std::vector<Traits>& all) {
  const auto mostly = [&](auto member) {
    const auto count = std::count_if(all.begin(), all.end(), [&](const Traits& traits) { return traits.*member; });
    return static_cast<std::size_t>(count) * 5 >= all.size() * 4 && count > 0;
  };
  if (mostly(&Traits::semicolon)) return Delimiter::kSemicolon;
  if (mostly(&Traits::comma_tab)) return Delimiter::kComma;
  if (mostly(&Traits::tab)) return Delimiter::kTab;
  if (mostly(&Traits::gap)) return Delimiter::kSpace;
  if (mostly(&Traits::comma)) return Delimiter::kComma;
  return Delimiter::kSpace;
}

/// Groups of exactly three digits behind each mark: "1,000", "1,234,567".
bool grouped_by_three(std::string_view cell, char mark = ',') {
  const std::size_t first = cell.find(mark);
  if (first == 0 || first > 4) return false;
  std::size_t at = first;
  while (at < cell.size()) {
    const std::size_t next = std::min(cell.find(mark, at + 1), cell.size());
    if (next - at != 4) return false;
    at = next;
  }
  return true;
}

/// What the cells of a table tell about its numbers.
struct CellFacts {
  bool comma = false;  ///< some cell has a comma
  bool dot = false;
  bool comma_then_dot = false;  ///< "1,234.5"
  bool dot_then_comma = false;  ///< "1.234,5"
  bool all_grouped = true;      ///< every comma cell could be grouped by thousands
  bool level_comma = false;     ///< a comma outside the first column
  bool plain_first = false;     ///< a first cell without comma
  bool first_comma = false;
  bool level_dot = false;        ///< a dot outside the first column
  bool undotted_first = false;   ///< a first cell without dot
  bool all_dots_grouped = true;  ///< every dot in a first cell could separate thousands
  bool apostrophe = false;
  bool inner_space = false;
  std::size_t line = 0;  ///< first line with a comma
  std::vector<std::string> first_cells;
};

CellFacts facts_of(const std::vector<TextLine>& lines, Delimiter delimiter) {
  CellFacts facts;
  for (const TextLine& line : lines) {
    const std::vector<std::string_view> cells = split_cells(line.text, delimiter);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string_view cell = unquoted(cells[i]);
      const std::size_t comma = cell.find(',');
      const std::size_t dot = cell.find('.');
      facts.apostrophe |= cell.find('\'') != std::string_view::npos;
      facts.inner_space |= cell.find(' ') != std::string_view::npos || cell.find("\u00A0") != std::string_view::npos ||
                           cell.find("\u202F") != std::string_view::npos ||
                           cell.find("\u2009") != std::string_view::npos;
      facts.dot |= dot != std::string_view::npos;
      if (i == 0) facts.first_cells.emplace_back(cell);
      facts.level_dot |= i != 0 && dot != std::string_view::npos;
      facts.undotted_first |= i == 0 && dot == std::string_view::npos;
      if (i == 0 && dot != std::string_view::npos) facts.all_dots_grouped &= grouped_by_three(cell, '.');
      facts.first_comma |= i == 0 && comma != std::string_view::npos;
      if (comma == std::string_view::npos) {
        facts.plain_first |= i == 0;
        continue;
      }
      if (!facts.comma) facts.line = line.number;
      facts.comma = true;
      facts.level_comma |= i != 0;
      if (dot != std::string_view::npos) (comma < dot ? facts.comma_then_dot : facts.dot_then_comma) = true;
      facts.all_grouped &= grouped_by_three(cell.substr(0, dot));
    }
  }
  return facts;
}

bool runs_one_way(const std::vector<std::string>& cells, const NumberStyle& style) {
  double last = 0.0;
  int ups = 0;
  int downs = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::optional<double> value = cell_number(cells[i], style);
    if (!value) return false;
    if (i != 0) ++(*value > last ? ups : downs);
    last = *value;
  }
  return ups == 0 || downs == 0;
}

NumberStyle told_style(const CellFacts& facts, Delimiter delimiter, const std::string& path) {
  const char space = facts.inner_space && delimiter != Delimiter::kSpace ? ' ' : '\0';
  const char plain_thousands = facts.apostrophe ? '\'' : space;
  const NumberStyle decimal_point{'.', plain_thousands};
  const NumberStyle decimal_comma{',', plain_thousands};
  const NumberStyle thousands{'.', ','};
  const auto ambiguous = [&](const std::string& found) {
    return Error("ambiguous-numbers", {path, facts.line}, found, "one decimal mark throughout, best the point");
  };
  if (!facts.comma) return decimal_point;
  if (facts.comma_then_dot && facts.dot_then_comma) throw ambiguous("\"1,234.5\" and \"1.234,5\" in one table");
  if (facts.comma_then_dot) return thousands;
  if (facts.dot_then_comma) return {',', '.'};
  if (facts.dot) {
    // Commas in the levels alone are decimal: no level has thousands.
    const bool dots_in_frequencies = !facts.level_dot && facts.undotted_first && facts.all_dots_grouped;
    if (!facts.first_comma && dots_in_frequencies) return {',', '.'};
    if (facts.first_comma && facts.all_grouped) return thousands;
    throw ambiguous("decimal commas and decimal points in one table");
  }
  if (!facts.all_grouped || facts.level_comma) return decimal_comma;
  const bool as_decimal = runs_one_way(facts.first_cells, decimal_comma);
  const bool as_thousands = runs_one_way(facts.first_cells, thousands);
  if (as_decimal && as_thousands && !facts.plain_first)
    throw ambiguous("frequencies that could have decimal commas or separators of thousands");
  return as_thousands ? thousands : decimal_comma;
}

/// "20,5,70,3" without a decimal point anywhere: commas that separate cells or decimals, nobody can tell.
void refuse_ambiguous_commas(const std::vector<TextLine>& lines, const std::string& path) {
  std::size_t repeated = 0;
  bool padded = false;  // "20,05": no integer is written with a zero before it
  std::string last;
  for (const TextLine& line : lines) {
    const std::vector<std::string_view> cells = split_cells(line.text, Delimiter::kComma);
    if (cells.size() < 3 || line.text.find('.') != std::string_view::npos) return;
    repeated += !last.empty() && cells[0] == last ? 1U : 0U;
    last = std::string(cells[0]);
    padded = padded || std::any_of(cells.begin() + 1, cells.end(),
                                   [](std::string_view cell) { return cell.size() > 1 && cell.front() == '0'; });
  }
  if (padded || repeated * 5 > lines.size()) {
    throw Error("ambiguous-numbers", {path, lines.front().number},
                "commas that separate cells or decimals: " + excerpt(lines.front().text),
                "decimal points, or another delimiter than the comma");
  }
}

std::vector<std::string_view> split_blanks(std::string_view line) {
  std::vector<std::string_view> cells;
  std::size_t at = 0;
  while (at < line.size()) {
    while (at < line.size() && (is_blank(line[at]) || line[at] == '\f')) ++at;
    const std::size_t start = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    if (at > start) cells.push_back(line.substr(start, at - start));
  }
  return cells;
}

}  // namespace

std::string_view to_string(Delimiter delimiter) {
  switch (delimiter) {
    case Delimiter::kTab:
      return "tab";
    case Delimiter::kComma:
      return "comma";
    case Delimiter::kSemicolon:
      return "semicolon";
    case Delimiter::kSpace:
      break;
  }
  return "space";
}

TableForm told_form(std::string_view text, const std::string& path, bool thorough) {
  std::vector<TextLine> lines = row_lines(text, thorough ? kThoroughLines : kQuickLines);
  std::vector<Traits> traits;
  for (const TextLine& line : lines) traits.push_back(traits_of(line.text));
  TableForm form;
  form.delimiter = told_delimiter(traits);
  const bool doubtful = std::any_of(traits.begin(), traits.end(), [&](const Traits& t) {
    return t.odd || t.semicolon || (t.inner_space && form.delimiter != Delimiter::kSpace) ||
           (t.comma && (form.delimiter != Delimiter::kComma || !t.dot));
  });
  if (doubtful && !thorough) return told_form(text, path, true);
  if (form.delimiter == Delimiter::kComma) refuse_ambiguous_commas(lines, path);
  if (doubtful) form.style = told_style(facts_of(lines, form.delimiter), form.delimiter, path);
  return form;
}

std::vector<std::string_view> split_cells(std::string_view line, Delimiter delimiter) {
  if (delimiter == Delimiter::kSpace) return split_blanks(line);
  if (delimiter == Delimiter::kTab && line.find('\t') == std::string_view::npos) return split_blanks(line);
  const char mark = delimiter == Delimiter::kTab ? '\t' : (delimiter == Delimiter::kComma ? ',' : ';');
  std::vector<std::string_view> cells;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (line[i] != mark || quoted)) continue;
    cells.push_back(trimmed(line.substr(start, i - start)));
    start = i + 1;
  }
  while (!cells.empty() && cells.back().empty()) cells.pop_back();
  return cells;
}

RowCells row_cells(std::string_view line, const TableForm& form) {
  RowCells row;
  const std::vector<std::string_view> cells = split_cells(line, form.delimiter);
  if (cells.size() < 2) return row;
  const std::optional<double> frequency_hz = cell_number(cells[0], form.style);
  const bool other_marks = cells[0].find(',') != std::string_view::npos ||
                           cells[1].find(',') != std::string_view::npos ||
                           cells[0].find('\'') != std::string_view::npos ||
                           (form.delimiter != Delimiter::kSpace && cells[0].find(' ') != std::string_view::npos);
  row.other_style = other_marks && looks_like_row(line);
  if (!frequency_hz) {
    if (is_missing_mark(cells[0]) && cell_number(cells[1], form.style)) row.kind = RowCells::Kind::kMissing;
    return row;
  }
  row.values.push_back(*frequency_hz);
  std::size_t next = 1;
  while (next < cells.size() && cells[next].empty()) ++next;
  const std::size_t skipped = next - 1;
  const std::optional<double> level_db = cell_number(cells[next], form.style);
  if (!level_db) {
    row.kind = is_missing_mark(cells[next]) ? RowCells::Kind::kMissing : RowCells::Kind::kText;
    return row;
  }
  row.kind = RowCells::Kind::kRow;
  row.empty_before_level = skipped;
  row.values.push_back(*level_db);
  for (std::size_t i = next + 1; i < cells.size(); ++i) {
    const std::optional<double> value = cell_number(cells[i], form.style);
    row.unreadable += value || cells[i].empty() || is_missing_mark(cells[i]) ? 0U : 1U;
    row.values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return row;
}

}  // namespace headscore
