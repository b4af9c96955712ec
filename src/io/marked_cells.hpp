// Rows whose cells carry more than a number: units, bars of a drawn table, Fortran's exponents, lone carriage returns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "io/text_table.hpp"

namespace headscore {

/// A text rewritten so that its rows are plain numbers; line numbers stay, except behind lone carriage returns.
struct PlainText {
  std::string text;
  std::size_t rows = 0;           ///< how many were rewritten
  std::size_t first_line = 0;     ///< of the rewritten rows, 1-based
  bool carriage_returns = false;  ///< lone ones were taken as ends of lines
};

/// "20.0 Hz; 85.3 dB", "1.2k 85.3", "| 20 | 85.3 |", "2.0D+01 8.5D+01", or lines that end with a carriage return
/// beside lines that end with a line feed: what parse_table() left as text. Units are Hz, kHz (or k) in the first cell,
/// dB in any, % and degrees behind the second. nullopt when that is not what the texts of `table` are.
[[nodiscard]] std::optional<PlainText> with_plain_cells(const TextTable& table);

}  // namespace headscore
