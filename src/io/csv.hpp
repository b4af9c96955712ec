// Comma-separated values as in RFC 4180: what headscore's own files (catalogs) are written in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

struct CsvCell {
  std::string text;  ///< without its quotes; blanks around an unquoted cell are left out
  std::size_t line = 0;
  std::size_t column = 0;  ///< 1-based, in bytes; of the cell's text, behind its quote
};

/// A record with something in it; blank lines are no records.
using CsvRecord = std::vector<CsvCell>;

/// Reads UTF-8 text, with or without BOM, LF or CRLF. `path` names the text in errors. Throws Error(`code`) with line
/// and column for bytes that are not UTF-8, a NUL, a quote inside an unquoted cell, text after a closing quote, and a
/// quote that is never closed.
[[nodiscard]] std::vector<CsvRecord> csv_records(std::string_view text, const std::string& path,
                                                 const std::string& code);

/// A cell for text, quoted where RFC 4180 wants it. A spreadsheet takes what starts with one of = + - @ for a formula,
/// so a quote goes before it (OWASP, "CSV Injection").
[[nodiscard]] std::string csv_cell(const std::string& text);

}  // namespace headscore
