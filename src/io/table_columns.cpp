#include "io/table_columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

namespace headscore {
namespace {

/// Without the marks of a comment. A quote is one of them unless it opens the first of several quoted names.
std::string_view without_marks(std::string_view line) {
  line = trimmed(line);
  const bool quoted_names = std::count(line.begin(), line.end(), '"') >= 4;
  if (quoted_names && line.front() == '"') return line;
  while (!line.empty() && std::string_view("*#;!%/\" ").find(line.front()) != std::string_view::npos) line = trimmed(line.substr(1));
  return line;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is_frequency_name(std::string_view name) {
  const std::string word = lowered(name);
  return word.starts_with("freq") || word.starts_with("f [") || word.starts_with("f[") || word.starts_with("f (") ||
         word.starts_with("f(") || word == "f" || word == "hz" || word == "khz" || has(word, "frequency") || has(word, "[hz]") || has(word, "(hz)");
}

ColumnUnit unit_of(const std::string& word) {
  if (has(word, "khz")) return ColumnUnit::kKilohertz;
  if (has(word, "%") || has(word, "percent")) return ColumnUnit::kPercent;
  if (has(word, "db")) return ColumnUnit::kDecibel;
  if (has(word, "rad")) return ColumnUnit::kRadian;
  if (has(word, "deg") || has(word, "\u00B0")) return ColumnUnit::kDegree;
  if (has(word, "ohm") || has(word, "\u03A9") || has(word, "\u2126")) return ColumnUnit::kOhm;
  if (has(word, "hz")) return ColumnUnit::kHertz;
  return ColumnUnit::kUnknown;
}

/// Order of "H2(%)", "HD3", "2nd", "3rd harmonic", "D2"; 0 for anything else.
int harmonic_order(const std::string& word) {
  if (word.find_first_of("23456789") == std::string::npos) return 0;
  for (int order = 2; order <= 9; ++order) {
    const char digit = static_cast<char>('0' + order);
    for (const std::string_view prefix : {"h", "hd", "d", "harmonic ", "harmonic"}) {
      const std::string start = std::string(prefix) + digit;
      if (word.starts_with(start) && (word.size() == start.size() || std::isdigit(static_cast<unsigned char>(word[start.size()])) == 0)) return order;
    }
    for (const std::string_view suffix : {"nd", "rd", "th"}) {
      if (word.starts_with(std::string(1, digit) + std::string(suffix))) return order;
    }
  }
  return 0;
}

ColumnMeaning meaning_of(const std::string& name) {
  ColumnMeaning meaning;
  meaning.name = name;
  const std::string word = lowered(name);
  meaning.unit = unit_of(word);
  meaning.harmonic = harmonic_order(word);
  if (is_frequency_name(name)) {
    meaning.role = ColumnRole::kFrequency;
  } else if (has(word, "thd+n") || has(word, "thd + n")) {
    meaning.role = ColumnRole::kIgnored;
  } else if (has(word, "thd") || has(word, "total harmonic")) {
    meaning.role = ColumnRole::kThd;
  } else if (meaning.harmonic != 0) {
    meaning.role = ColumnRole::kHarmonic;
  } else if (has(word, "noise")) {
    meaning.role = ColumnRole::kNoise;
  } else if (has(word, "fundamental")) {
    meaning.role = ColumnRole::kFundamental;
  } else if (has(word, "phase") || meaning.unit == ColumnUnit::kDegree) {
    meaning.role = ColumnRole::kPhase;
  } else if (meaning.unit == ColumnUnit::kOhm || has(word, "impedance")) {
    meaning.role = ColumnRole::kImpedance;
  } else if (meaning.unit == ColumnUnit::kPercent || has(word, "coherence") || has(word, "error") || has(word, "smoothed") ||
             has(word, "equali") || has(word, "target") || has(word, "r&b")) {
    meaning.role = ColumnRole::kIgnored;
  } else {
    meaning.role = ColumnRole::kLevel;
  }
  return meaning;
}

/// Names of a head whose cells are not divided by the table's own delimiter: "THD (%)" stays one name.
std::vector<std::string> blank_separated(std::string_view line) {
  std::vector<std::string> names;
  for (const std::string_view word : split_cells(line, Delimiter::kSpace)) {
    const bool belongs = !names.empty() && (word.front() == '(' || word.front() == '[');
    if (belongs) {
      names.back().append(" ").append(word);
    } else {
      names.emplace_back(word);
    }
  }
  return names;
}

/// An index counts its rows; the frequency is the column beside it then.
bool first_column_is_index(const TextTable& table) {
  if (table.stride < 3 || table.rows() < 8) return false;
  const double first = table.cell(0, 0);
  if (first != 0.0 && first != 1.0 && first != 2.0) return false;
  for (std::size_t row = 1; row < std::min<std::size_t>(table.rows(), 64); ++row) {
    if (table.cell(row, 0) != table.cell(row - 1, 0) + 1.0 || !(table.cell(row, 1) > table.cell(row - 1, 1))) return false;
  }
  return true;
}

std::vector<ColumnMeaning> by_order(const TextTable& table) {
  std::vector<ColumnMeaning> columns(table.stride);
  const std::size_t start = first_column_is_index(table) ? 1 : 0;
  if (start == 1) columns[0].name = "index";
  columns[start] = {ColumnRole::kFrequency, ColumnUnit::kHertz, 0, "frequency"};
  columns[start + 1] = {ColumnRole::kLevel, ColumnUnit::kDecibel, 0, "level"};
  if (start + 2 < columns.size()) columns[start + 2] = {ColumnRole::kPhase, ColumnUnit::kDegree, 0, "phase"};
  return columns;
}

/// How surely a name speaks of the response's level: AutoEq's "raw" before "SPL" and the like before anything unknown.
int level_rank(const ColumnMeaning& column) {
  if (column.role != ColumnRole::kLevel) return 0;
  const std::string word = lowered(column.name);
  if (word == "raw") return 3;
  const bool known = column.unit == ColumnUnit::kDecibel || has(word, "spl") || has(word, "mag") || has(word, "level") || has(word, "ampl") ||
                     has(word, "response") || has(word, "left") || has(word, "right") || has(word, "usound");
  return known ? 2 : 1;
}

/// One level only: the first of the surest. Others that are as sure are named in `left_out`.
void keep_one_level(std::vector<ColumnMeaning>& columns, std::vector<std::string>& left_out) {
  const auto chosen = std::max_element(columns.begin(), columns.end(), [](const ColumnMeaning& a, const ColumnMeaning& b) { return level_rank(a) < level_rank(b); });
  const int rank = level_rank(*chosen);
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (column->role != ColumnRole::kLevel || column == chosen) continue;
    if (level_rank(*column) == rank) left_out.push_back(column->name);
    column->role = ColumnRole::kIgnored;
  }
}

}  // namespace

std::vector<std::string> column_names(std::string_view line) {
  line = without_marks(line);
  if (line.empty() || std::isdigit(static_cast<unsigned char>(line.front())) != 0) return {};
  // Most header lines are no column heads: they are told before they are split.
  if (line.front() != 'f' && line.front() != 'F' && !contains_word(line, "freq") && !contains_word(line, "hz")) return {};
  std::vector<std::string> names;
  for (const Delimiter delimiter : {Delimiter::kTab, Delimiter::kSemicolon, Delimiter::kComma}) {
    const char mark = delimiter == Delimiter::kTab ? '\t' : (delimiter == Delimiter::kComma ? ',' : ';');
    if (line.find(mark) == std::string_view::npos) continue;
    for (const std::string_view cell : split_cells(line, delimiter)) names.emplace_back(trimmed(unquoted(cell)));
    break;
  }
  if (names.size() < 2) names = blank_separated(line);
  if (names.size() < 2 || !is_frequency_name(names[0])) {
    const bool later = names.size() >= 3 && names[0].size() <= 8 && is_frequency_name(names[1]);  // an index first
    if (!later) return {};
  }
  const bool prose = std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.ends_with(':') || name.size() > 60; });
  return prose ? std::vector<std::string>{} : names;
}

