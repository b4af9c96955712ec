#include "io/front_matter.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

#include "headscore/error.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostBytes = 65536;  // a front matter is a screenful; more is something else
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Block {
  std::string_view yaml;
  std::size_t lines_before = 0;
  std::size_t last_line = 0;
  std::size_t body_offset = 0;
};

bool is_fence(std::string_view line, bool closing) {
  const std::string_view text = line.substr(0, line.find_last_not_of(" \t\r") + 1);
  return text == "---" || (closing && text == "...");
}

std::optional<Block> block_of(std::string_view page) {
  std::size_t at = page.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  Block block;
  std::size_t line = 0;
  std::size_t start = 0;
  bool open = false;
  while (at < page.size()) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view text = page.substr(at, end - at);
    ++line;
    const std::size_t next = std::min(end + 1, page.size());
    if (!open) {
      if (!is_fence(text, false)) {
        if (!trimmed(text).empty()) return std::nullopt;
      } else {
        open = true;
        block.lines_before = line;
        start = next;
      }
    } else if (is_fence(text, true)) {
      block.yaml = page.substr(start, at - start);
      block.last_line = line;
      block.body_offset = next;
      return block;
    }
    at = next;
  }
  return std::nullopt;
}

class Entries {
 public:
  explicit Entries(std::size_t lines_before) : lines_before_(lines_before) {}

  [[nodiscard]] FrontMatterScalar scalar(const YAML::Node& node) const {
    FrontMatterScalar value;
    if (node.IsScalar()) value.text = node.Scalar();
    value.line = line(node.Mark());
    value.column = column(node.Mark());
    return value;
  }

  [[nodiscard]] FrontMatterEntry entry(const YAML::Node& key, const YAML::Node& value) const {
    FrontMatterEntry result;
    if (key.IsScalar()) result.key = key.Scalar();
    result.line = line(key.Mark());
    result.column = column(key.Mark());
    if (value.IsScalar()) {
      result.kind = FrontMatterEntry::Kind::kScalar;
      result.values.push_back(scalar(value));
    } else if (value.IsSequence()) {
      result.kind = FrontMatterEntry::Kind::kList;
      for (const YAML::Node& item : value) result.values.push_back(scalar(item));
    } else if (!value.IsNull()) {
      result.kind = FrontMatterEntry::Kind::kOther;
    }
    return result;
  }

  [[nodiscard]] std::size_t line(const YAML::Mark& mark) const {
    return mark.line < 0 ? 0 : static_cast<std::size_t>(mark.line) + 1 + lines_before_;
  }
  [[nodiscard]] static std::size_t column(const YAML::Mark& mark) {
    return mark.column < 0 ? 0 : static_cast<std::size_t>(mark.column) + 1;
  }

 private:
  std::size_t lines_before_;
};

}  // namespace

const FrontMatterEntry* FrontMatter::find(std::string_view key) const {
  for (const FrontMatterEntry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

std::string FrontMatter::text(std::string_view key) const {
  const FrontMatterEntry* entry = find(key);
  return entry != nullptr && entry->kind == FrontMatterEntry::Kind::kScalar ? entry->values.front().text
                                                                            : std::string();
}

FrontMatter front_matter(std::string_view page, const std::string& path) {
  const std::optional<Block> block = block_of(page);
  if (!block)
    throw Error("no-front-matter", {path}, "a page without front matter", "YAML between two lines `---` at its start");
  if (block->yaml.size() > kMostBytes)
    throw Error("bad-front-matter", {path, 1}, "a front matter of more than 64 KiB", "a short one");
  FrontMatter result;
  result.last_line = block->last_line;
  result.body_offset = block->body_offset;
  const Entries entries(block->lines_before);
  try {
    const YAML::Node root = YAML::Load(std::string(block->yaml));
    if (root.IsNull()) return result;
    if (!root.IsMap())
      throw Error("bad-front-matter", {path, entries.line(root.Mark())}, "a front matter without keys",
                  "`key: value` lines");
    for (const auto& pair : root) result.entries.push_back(entries.entry(pair.first, pair.second));
  } catch (const YAML::Exception& error) {
    throw Error("bad-front-matter", {path, entries.line(error.mark), Entries::column(error.mark)},
                "YAML that cannot be read (" + error.msg + ")", "`key: value` lines");
  }
  return result;
}

}  // namespace headscore
