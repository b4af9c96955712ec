#include "io/table_columns.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace headscore {
namespace {

struct Head {
  std::vector<std::string> names;
  std::size_t line = 0;
  std::size_t count = 0;
};

/// "Hz dB %": units alone, which belong to the names above them.
bool are_units(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    static constexpr std::string_view kUnits[] = {"hz", "khz", "db", "dbspl", "db spl", "%", "deg", "degrees", "rad"};
    const std::string word = lowered(name);
    return std::any_of(std::begin(kUnits), std::end(kUnits), [&](std::string_view unit) {
      return word == unit || word == "[" + std::string(unit) + "]" || word == "(" + std::string(unit) + ")";
    });
  });
}

/// Names with the units of the line below them.
Head with_units(const ColumnHead& names, const ColumnHead& units) {
  Head head{names.names, units.line, 1};
  for (std::size_t i = 0; i < head.names.size(); ++i) {
    const std::string& unit = units.names[i];
    const bool bracketed = unit.front() == '(' || unit.front() == '[';
    head.names[i] += bracketed ? " " + unit : " (" + unit + ")";
  }
  return head;
}

/// ",Left,Right" right above a head that calls two columns the same.
Head with_names_above(const TextTable& table, const ColumnHead& head) {
  Head result{head.names, head.line, 1};
  const auto above = std::find_if(table.header.begin(), table.header.end(),
                                  [&](const TextLine& line) { return line.number + 1 == head.line; });
  const bool twins = std::any_of(head.names.begin() + 1, head.names.end(), [&](const std::string& name) {
    return std::count(head.names.begin(), head.names.end(), name) > 1;
  });
  if (above == table.header.end() || !twins) return {};
  const HeadCells names = head_cells(above->text);
  if (names.by_blanks || names.names.size() != head.names.size()) return {};
  for (std::size_t i = 1; i < result.names.size(); ++i)
    if (!names.names[i].empty()) result.names[i] = names.names[i] + " " + result.names[i];
  return result;
}

Head found_head(const TextTable& table) {
  if (table.heads.empty()) return {};
  const ColumnHead& last = table.heads.back();
  if (Head named = with_names_above(table, last); named.count != 0) return named;
  if (table.heads.size() > 1) {
    const ColumnHead& above = table.heads[table.heads.size() - 2];
    if (above.names.size() == last.names.size() && are_units(last.names) && !are_units(above.names))
      return with_units(above, last);
  }
  const auto count = std::count_if(table.heads.begin(), table.heads.end(),
                                   [&](const ColumnHead& head) { return head.names.size() == last.names.size(); });
  return {last.names, last.line, static_cast<std::size_t>(count)};
}

/// The line right above the rows may say that they are something else.
void refuse_other_tables(const TextTable& table) {
  if (table.header.empty()) return;
  const TextLine& line = table.header.back();
  const HeadCells head = head_cells(line.text);
  if (head.names.size() < std::min<std::size_t>(table.column_count, 2)) return;
  switch (other_table(head)) {
    case OtherTable::kNone:
      return;
    case OtherTable::kEqualizer:
      throw Error("equalizer-preset", {table.path, line.number}, "an equaliser preset", "rows of frequency and level");
    case OtherTable::kTime:
      throw Error("time-axis", {table.path, line.number}, "a first column " + excerpt(head.names[0]),
                  "frequencies in Hz");
    case OtherTable::kOtherAxis:
      throw Error("not-a-curve", {table.path, line.number}, "a first column " + excerpt(head.names[0]),
                  "frequencies in Hz");
  }
}

/// An index counts its rows; the frequency is the column beside it then.
bool first_column_is_index(const TextTable& table) {
  if (table.stride < 3 || table.rows() < 8) return false;
  const double first = table.cell(0, 0);
  if (first != 0.0 && first != 1.0 && first != 2.0) return false;
  for (std::size_t row = 1; row < std::min<std::size_t>(table.rows(), 64); ++row) {
    if (table.cell(row, 0) != table.cell(row - 1, 0) + 1.0 || !(table.cell(row, 1) > table.cell(row - 1, 1)))
      return false;
  }
  return true;
}

/// Pearson's correlation of two columns over the rows that have both; 0 for fewer than 20.
double correlation(const TextTable& table, std::size_t a, std::size_t b) {
  double n = 0.0;
  double sum_a = 0.0;
  double sum_b = 0.0;
  double sum_aa = 0.0;
  double sum_bb = 0.0;
  double sum_ab = 0.0;
  const double offset_a = table.cell(0, a);
  const double offset_b = table.cell(0, b);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double x = table.cell(row, a) - offset_a;
    const double y = table.cell(row, b) - offset_b;
    if (std::isnan(x) || std::isnan(y)) continue;
    n += 1.0;
    sum_a += x;
    sum_b += y;
    sum_aa += x * x;
    sum_bb += y * y;
    sum_ab += x * y;
  }
  const double spread = std::sqrt((sum_aa - sum_a * sum_a / n) * (sum_bb - sum_b * sum_b / n));
  return n >= 20.0 && spread > 0.0 ? (sum_ab - sum_a * sum_b / n) / spread : 0.0;
}

