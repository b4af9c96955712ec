#include "io/table_blocks.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "io/column_names.hpp"

namespace headscore {
namespace {

constexpr auto kOthers = std::to_array<std::string_view>({"target",
                                                          "phase",
                                                          "group delay",
                                                          "impedance",
                                                          "noise",
                                                          "coherence",
                                                          "distortion",
                                                          "compensation",
                                                          "calibration",
                                                          "equalized",
                                                          "equalised",
                                                          "equalization",
                                                          "equalisation",
                                                          "harman",
                                                          "diffuse field",
                                                          "diffuse-field",
                                                          "ief neutral",
                                                          "thd",
                                                          "h2",
                                                          "h3",
                                                          "h4",
                                                          "h5"});
constexpr auto kLevels = std::to_array<std::string_view>({"spl", "magnitude", "measured", "response", "raw", "level"});
constexpr std::size_t kLongestTitle = 48;
constexpr std::size_t kFurthestLines = 3;  ///< a title stands no further above its rows

bool names_other_quantity(std::string_view title) {
  const auto has = [title](std::string_view word) { return contains_word(title, word); };
  return std::any_of(kOthers.begin(), kOthers.end(), has) && std::none_of(kLevels.begin(), kLevels.end(), has);
}

/// "Frequency<tab>THD (%)".
bool heads_other_quantity(std::string_view line) {
  const std::vector<std::string> names = column_names(line);
  return names.size() == 2 && meaning_of(names[0]).role == ColumnRole::kFrequency &&
         meaning_of_only(names[1]).role != ColumnRole::kLevel;
}

/// The line above a block that says that it is something else; nullptr when there is none.
const TextLine* other_title(const TextTable& table, const RowBlock& block) {
  const std::size_t line = table.line_of(block.first);
  const std::size_t before = block.first == 0 ? 0 : table.line_of(block.first - 1);
  for (const TextLine& text : block.first == 0 ? table.header : table.interruptions) {
    if (text.number <= before || text.number >= line || text.number + kFurthestLines < line) continue;
    if (heads_other_quantity(text.text)) return &text;
    if (text.text.size() <= kLongestTitle && column_names(text.text).empty() && names_other_quantity(text.text))
      return &text;
  }
  return nullptr;
}

/// Rows of the kept blocks alone, with their lines.
void keep_rows(TextTable& table, const std::vector<RowBlock>& kept) {
  std::vector<double> cells;
  std::vector<RowBlock> blocks;
  std::vector<std::pair<std::size_t, std::size_t>> line_runs;
  for (const RowBlock& block : kept) {
    const std::size_t first = cells.size() / table.stride;
    for (std::size_t row = 0; row < block.count; ++row) {
      const std::size_t line = table.line_of(block.first + row);
      const bool follows =
          !line_runs.empty() && row > 0 && line_runs.back().second + (first + row - line_runs.back().first) == line;
      if (!follows) line_runs.emplace_back(first + row, line);
    }
    const auto begin = table.cells.begin() + static_cast<std::ptrdiff_t>(block.first * table.stride);
    cells.insert(cells.end(), begin, begin + static_cast<std::ptrdiff_t>(block.count * table.stride));
    blocks.push_back({first, block.count});
  }
  table.cells = std::move(cells);
  table.blocks = std::move(blocks);
  table.line_runs = std::move(line_runs);
}

/// Lines between the rows that now stand before the first of them are the header.
void move_header(TextTable& table) {
  const std::size_t first = table.line_of(0);
  const auto behind = std::find_if(table.interruptions.begin(), table.interruptions.end(),
                                   [&](const TextLine& line) { return line.number > first; });
  if (behind == table.interruptions.begin()) return;
  table.header.assign(table.interruptions.begin(), behind);
  table.interruptions.erase(table.interruptions.begin(), behind);
  table.heads.clear();
  for (const TextLine& line : table.header) {
    std::vector<std::string> names = column_names(line.text, table.column_count);
    if (names.size() >= 2) table.heads.push_back({line.number, std::move(names)});
  }
}

}  // namespace

void leave_out_other_tables(TextTable& table) {
  if (table.blocks.size() < 2) return;
  std::vector<RowBlock> kept;
  std::vector<Warning> warnings;
  for (const RowBlock& block : table.blocks) {
    const TextLine* title = other_title(table, block);
    if (title == nullptr) {
      kept.push_back(block);
      continue;
    }
    warnings.push_back({"other-table-ignored", table.line_of(block.first),
                        std::to_string(block.count) + " rows under " + excerpt(title->text) + " were left out"});
  }
  if (kept.empty() || warnings.empty()) return;
  const bool first_stays = kept.front().first == 0;
  keep_rows(table, kept);
  if (!first_stays) move_header(table);
  table.warnings.insert(table.warnings.end(), warnings.begin(), warnings.end());
}

}  // namespace headscore
