// YAML front matter: the block between two `---` lines that opens a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

/// A plain value with the place it stands at.
struct FrontMatterScalar {
  std::string text;        ///< without its quotes
  std::size_t line = 0;    ///< 1-based, in the page
  std::size_t column = 0;  ///< 1-based, in bytes
};

struct FrontMatterEntry {
  enum class Kind { kEmpty, kScalar, kList, kOther };
  std::string key;
  std::size_t line = 0;  ///< of the key
  std::size_t column = 0;
  Kind kind = Kind::kEmpty;
  std::vector<FrontMatterScalar>
      values;  ///< one for kScalar, the items for kList (an item that is no plain value is empty)
};

struct FrontMatter {
  std::vector<FrontMatterEntry> entries;  ///< in the order of the page; a key that is there twice is there twice
  std::size_t last_line = 0;              ///< of the closing `---`
  std::size_t body_offset = 0;            ///< byte at which the body begins

  /// The first entry of that key, nullptr when there is none.
  [[nodiscard]] const FrontMatterEntry* find(std::string_view key) const;
  /// The text of a plain value; empty when the key is not there or holds something else.
  [[nodiscard]] std::string text(std::string_view key) const;
};

/// Reads the block at the start of `page` (UTF-8, with or without BOM). Throws Error("no-front-matter") when there is
/// none and Error("bad-front-matter") with line and column for YAML that cannot be read, or is no mapping. `path` names
/// the page in errors.
[[nodiscard]] FrontMatter front_matter(std::string_view page, const std::string& path);

}  // namespace headscore
