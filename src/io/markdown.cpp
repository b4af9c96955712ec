#include "io/markdown.hpp"

#include <cmark.h>

#include <algorithm>
#include <memory>

namespace headscore {
namespace {

class Blocks {
 public:
  explicit Blocks(std::string_view markdown) : markdown_(markdown) {
    line_starts_.push_back(0);
    for (std::size_t at = markdown.find('\n'); at != std::string_view::npos; at = markdown.find('\n', at + 1))
      line_starts_.push_back(at + 1);
  }

  void event(cmark_event_type type, cmark_node* node) {
    const bool entering = type == CMARK_EVENT_ENTER;
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_ITEM:
        depth_ += entering ? 1 : -1;
        break;
      case CMARK_NODE_HEADING:
        block(entering, MarkdownBlock::Kind::kHeading, cmark_node_get_heading_level(node));
        break;
      case CMARK_NODE_PARAGRAPH:
        block(entering, MarkdownBlock::Kind::kText, 0);
        break;
      case CMARK_NODE_CODE_BLOCK:
        code_block(node);
        break;
      case CMARK_NODE_TEXT:
        append(node, cmark_node_get_literal(node), 0);
        break;
      case CMARK_NODE_CODE:
        append(node, cmark_node_get_literal(node), 1);
        break;
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
        append_break();
        break;
      case CMARK_NODE_HTML_INLINE:
        if (std::string_view(cmark_node_get_literal(node)).starts_with("<br")) append_break();
        break;
      default:
        break;
    }
  }

  [[nodiscard]] std::vector<MarkdownBlock> taken() { return std::move(blocks_); }

 private:
  void block(bool entering, MarkdownBlock::Kind kind, int level) {
    if (entering) {
      blocks_.emplace_back();
      blocks_.back().kind = kind;
      blocks_.back().level = level;
      blocks_.back().item = depth_ > 0;
    }
    open_ = entering;
  }

  void code_block(cmark_node* node) {
    block(true, MarkdownBlock::Kind::kCode, 0);
    const std::string_view literal = cmark_node_get_literal(node);
    const auto line = static_cast<std::size_t>(std::max(1, cmark_node_get_start_line(node)));
    const std::size_t from = line_starts_[std::min(line, line_starts_.size()) - 1];
    // The fence stands before the text; an indented block has none.
    const std::size_t at = literal.empty() ? from : markdown_.find(literal.substr(0, literal.find('\n')), from);
    blocks_.back().runs.push_back({0, at == std::string_view::npos ? from : at});
    blocks_.back().text = literal;
    open_ = false;
  }

  void append_break() {
    if (!open_) return;
    MarkdownBlock& block = blocks_.back();
    block.runs.push_back({block.text.size(), last_end_});
    block.text += '\n';
  }

  /// libcmark's columns of inline nodes are right but for lazy or indented lines: the literal is looked for from there.
  void append(cmark_node* node, const char* text, std::size_t marks) {
    if (!open_ || text == nullptr || *text == '\0') return;
    const std::string_view literal = text;
    MarkdownBlock& block = blocks_.back();
    const std::size_t at = place(node, literal, marks);
    block.runs.push_back({block.text.size(), at});
    block.text += literal;
    last_end_ = std::min(at + literal.size(), markdown_.size());
  }

  [[nodiscard]] std::size_t place(cmark_node* node, std::string_view literal, std::size_t marks) const {
    const int line = cmark_node_get_start_line(node);
    const int column = cmark_node_get_start_column(node);
    if (line < 1 || static_cast<std::size_t>(line) > line_starts_.size()) return last_end_;
    const std::size_t start = line_starts_[static_cast<std::size_t>(line) - 1];
    const std::size_t guess = std::min(start + static_cast<std::size_t>(std::max(column, 1)) - 1, markdown_.size());
    if (markdown_.substr(guess, literal.size()) == literal) return guess;
    if (marks > 0 && markdown_.substr(std::min(guess + marks, markdown_.size()), literal.size()) == literal)
      return guess + marks;
    const std::size_t end = std::min(markdown_.find('\n', start), markdown_.size());
    const std::size_t from = last_end_ > start && last_end_ < end ? last_end_ : start;
    const std::size_t found = markdown_.substr(from, end - from).find(literal);
    return found == std::string_view::npos ? guess : from + found;
  }

  std::string_view markdown_;
  std::vector<std::size_t> line_starts_;
  std::vector<MarkdownBlock> blocks_;
  std::size_t last_end_ = 0;
  int depth_ = 0;
  bool open_ = false;
};

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

}  // namespace

std::size_t MarkdownBlock::source_of(std::size_t offset) const {
  auto run = std::upper_bound(runs.begin(), runs.end(), offset,
                              [](std::size_t at, const MarkdownRun& r) { return at < r.offset; });
  if (run == runs.begin()) return 0;
  --run;
  return run->source + (offset - run->offset);
}

std::vector<MarkdownBlock> markdown_blocks(std::string_view markdown) {
  Blocks blocks(markdown);
  const std::unique_ptr<cmark_node, FreeNode> document(
      cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT));
  const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(document.get()));
  for (cmark_event_type type = cmark_iter_next(iterator.get()); type != CMARK_EVENT_DONE;
       type = cmark_iter_next(iterator.get())) {
    blocks.event(type, cmark_iter_get_node(iterator.get()));
  }
  return blocks.taken();
}

}  // namespace headscore
