// Which rows of a table make the curve: one direction, one value a frequency, no marks for "no data".
#pragma once

#include <cstddef>
#include <vector>

#include "headscore/error.hpp"
#include "io/text_table.hpp"

namespace headscore {

/// The rows kept, by ascending frequency, and what was decided on the way.
struct ChosenRows {
  std::size_t count = 0;
  bool consecutive = false;       ///< rows are 0, 1, ..., count - 1: nothing was left out or moved
  std::vector<std::size_t> rows;  ///< their indices in the table; of consecutive rows none
  std::vector<Warning> warnings;

  /// Index in the table of the i-th row, i < count.
  [[nodiscard]] std::size_t operator[](std::size_t i) const { return consecutive ? i : rows[i]; }
};

/// Rows for the curve of `level_column` over `frequency_column`. Throws Error("not-a-curve") when frequencies go back
/// and forth.
[[nodiscard]] ChosenRows chosen_rows(const TextTable& table, std::size_t frequency_column, std::size_t level_column);

}  // namespace headscore
