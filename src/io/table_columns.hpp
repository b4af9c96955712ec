// What a table's columns mean, from its column head or, without one, from their order.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "io/text_table.hpp"

namespace headscore {

enum class ColumnRole { kFrequency, kLevel, kPhase, kThd, kNoise, kHarmonic, kFundamental, kImpedance, kIgnored };
enum class ColumnUnit { kUnknown, kHertz, kKilohertz, kDecibel, kPercent, kDegree, kRadian, kOhm };

struct ColumnMeaning {
  ColumnRole role = ColumnRole::kIgnored;
  ColumnUnit unit = ColumnUnit::kUnknown;
  int harmonic = 0;      ///< order, for kHarmonic
  std::string name;      ///< as the head has it, or the role's own name
};

struct TableColumns {
  std::vector<ColumnMeaning> columns;  ///< one a kept column
  std::size_t head_line = 0;           ///< 0: no head, meanings by order
  std::size_t heads = 0;               ///< lines that look like a column head
  std::vector<std::string> other_levels;  ///< names of further columns of levels, which are not read
};

/// Meanings of the kept columns; exactly one is the frequency, at most one the level.
[[nodiscard]] TableColumns told_columns(const TextTable& table);

/// The names in a line that looks like a column head, empty when it does not: its first name must speak of frequency.
[[nodiscard]] std::vector<std::string> column_names(std::string_view line);

/// "frequency", "spl", "phase", "thd", "noise", "h2", "fundamental", "impedance", "ignored".
[[nodiscard]] std::string role_name(const ColumnMeaning& column);

}  // namespace headscore
