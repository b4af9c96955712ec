// What a table's columns mean, from its column head or, without one, from their order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/column_names.hpp"
#include "io/text_table.hpp"

namespace headscore {

struct TableColumns {
  std::vector<ColumnMeaning> columns;     ///< one a kept column
  std::size_t head_line = 0;              ///< 0: no head, meanings by order
  std::size_t heads = 0;                  ///< lines that look like a column head
  std::vector<std::string> other_levels;  ///< names of further columns of levels, which are not read
  std::optional<std::size_t> right;       ///< one level is named left and is read, one right: the latter's index
  std::size_t unnamed = 0;                ///< further columns without a head, which are not read
  std::string unknown_head;         ///< a head that does not speak of frequency; the order tells the meanings then
  bool level_behind_phase = false;  ///< told by content: the second column is a phase, the third the level
};

/// Meanings of the kept columns; exactly one is the frequency, at most one the level. Throws Error("time-axis") and
/// Error("equalizer-preset") for a head that says so, Error("not-a-curve") for one that names another axis.
[[nodiscard]] TableColumns told_columns(const TextTable& table);

/// The columns with the right channel's level read instead of the left's; `columns.right` is set.
[[nodiscard]] TableColumns for_right_channel(TableColumns columns);

/// Degrees that wrap fill the circle from -180 to 180 and never leave it; no level does both.
[[nodiscard]] bool is_wrapped_phase(const TextTable& table, std::size_t column);

inline constexpr double kWidestLevelsDb = 70.0;

/// Values that run over more than kWidestLevelsDb between 50 Hz and 10 kHz (5th to 95th percentile of the rows): no
/// response does (55 dB at most in 1,500 products), a phase mostly.
[[nodiscard]] bool is_too_wide_for_levels(const TextTable& table, std::size_t frequency_column, std::size_t column);

/// "frequency", "spl", "phase", "thd", "noise", "h2", "fundamental", "impedance", "ignored".
[[nodiscard]] std::string role_name(const ColumnMeaning& column);

}  // namespace headscore