/// Another channel beside the level, or the same data compensated: both on an SPL scale and never far apart, or of one
/// shape.
bool is_second_level(const TextTable& table, std::size_t level, std::size_t other) {
  constexpr double kLeastSplDb = 40.0;
  constexpr double kFarApartDb = 15.0;
  constexpr double kOneShape = 0.98;
  std::size_t near = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double a = table.cell(row, level);
    const double b = table.cell(row, other);
    near += a >= kLeastSplDb && b >= kLeastSplDb && std::abs(a - b) <= kFarApartDb ? 1U : 0U;
  }
  return near * 10 >= table.rows() * 9 || correlation(table, level, other) >= kOneShape;
}

/// A head right above the rows, cell for cell, of which nothing is known: its text, empty when there is none.
std::string unknown_head(const TextTable& table) {
  if (table.header.empty()) return {};
  const HeadCells head = head_cells(table.header.back().text);
  if (head.by_blanks || head.names.size() != table.column_count) return {};
  const bool words = std::all_of(head.names.begin(), head.names.end(), [](const std::string& name) {
    return !name.empty() && !name.ends_with(':') &&
           std::string_view("0123456789+-.").find(name.front()) == std::string_view::npos;
  });
  return words ? std::string(table.header.back().text) : std::string();
}

/// Without a head the order tells the meaning, and the content of a third column whether the order is the usual one.
void tell_by_order(const TextTable& table, TableColumns& result) {
  std::vector<ColumnMeaning>& columns = result.columns;
  columns.assign(table.stride, {});
  const std::size_t start = first_column_is_index(table) ? 1 : 0;
  if (start == 1) columns[0].name = "index";
  std::size_t level = start + 1;
  columns[start] = {ColumnRole::kFrequency, ColumnUnit::kHertz, 0, "frequency"};
  const std::size_t third = start + 2;
  if (third < columns.size()) {
    const auto is_phase = [&](std::size_t column) {
      return is_wrapped_phase(table, column) || is_too_wide_for_levels(table, start, column);
    };
    if (is_phase(level) && !is_phase(third)) {
      columns[level] = {ColumnRole::kPhase, ColumnUnit::kDegree, 0, "phase"};
      result.level_behind_phase = true;
      level = third;
    } else if (is_second_level(table, level, third)) {
      result.other_levels.emplace_back("column " + std::to_string(third + 1));
    } else {
      columns[third] = {ColumnRole::kPhase, ColumnUnit::kDegree, 0, "phase"};
    }
    result.unnamed = columns.size() - third - 1;
  }
  columns[level] = {ColumnRole::kLevel, ColumnUnit::kUnknown, 0, "level"};
}

/// The one column of `rank` that names this side; none for two.
std::optional<std::size_t> only_of_side(const std::vector<ColumnMeaning>& columns, int rank, Channel side) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (level_rank(columns[i]) != rank || side_of(columns[i].name) != side) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

/// One level only: the left channel's of two, else the first of the surest. Others that are as sure are named.
void keep_one_level(TableColumns& result) {
  std::vector<ColumnMeaning>& columns = result.columns;
  const auto surest =
      std::max_element(columns.begin(), columns.end(),
                       [](const ColumnMeaning& a, const ColumnMeaning& b) { return level_rank(a) < level_rank(b); });
  const int rank = level_rank(*surest);
  if (rank == 0) return;
  auto chosen = static_cast<std::size_t>(surest - columns.begin());
  const std::optional<std::size_t> left = only_of_side(columns, rank, Channel::kLeft);
  const std::optional<std::size_t> right = only_of_side(columns, rank, Channel::kRight);
  if (left && right) {
    chosen = *left;
    result.right = right;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].role != ColumnRole::kLevel || i == chosen) continue;
    if (level_rank(columns[i]) == rank) result.other_levels.push_back(columns[i].name);
    columns[i].role = ColumnRole::kIgnored;
  }
}

/// Several curves side by side, each with its own frequencies: the surest level is read, the others are named. False
/// without a frequency, or without a level where there are several.
bool keep_one_pair(TableColumns& result) {
  std::vector<ColumnMeaning>& columns = result.columns;
  const auto is_frequency = [](const ColumnMeaning& column) { return column.role == ColumnRole::kFrequency; };
  const auto rank_of = [](const ColumnMeaning& column) {
    return column.role == ColumnRole::kFundamental ? 1 : level_rank(column);
  };
  const auto lower = [&](const ColumnMeaning& a, const ColumnMeaning& b) { return rank_of(a) < rank_of(b); };
  auto first = std::find_if(columns.begin(), columns.end(), is_frequency);
  if (first == columns.end()) return false;
  auto behind = std::find_if(first + 1, columns.end(), is_frequency);
  if (behind == columns.end()) return true;
  auto kept = first;
  auto kept_behind = behind;
  int best = 0;
  for (; first != columns.end(); first = behind) {
    behind = std::find_if(first + 1, columns.end(), is_frequency);
    if (first + 1 == behind) continue;
    if (const int rank = rank_of(*std::max_element(first + 1, behind, lower)); rank > best) {
      best = rank;
      kept = first;
      kept_behind = behind;
    }
  }
  if (best == 0) return false;
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (column >= kept && column < kept_behind) {
      if (column->role == ColumnRole::kFundamental) column->role = ColumnRole::kLevel;
      continue;
    }
    if (column->role == ColumnRole::kLevel) result.other_levels.push_back(column->name);
    column->role = ColumnRole::kIgnored;
  }
  return true;
}

