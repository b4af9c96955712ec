#include "verification/prose.hpp"

#include <algorithm>

#include "io/utf8.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostPassage = 240;  // bytes: more would drown what it is about

}  // namespace

Prose::Prose(const PageText& page, std::size_t base, const std::vector<const MarkdownBlock*>& blocks)
    : page_(page), base_(base) {
  for (const MarkdownBlock* block : blocks) {
    if (!text_.empty()) text_ += "\n\n";
    for (const MarkdownRun& run : block->runs) runs_.push_back({text_.size() + run.offset, run.source});
    text_ += block->text;
  }
  tokens_ = prose_tokens(text_);
}

std::size_t Prose::page_offset(std::size_t offset) const {
  auto run = std::upper_bound(runs_.begin(), runs_.end(), offset,
                              [](std::size_t at, const MarkdownRun& r) { return at < r.offset; });
  if (run == runs_.begin()) return base_;
  --run;
  // Where libcmark writes more bytes than stood there (U+FFFD for a NUL), counting on could leave the page.
  return std::min(base_ + run->source + (offset - run->offset), page_.text().size());
}

bool Prose::is_strong(std::size_t offset) const {
  const std::size_t at = page_offset(offset);
  return at >= 2 && page_.text().compare(at - 2, 2, "**") == 0;
}

Passage Prose::passage(std::size_t begin, std::size_t end) const {
  const std::size_t offset = page_.source_offset(page_offset(begin));
  const TextPlace place = page_.source_place(offset);
  Passage passage{place.line, place.column, std::string(words(begin, end)), offset};
  if (passage.text.size() > kMostPassage) {
    std::size_t cut = kMostPassage;
    while (cut > 0 && (static_cast<unsigned char>(passage.text[cut]) & 0xC0U) == 0x80U) --cut;
    passage.text = passage.text.substr(0, cut) + "...";
  }
  std::replace(passage.text.begin(), passage.text.end(), '\n', ' ');
  return passage;
}

}  // namespace headscore
