// Telling how a table is written: what stands between its cells and how its numbers look; and one row's cells.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/number.hpp"

namespace headscore {

enum class Delimiter { kTab, kSpace, kComma, kSemicolon };

[[nodiscard]] std::string_view to_string(Delimiter delimiter);

struct TableForm {
  Delimiter delimiter = Delimiter::kSpace;
  NumberStyle style;
};

/// Tells the form from the lines that look like rows: from the first few when they leave no doubt, from thousands
/// otherwise (or when `thorough`). Throws Error("ambiguous-numbers") with the line when commas could be decimal marks
/// as well as something else.
[[nodiscard]] TableForm told_form(std::string_view text, const std::string& path, bool thorough);

/// The cells of a line, trimmed; quotes (RFC 4180) hold a cell together. Empty cells at the end are left out.
[[nodiscard]] std::vector<std::string_view> split_cells(std::string_view line, Delimiter delimiter);

/// A line as a row.
struct RowCells {
  enum class Kind {
    kText,     ///< no row
    kMissing,  ///< a frequency whose level is missing, or the reverse
    kRow,
  };
  Kind kind = Kind::kText;
  std::vector<double> values;          ///< frequency, level, ...; NaN where a further cell is missing or not a number
  std::size_t empty_before_level = 0;  ///< empty cells skipped between frequency and the next number
  std::size_t unreadable = 0;          ///< further cells that are not numbers
  bool other_style = false;            ///< text, but under another number style it might be a row
};

[[nodiscard]] RowCells row_cells(std::string_view line, const TableForm& form);

}  // namespace headscore
