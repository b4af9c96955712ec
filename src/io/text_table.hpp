// A table of numbers in text, before anybody says what its columns mean.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headscore/error.hpp"
#include "io/table_form.hpp"
#include "io/text_lines.hpp"

namespace headscore {

/// Rows whose first cell runs in one direction (equal values included) without going back.
struct RowBlock {
  std::size_t first = 0;  ///< index of the first row
  std::size_t count = 0;
};

/// A line before the rows that names their columns, or looks so.
struct ColumnHead {
  std::size_t line = 0;
  std::vector<std::string> names;  ///< two or more
};

/// What was found in a text: rows of numbers, and the lines around them. Views point into `text`, so a table does not
/// move.
struct TextTable {
  std::string path;
  std::string text;  ///< the whole input as UTF-8
  std::string encoding;
  TableForm form;
  std::vector<TextLine> header;         ///< lines with text before the first row
  std::vector<ColumnHead> heads;        ///< of the header, in order
  std::vector<TextLine> interruptions;  ///< lines with text between rows
  std::vector<TextLine> trailer;        ///< lines with text behind the last row
  std::size_t column_count = 0;         ///< of the first row
  std::size_t stride = 0;               ///< cells kept a row (columns that were not asked for are skipped)
  std::vector<double> cells;            ///< row-major, rows x stride; NaN: empty, missing or not a number
  std::vector<RowBlock> blocks;         ///< in order; at least one when there is a row
  bool descending = false;
  std::vector<Warning> warnings;  ///< one a kind of defect, with its first line and its number
  std::vector<std::pair<std::size_t, std::size_t>> line_runs;  ///< (first row, its line) of rows on consecutive lines

  TextTable() = default;
  TextTable(const TextTable&) = delete;
  TextTable& operator=(const TextTable&) = delete;
  ~TextTable() = default;

  [[nodiscard]] std::size_t rows() const { return stride == 0 ? 0 : cells.size() / stride; }
  [[nodiscard]] double cell(std::size_t row, std::size_t column) const { return cells[row * stride + column]; }
  /// Takes all out but `path` and `text`; the memory is kept.
  void clear();
  /// 1-based line of the text that a row stands on.
  [[nodiscard]] std::size_t line_of(std::size_t row) const;
};

/// Whether columns behind frequency and level are wanted. Skipped is only what the head calls a phase behind frequency
/// and level.
enum class FurtherColumns { kParse, kSkip };

/// How rows of plain numbers are read: many at once, or each with the care that any other line gets. The table is the
/// same.
enum class PlainRows { kAtOnce, kWithCare };

/// Finds delimiter, number style and rows in `table.text`. Nothing is judged but the form: decisions are in `warnings`.
/// Throws what told_form() throws.
void parse_table(TextTable& table, FurtherColumns further, PlainRows plain_rows = PlainRows::kAtOnce);

}  // namespace headscore
