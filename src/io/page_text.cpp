#include "io/page_text.hpp"

#include <algorithm>
#include <utility>

#include "io/encoding.hpp"
#include "io/utf8.hpp"

namespace headscore {
namespace {

std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts.push_back(at + 1);
  return starts;
}

}  // namespace

PageText::PageText(std::string bytes, const std::string& path) {
  const std::size_t size = bytes.size();
  DecodedText read = decoded(std::move(bytes), path);
  encoding_ = read.encoding;
  plain_utf8_ = read.encoding == "UTF-8" && read.text.size() == size;
  source_ = std::move(read.text);
  repaired_ = repaired(source_);
  source_lines_ = line_starts(source_);
  text_lines_ = line_starts(repaired_.text);
}

std::size_t PageText::source_offset(std::size_t offset) const {
  const auto& repairs = repaired_.repairs;
  const auto next = std::upper_bound(repairs.begin(), repairs.end(), offset,
                                     [](std::size_t at, const Repair& repair) { return at < repair.offset; });
  if (next == repairs.begin()) return std::min(offset, source_.size());
  const Repair& before = *std::prev(next);
  if (offset < before.offset + before.length) return before.source_offset;
  return std::min(before.source_offset + before.source_length + (offset - before.offset - before.length),
                  source_.size());
}

TextPlace PageText::source_place(std::size_t source_offset) const {
  const std::size_t at = std::min(source_offset, source_.size());
  const auto next = std::upper_bound(source_lines_.begin(), source_lines_.end(), at);
  const std::size_t start = *std::prev(next);
  return {static_cast<std::size_t>(next - source_lines_.begin()),
          character_count(std::string_view(source_).substr(start, at - start)) + 1};
}

TextPlace PageText::place(std::size_t offset) const { return source_place(source_offset(offset)); }

std::size_t PageText::line_offset(std::size_t line) const {
  if (line == 0) return 0;
  return line <= text_lines_.size() ? text_lines_[line - 1] : repaired_.text.size();
}

}  // namespace headscore