TableColumns told_columns(const TextTable& table) {
  TableColumns result;
  result.heads = table.heads.size();
  const ColumnHead head = table.heads.empty() ? ColumnHead{} : table.heads.back();
  if (head.names.size() < table.stride) {
    result.columns = by_order(table);
    return result;
  }
  result.head_line = head.line;
  for (std::size_t i = 0; i < table.stride; ++i) result.columns.push_back(meaning_of(head.names[i]));
  // A frequency named twice or not at all: trust the order.
  const auto frequencies = std::count_if(result.columns.begin(), result.columns.end(),
                                         [](const ColumnMeaning& column) { return column.role == ColumnRole::kFrequency; });
  if (frequencies != 1) {
    result.columns = by_order(table);
    return result;
  }
  keep_one_level(result.columns, result.other_levels);
  return result;
}

std::string role_name(const ColumnMeaning& column) {
  switch (column.role) {
    case ColumnRole::kFrequency: return "frequency";
    case ColumnRole::kLevel: return "spl";
    case ColumnRole::kPhase: return "phase";
    case ColumnRole::kThd: return "thd";
    case ColumnRole::kNoise: return "noise";
    case ColumnRole::kHarmonic: return "h" + std::to_string(column.harmonic);
    case ColumnRole::kFundamental: return "fundamental";
    case ColumnRole::kImpedance: return "impedance";
    case ColumnRole::kIgnored: break;
  }
  return "ignored";
}

}  // namespace headscore
