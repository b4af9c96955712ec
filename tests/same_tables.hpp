// One text read twice: rows of plain numbers at once, and every line with care. Both must give the same table to the last bit.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/error.hpp"
#include "io/text_table.hpp"

namespace headscore::tests {

/// Everything that parse_table() found, or what it threw, as text and bits.
struct ParsedText {
  std::vector<std::uint64_t> cells;
  std::string rest;

  friend bool operator==(const ParsedText&, const ParsedText&) = default;
};

inline std::string shown(std::string_view name, const std::vector<TextLine>& lines) {
  std::string text(name);
  for (const TextLine& line : lines) text += "\n  " + std::to_string(line.number) + ": " + std::string(line.text);
  return text + "\n";
}

inline std::string shown(const TextTable& table) {
  std::string text = std::string(to_string(table.form.delimiter)) + " decimal " + table.form.style.decimal + " thousands " +
                     std::to_string(static_cast<int>(table.form.style.thousands)) + " columns " + std::to_string(table.column_count) + " stride " +
                     std::to_string(table.stride) + (table.descending ? " descending\n" : "\n");
  text += shown("header", table.header) + shown("interruptions", table.interruptions) + shown("trailer", table.trailer) + "heads";
  for (const ColumnHead& head : table.heads) {
    text += " " + std::to_string(head.line);
    for (const std::string& name : head.names) text += "|" + name;
  }
  text += "\nblocks";
  for (const RowBlock& block : table.blocks) text += " " + std::to_string(block.first) + "+" + std::to_string(block.count);
  text += "\nlines";
  for (std::size_t row = 0; row < table.rows(); ++row) text += " " + std::to_string(table.line_of(row));
  for (const Warning& warning : table.warnings) text += "\n" + to_string(warning);
  return text;
}

inline ParsedText parsed(const std::string& text, FurtherColumns further, PlainRows plain_rows) {
  TextTable table;
  table.text = text;
  try {
    parse_table(table, further, plain_rows);
  } catch (const Error& error) {
    return {{}, error.code() + " " + error.what()};
  }
  ParsedText result{{}, shown(table)};
  for (const double cell : table.cells) result.cells.push_back(std::bit_cast<std::uint64_t>(cell));
  return result;
}

/// Fails with the text's start where the two ways differ.
inline void expect_same_tables(const std::string& text, const std::string& name) {
  for (const FurtherColumns further : {FurtherColumns::kParse, FurtherColumns::kSkip}) {
    const ParsedText at_once = parsed(text, further, PlainRows::kAtOnce);
    const ParsedText with_care = parsed(text, further, PlainRows::kWithCare);
    EXPECT_EQ(at_once.rest, with_care.rest) << name << (further == FurtherColumns::kSkip ? ", further columns skipped\n" : "\n") << text.substr(0, 2000);
    EXPECT_TRUE(at_once.cells == with_care.cells) << name << "\n" << text.substr(0, 2000);
  }
}

}  // namespace headscore::tests