/// "20,82,0" under two names: a decimal comma in the level, and a comma between the cells.
void refuse_decimal_commas(const TextTable& table, std::size_t names) {
  if (table.form.delimiter != Delimiter::kComma || names != 2 || table.column_count != 3 || table.rows() < 2) return;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < table.stride; ++column) {
      if (table.cell(row, column) != std::floor(table.cell(row, column))) return;
    }
  }
  throw Error("ambiguous-numbers", {table.path, table.line_of(0)},
              "three cells of whole numbers under two names: commas that separate cells or decimals",
              "decimal points, or another delimiter than the comma");
}

/// A head of two names over three columns: the order tells the third. Longer ones leave the rest unnamed.
void fill_up(const TextTable& table, TableColumns& result) {
  std::vector<ColumnMeaning> named = std::move(result.columns);
  if (named.size() == 2 && named[0].role == ColumnRole::kFrequency && named[1].role == ColumnRole::kLevel) {
    tell_by_order(table, result);
    for (ColumnMeaning& column : result.columns) {
      if (column.role == ColumnRole::kFrequency) column = named[0];
      if (column.role == ColumnRole::kLevel) column = named[1];
    }
    return;
  }
  result.columns = std::move(named);
  result.unnamed = table.stride - result.columns.size();
  result.columns.resize(table.stride);
  if (keep_one_pair(result)) keep_one_level(result);
}

}  // namespace

TableColumns told_columns(const TextTable& table) {
  TableColumns result;
  const Head head = found_head(table);
  result.heads = head.count;
  if (head.count == 0) {
    refuse_other_tables(table);
    result.unknown_head = unknown_head(table);
  }
  if (head.count == 0) {
    tell_by_order(table, result);
    return result;
  }
  result.head_line = head.line;
  for (std::size_t i = 0; i < std::min(table.stride, head.names.size()); ++i)
    result.columns.push_back(meaning_of(head.names[i]));
  if (head.names.size() == 2 && table.column_count == 2 && result.columns[0].role == ColumnRole::kFrequency)
    result.columns[1] = meaning_of_only(head.names[1]);
  refuse_decimal_commas(table, head.names.size());
  if (result.columns.size() < table.stride) {
    fill_up(table, result);
    return result;
  }
  if (!keep_one_pair(result)) {
    tell_by_order(table, result);
    return result;
  }
  keep_one_level(result);
  return result;
}

TableColumns for_right_channel(TableColumns columns) {
  ColumnMeaning& right = columns.columns[*columns.right];
  for (ColumnMeaning& column : columns.columns) {
    if (column.role != ColumnRole::kLevel) continue;
    column.role = ColumnRole::kIgnored;
    std::replace(columns.other_levels.begin(), columns.other_levels.end(), right.name, column.name);
  }
  right.role = ColumnRole::kLevel;
  return columns;
}

bool is_wrapped_phase(const TextTable& table, std::size_t column) {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    smallest = std::min(smallest, table.cell(row, column));  // NaN changes neither
    largest = std::max(largest, table.cell(row, column));
  }
  return smallest < -150.0 && largest > 150.0 && smallest >= -180.5 && largest <= 180.5;
}

bool is_too_wide_for_levels(const TextTable& table, std::size_t frequency_column, std::size_t column) {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    smallest = std::min(smallest, table.cell(row, column));
    largest = std::max(largest, table.cell(row, column));
  }
  if (!(largest - smallest > kWidestLevelsDb)) return false;
  std::vector<double> inside;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double frequency = table.cell(row, frequency_column);
    if (frequency >= 50.0 && frequency <= 10000.0 && std::isfinite(table.cell(row, column)))
      inside.push_back(table.cell(row, column));
  }
  constexpr std::size_t kLeastRows = 20;
  if (inside.size() < kLeastRows) return false;
  std::sort(inside.begin(), inside.end());
  return inside[inside.size() - 1 - inside.size() / 20] - inside[inside.size() / 20] > kWidestLevelsDb;
}

std::string role_name(const ColumnMeaning& column) {
  switch (column.role) {
    case ColumnRole::kFrequency:
      return "frequency";
    case ColumnRole::kLevel:
      return "spl";
    case ColumnRole::kPhase:
      return "phase";
    case ColumnRole::kThd:
      return "thd";
    case ColumnRole::kNoise:
      return "noise";
    case ColumnRole::kHarmonic:
      return "h" + std::to_string(column.harmonic);
    case ColumnRole::kFundamental:
      return "fundamental";
    case ColumnRole::kImpedance:
      return "impedance";
    case ColumnRole::kIgnored:
      break;
  }
  return "ignored";
}

}  // namespace headscore
