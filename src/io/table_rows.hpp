// Which rows of a table make the curve: one direction, one value a frequency, no marks for "no data".
#pragma once

#include <cstddef>
#include <vector>

#include "headscore/error.hpp"
#include "io/text_table.hpp"

namespace headscore {

/// Indices of the rows kept, by ascending frequency, and what was decided on the way.
struct ChosenRows {
  std::vector<std::size_t> rows;
  bool consecutive = false;  ///< rows are 0, 1, ..., n - 1: nothing was left out or moved
  std::vector<Warning> warnings;
};

/// Rows for the curve of `level_column` over `frequency_column`. Throws Error("not-a-curve") when frequencies go back
/// and forth.
[[nodiscard]] ChosenRows chosen_rows(const TextTable& table, std::size_t frequency_column, std::size_t level_column);

}  // namespace headscore
