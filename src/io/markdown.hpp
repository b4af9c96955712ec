// Markdown as blocks of plain text, each byte of which knows where it came from.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

/// From `offset` of a block's text on, up to the next run, text and source go on side by side.
struct MarkdownRun {
  std::size_t offset = 0;  ///< in the block's text
  std::size_t source = 0;  ///< byte offset in the Markdown
};

struct MarkdownBlock {
  enum class Kind { kHeading, kText, kCode };
  Kind kind = Kind::kText;
  int level = 0;      ///< of a heading, 1 to 6
  bool item = false;  ///< inside a list
  std::string text;   ///< without emphasis, links and code marks; soft line ends are '\n'
  std::vector<MarkdownRun> runs;

  /// Byte offset in the Markdown of a byte of `text`.
  [[nodiscard]] std::size_t source_of(std::size_t offset) const;
};

/// Headings, paragraphs and code blocks in their order (CommonMark, by libcmark); HTML comments are left out. The text
/// of tables is that of a paragraph. `markdown` is UTF-8.
[[nodiscard]] std::vector<MarkdownBlock> markdown_blocks(std::string_view markdown);

}  // namespace headscore
