// A stretch of a page as plain text with tokens, each of which knows its place in the file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/claim.hpp"
#include "io/markdown.hpp"
#include "io/page_text.hpp"
#include "io/prose_tokens.hpp"

namespace headscore {

class Prose {
 public:
  /// Blocks of the Markdown that begins at `base` of the page's text; blocks are set apart by an empty line.
  Prose(const PageText& page, std::size_t base, const std::vector<const MarkdownBlock*>& blocks);
  Prose(const Prose&) = delete;  // the tokens look into the text
  Prose& operator=(const Prose&) = delete;
  ~Prose() = default;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::vector<ProseToken>& tokens() const noexcept { return tokens_; }
  [[nodiscard]] std::string_view words(std::size_t begin, std::size_t end) const {
    return std::string_view(text_).substr(begin, end - begin);
  }
  [[nodiscard]] std::string_view words(const ProseToken& token) const { return words(token.begin, token.end); }
  /// Place and words of bytes [begin, end) of text(); long passages are cut.
  [[nodiscard]] Passage passage(std::size_t begin, std::size_t end) const;
  /// True when the word at `offset` stands right behind a mark of emphasis.
  [[nodiscard]] bool is_strong(std::size_t offset) const;
  /// Byte of the page's text at which a byte of text() stands.
  [[nodiscard]] std::size_t page_offset(std::size_t offset) const;

 private:
  const PageText& page_;
  std::size_t base_;
  std::string text_;
  std::vector<MarkdownRun> runs_;
  std::vector<ProseToken> tokens_;
};

}  // namespace headscore
